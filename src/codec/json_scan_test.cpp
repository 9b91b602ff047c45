#include "codec/json_scan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/status_matchers.h"

namespace holdall {
namespace {

Result<std::string> string_of(std::string_view text) {
  JsonScanner json(text);
  auto value = json.take_string();
  if (value.ok()) {
    EXPECT_TRUE(is_ok(json.take_end()));
  }
  return value;
}

TEST(JsonScanner, ResolvesEscapes) {
  EXPECT_EQ(*string_of(R"("")"), "");
  EXPECT_EQ(*string_of(R"( "\"\\\/\b\f\n\r\t" )"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(*string_of(R"("\u0041\u00e9\u20AC\ud83d\ude00\u0000")"),
            std::string("A\u00e9\u20ac\U0001f600") + '\0');
  EXPECT_EQ(*string_of("\"\u00e9\x7f\""), "\u00e9\x7f");
}

TEST(JsonScanner, RefusesStringsThatAreNone) {
  for (const std::string_view text :
       {"", "a", "\"", "\"a", "\"\\", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
        "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udfff\"", "\"\xc3\"", "\"\xff\"", "\"\t\""}) {
    EXPECT_TRUE(fails(string_of(text), Code::kCorrupt, {"JSON is malformed at byte"})) << text;
  }
}

TEST(JsonScanner, TakesPlainIntegersOnly) {
  for (const auto& [text, value] : std::vector<std::pair<std::string_view, uint64_t>>{
           {"0", 0}, {" 7", 7}, {"18446744073709551615", UINT64_MAX}}) {
    EXPECT_EQ(*JsonScanner(text).take_unsigned(), value);
  }
  for (const std::string_view text :
       {"", "-1", "+1", "01", "1.0", "1e3", "1E3", "\"1\"", "true", "18446744073709551616"}) {
    EXPECT_TRUE(fails(JsonScanner(text).take_unsigned(), Code::kCorrupt)) << text;
  }
}

TEST(JsonScanner, WalksObjectsAndArrays) {
  std::string seen;
  const auto walk = [&](std::string_view text) {
    JsonScanner json(text, 100);
    return json.for_each_member([&](const std::string& key) {
      seen += key + ":";
      return json.for_each_item([&]() -> Status {
        const auto value = json.take_unsigned();
        if (!value.ok()) return value.error();
        seen += std::to_string(*value) + ",";
        return {};
      });
    });
  };
  EXPECT_TRUE(is_ok(walk(R"( { "a" : [ 1 , 2 ] , "b":[] } )")));
  EXPECT_EQ(seen, "a:1,2,b:");
  EXPECT_TRUE(is_ok(walk("{}")));
  EXPECT_TRUE(fails(walk("{\"a\":[1,]}"), Code::kCorrupt, {"at byte 108: a plain integer"}));
  EXPECT_TRUE(fails(walk("{\"a\":[1}"), Code::kCorrupt, {"at byte 107: ']' is expected"}));
  EXPECT_TRUE(fails(walk("{\"a\"[1]}"), Code::kCorrupt, {"':' is expected"}));
  EXPECT_TRUE(fails(walk("{\"a\":[1],}"), Code::kCorrupt, {"'\"' is expected, found '}'"}));
  EXPECT_TRUE(fails(walk("{\"a\":[1]"), Code::kCorrupt, {"ends where '}' is expected"}));
}

TEST(JsonScanner, TakesValuesAsTheyAreWritten) {
  JsonScanner json(R"( [1, {"a" : "b]"}] , -1.5e3,null )");
  EXPECT_EQ(*json.take_value(), R"([1, {"a" : "b]"}])");
  ASSERT_TRUE(is_ok(json.take(',')));
  EXPECT_EQ(*json.take_value(), "-1.5e3");
  ASSERT_TRUE(is_ok(json.take(',')));
  EXPECT_EQ(*json.take_value(), "null");
  EXPECT_TRUE(fails(json.take_value(), Code::kCorrupt, {"a value is expected"}));
}

TEST(JsonScanner, SkipsValuesUpToADepth) {
  for (const std::string_view text :
       {"null", "true", "-1.5e+3", "\"x\"", "[]", "{}", R"({"a": [1, {"b": null}], "c": "d"})"}) {
    JsonScanner json(text);
    EXPECT_TRUE(is_ok(json.skip_value())) << text;
    EXPECT_TRUE(is_ok(json.take_end())) << text;
  }
  for (const std::string_view text : {"", "]", "[1 2]", "{\"a\"}", "\"", "%"}) {
    EXPECT_TRUE(fails(JsonScanner(text).skip_value(), Code::kCorrupt)) << text;
  }
  const std::string deep = std::string(64, '[') + std::string(64, ']');
  EXPECT_TRUE(fails(JsonScanner(deep + "x").take_end(), Code::kCorrupt, {"something follows"}));
  EXPECT_TRUE(is_ok(JsonScanner(deep.substr(1, 126)).skip_value()));
  EXPECT_TRUE(fails(JsonScanner("[" + deep).skip_value(), Code::kUnsupported, {"64 levels"}));
}

}  // namespace
}  // namespace holdall
