#include "codec/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/quote.h"
#include "support/allocation_meter.h"

namespace holdall {
namespace {

using std::string_literals::operator""s;

Json parsed(std::string_view text) {
  const auto result = Json::parse(text);
  EXPECT_TRUE(result.ok()) << text << ": " << result.error().message;
  return result.ok() ? *result : Json("refused");
}

std::string refusal(std::string_view text, Code expected = Code::kCorrupt) {
  const auto result = Json::parse(text);
  if (result.ok()) return "taken as " + result->dump();
  EXPECT_EQ(result.error().code, expected);
  return result.error().message;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// A copy, and an object that is made of others, is whole or not there.
TEST(Json, IsCopiedOrThrowsWhereMemoryLacks) {
  if (!can_count_allocations()) GTEST_SKIP() << "the sanitizer has an allocator of its own";
  const std::string text = "longer than what strings hold in place";
  const Json inner = Json::object({{text, Json::array({text, text})}});
  uint64_t failure_count = 0;
  for (bool is_done = false; !is_done;) {
    std::optional<Json> made;
    auto failure = std::make_unique<AllocationFailure>(failure_count);
    try {
      made = Json::object({{"first", inner}, {text, Json::object({{"total", 5}, {text, inner}})}});
    } catch (const std::bad_alloc&) {
    }
    is_done = !failure->has_happened();
    failure.reset();
    EXPECT_TRUE(!is_done || made->members().front().value == inner);
    failure_count += is_done ? 0 : 1;
  }
  EXPECT_GT(failure_count, 20u);
}

TEST(Json, IsMadeFromEveryType) {
  EXPECT_TRUE(Json().is_null());
  EXPECT_EQ(Json(true).as_bool(), true);
  EXPECT_EQ(Json(-7).as_int64(), -7);
  EXPECT_EQ(Json(size_t{7}).as_uint64(), 7u);
  EXPECT_EQ(Json(0.5).as_double(), 0.5);
  EXPECT_EQ(Json("text").as_string(), "text");
  EXPECT_EQ(Json("text"s).as_string(), "text");
  EXPECT_EQ(Json(std::string_view("text")).as_string(), "text");
  EXPECT_EQ(Json::array({1, "two", Json()}).size(), 3u);
  EXPECT_EQ(Json::object({{"one", 1}, {"two", Json::array({2})}}).size(), 2u);
}

TEST(Json, HasOneTypeOnly) {
  const Json values[] = {Json(), true, 1, 0.5, "1", Json::array({1}), Json::object({{"a", 1}})};
  for (size_t i = 0; i < std::size(values); ++i) {
    EXPECT_EQ(values[i].is_null(), i == 0);
    EXPECT_EQ(values[i].as_bool().has_value(), i == 1);
    EXPECT_EQ(values[i].as_int64().has_value(), i == 2);
    EXPECT_EQ(values[i].as_uint64().has_value(), i == 2);
    EXPECT_EQ(values[i].as_double().has_value(), i == 2 || i == 3);
    EXPECT_EQ(values[i].as_string().has_value(), i == 4);
    EXPECT_EQ(values[i].is_array(), i == 5);
    EXPECT_EQ(values[i].is_object(), i == 6);
    EXPECT_EQ(values[i].items().size(), i == 5 ? 1u : 0u);
    EXPECT_EQ(values[i].members().size(), i == 6 ? 1u : 0u);
    EXPECT_EQ(values[i].find("a") != nullptr, i == 6);
    for (size_t j = 0; j < std::size(values); ++j) EXPECT_EQ(values[i] == values[j], i == j);
  }
}

TEST(Json, FindsMembersByKey) {
  const Json json = parsed(R"({"step": 7, "shape": [2, 3], "none": null})");
  ASSERT_NE(json.find("shape"), nullptr);
  EXPECT_EQ((*json.find("shape"))[1].as_int64(), 3);
  ASSERT_NE(json.find("none"), nullptr);
  EXPECT_TRUE(json.find("none")->is_null());
  EXPECT_EQ(json.find("steps"), nullptr);
  EXPECT_EQ(json.find(""), nullptr);
}

TEST(Json, KeepsMembersInOrder) {
  const std::string text = R"({"z":1,"a":2,"m":{"y":3,"b":4}})";
  EXPECT_EQ(parsed(text).dump(), text);
  Json json = Json::object({{"z", 1}});
  json.add("a", 2);
  EXPECT_EQ(json.members()[0].key, "z");
  EXPECT_EQ(json.members()[1].key, "a");
}

TEST(Json, IsWrittenOnOneLineOrIndented) {
  Json json = Json::object({{"list", Json::array({1, true, Json()})}, {"empty", Json::array()}});
  json.add("map", Json::object({{"", Json::object()}}));
  EXPECT_EQ(json.dump(), R"({"list":[1,true,null],"empty":[],"map":{"":{}}})");
  EXPECT_EQ(json.dump(2), R"({
  "list": [
    1,
    true,
    null
  ],
  "empty": [],
  "map": {
    "": {}
  }
})");
  EXPECT_EQ(Json::array({1}).dump(0), "[\n1\n]");
  EXPECT_EQ(parsed(json.dump(2)), json);
}

TEST(JsonNumbers, KeepIntegersExact) {
  EXPECT_EQ(parsed("9223372036854775807").as_int64(), INT64_MAX);
  EXPECT_EQ(parsed("-9223372036854775808").as_int64(), INT64_MIN);
  EXPECT_EQ(parsed("18446744073709551615").as_uint64(), UINT64_MAX);
  EXPECT_EQ(parsed("18446744073709551615").as_int64(), std::nullopt);
  EXPECT_EQ(parsed("9007199254740993").as_int64(), 9007199254740993);  // 2^53 + 1
  EXPECT_EQ(parsed("-1").as_uint64(), std::nullopt);
  EXPECT_EQ(Json(INT64_MIN).dump(), "-9223372036854775808");
  EXPECT_EQ(Json(UINT64_MAX).dump(), "18446744073709551615");
  EXPECT_EQ(Json(uint64_t{5}), Json(5));
  EXPECT_EQ(parsed("5"), Json(5u));
}

TEST(JsonNumbers, AreDoublesIfNotIntegers) {
  EXPECT_EQ(parsed("1.0").as_int64(), std::nullopt);
  EXPECT_EQ(parsed("1.0").as_double(), 1.0);
  EXPECT_EQ(parsed("1e2").as_double(), 100.0);
  EXPECT_EQ(parsed("18446744073709551616").as_int64(), std::nullopt);
  EXPECT_EQ(parsed("18446744073709551616").as_double(), 0x1p64);
  EXPECT_EQ(Json(1.0).dump(), "1.0");
  EXPECT_EQ(Json(-0.0).dump(), "-0.0");
  EXPECT_EQ(Json(0.1).dump(), "0.1");
  EXPECT_EQ(Json(1e300).dump(), "1e+300");
  EXPECT_EQ(Json(std::numeric_limits<double>::quiet_NaN()).dump(), "null");
  EXPECT_EQ(Json(-std::numeric_limits<double>::infinity()).dump(), "null");
}

TEST(JsonNumbers, ComeBackBitByBit) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    const auto number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    const auto back = parsed(Json(number).dump()).as_double();
    ASSERT_TRUE(back.has_value());
    ASSERT_EQ(std::bit_cast<uint64_t>(*back), std::bit_cast<uint64_t>(number)) << number;
  }
}

TEST(JsonStrings, EscapeWhatJsonAndTerminalsActOn) {
  EXPECT_EQ(Json("a\"b\\c\n\r\t").dump(), R"("a\"b\\c\n\r\t")");
  EXPECT_EQ(Json("\0\x1f\x7f"s).dump(), R"("\u0000\u001f\u007f")");
  EXPECT_EQ(Json("\xc2\x9b").dump(), R"("\u009b")");
  EXPECT_EQ(Json("\xc2\xa0/\xe2\x82\xac\xf0\x9f\x98\x80").dump(),
            "\"\xc2\xa0/\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

TEST(JsonStrings, ReadEveryEscape) {
  EXPECT_EQ(parsed(R"("\"\\\/\b\f\n\r\t")").as_string(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(parsed(R"("\u0000\u0041\u00e9\u20AC\ud83d\ude00")").as_string(),
            "\0A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"s);
}

TEST(JsonStrings, HoldBytesThatAreNotUtf8AsLoneSurrogates) {
  EXPECT_EQ(Json("w\xff\x80/x").dump(), R"("w\udcff\udc80/x")");
  EXPECT_EQ(Json("\xe2\x82").dump(), R"("\udce2\udc82")");            // cut short
  EXPECT_EQ(Json("\xc0\x80").dump(), R"("\udcc0\udc80")");            // overlong
  EXPECT_EQ(Json("\xed\xb2\x80").dump(), R"("\udced\udcb2\udc80")");  // an encoded surrogate
  EXPECT_EQ(parsed(R"("w\udcff\uDC80/x")").as_string(), "w\xff\x80/x");
  EXPECT_EQ(parsed(R"({"\udc80": 1})").find("\x80")->as_int64(), 1);
  // After a backslash of its own, no escape; in a pair, no lone surrogate.
  EXPECT_EQ(parsed(R"("\\udc80")").as_string(), "\\udc80");
  EXPECT_EQ(parsed(R"("\\\udc80")").as_string(), "\\\x80");
  EXPECT_EQ(parsed(R"("\ud83d\udc80\udc80")").as_string(), "\xf0\x9f\x92\x80\x80");
}

// U+FFFF marks substitutions inside the parser.
TEST(JsonStrings, KeepTheCharacterThatMarksSubstitutions) {
  const std::string marker = "\xef\xbf\xbf";
  EXPECT_EQ(parsed("\"" + marker + "\"").as_string(), marker);
  EXPECT_EQ(parsed(R"("\uffff\uFFFF")").as_string(), marker + marker);
  EXPECT_EQ(parsed("\"\\udc80" + marker + "\\udc81\\uffff\\u0082\"").as_string(),
            "\x80" + marker + "\x81" + marker + "\xc2\x82");
}

TEST(JsonStrings, OfAnyBytesComeBack) {
  std::mt19937_64 random(2);
  constexpr std::string_view kPieces[] = {"\xef\xbf\xbf", "\\u", "dc80", "\xf0\x9f\x98\x80",
                                          "\xed\xb2\x80", "\"",  "\\",   "\xc2",
                                          "\x80"};
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (uint64_t i = random() % 12; i > 0; --i) {
      if (random() % 2 == 0) {
        text += static_cast<char>(random());
      } else {
        text += kPieces[random() % std::size(kPieces)];
      }
    }
    const std::string written = Json(text).dump();
    ASSERT_TRUE(is_utf8(written));
    ASSERT_EQ(written.find_first_of("\n\r\t\x7f"s), std::string::npos);
    const auto back = Json::parse(written);
    ASSERT_TRUE(back.ok()) << written << ": " << back.error().message;
    ASSERT_EQ(back->as_string(), text) << written;
  }
}

Json random_value(std::mt19937_64& random, int depth) {
  switch (random() % (depth > 0 ? 8 : 6)) {
    case 0: return {};
    case 1: return random() % 2 == 0;
    case 2: return static_cast<int64_t>(random()) >> (random() % 64);
    case 3: return random();
    case 4: return static_cast<double>(static_cast<int64_t>(random())) / 1024;
    case 5: return std::string(random() % 4, static_cast<char>(random()));
    case 6: {
      Json array = Json::array();
      for (uint64_t i = random() % 5; i > 0; --i) array.push_back(random_value(random, depth - 1));
      return array;
    }
    default: {
      Json object = Json::object();
      for (uint64_t i = random() % 5; i > 0; --i) {
        object.add(std::to_string(i) + static_cast<char>(random()),
                   random_value(random, depth - 1));
      }
      return object;
    }
  }
}

TEST(Json, OfAnyShapeComesBack) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 5'000; ++round) {
    const Json json = random_value(random, 6);
    const int indent = static_cast<int>(random() % 4) - 1;
    const auto back = Json::parse(json.dump(indent));
    ASSERT_TRUE(back.ok()) << json.dump() << ": " << back.error().message;
    ASSERT_EQ(*back, json) << json.dump();
  }
}

TEST(JsonParse, SaysWhereAndWhy) {
  EXPECT_EQ(
      refusal("[1,]"),
      "JSON is malformed at byte 3: syntax error while parsing value - unexpected ']'; expected "
      "'[', '{', or a literal");
  EXPECT_EQ(refusal("[1, nul]"),
            "JSON is malformed at byte 7: syntax error while parsing value - invalid literal");
  EXPECT_EQ(
      refusal("{\"a\":1"),
      "JSON is malformed at byte 6: syntax error while parsing object - unexpected end of input; "
      "expected '}'");
}

TEST(JsonParse, CountsBytesAsInTheOriginalText) {
  EXPECT_TRUE(refusal(R"(["\udc80", x])").starts_with("JSON is malformed at byte 11: "))
      << refusal(R"(["\udc80", x])");
  EXPECT_TRUE(refusal("[\"\xef\xbf\xbf\\udc80\\uffff\",  x]")
                  .starts_with("JSON is malformed at byte 21: "));
  EXPECT_EQ(refusal(R"(["\udc80", 1e999])"), "number at byte 11 of the JSON is too large");
}

TEST(JsonParse, RefusesWhatIsNotJson) {
  for (const char* text :
       {"",           " ",         "nul",       "True",        "NaN",   "[NaN]",
        "Infinity",   "-Infinity", "[1,]",      "[,1]",        "{1:2}", "{\"a\" 1}",
        "{\"a\":1,}", "{'a':1}",   "[1 2]",     "[",           "]",     "{",
        "\"a",        "\"\n\"",    "\"\\x41\"", "\"\\u12g4\"", "\"\\",  "\"\\u",
        "\"\\udc8",   "01",        "+1",        ".5",          "1.",    "1e",
        "0x10",       "--1",       "/* */ 1",   "1 // one"}) {
    EXPECT_TRUE(refusal(text).starts_with("JSON is malformed at byte "))
        << text << ": " << refusal(text);
  }
}

TEST(JsonParse, RefusesWhatFollowsTheValue) {
  for (const char* text : {"1 2", "{}x", "[]]", "null,", "\"a\"\"b\""}) {
    EXPECT_TRUE(refusal(text).starts_with("JSON is malformed at byte "))
        << text << ": " << refusal(text);
  }
  EXPECT_EQ(parsed(" \r\n\t1\r\n\t "), Json(1));
}

TEST(JsonParse, RefusesZeroBytes) {
  EXPECT_EQ(refusal("{}\0x"s), "JSON has a zero byte at byte 2");
  EXPECT_EQ(refusal("\0"s), "JSON has a zero byte at byte 0");
}

TEST(JsonParse, RefusesBytesThatAreNotUtf8) {
  for (const char* text :
       {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xb2\x80\"", "\"\xe2\x82\"", "\"\xf4\x90\x80\x80\""}) {
    EXPECT_TRUE(refusal(text).starts_with("JSON is malformed at byte ")) << refusal(text);
  }
}

TEST(JsonParse, RefusesSurrogatesThatStandForNoByte) {
  for (const char* text :
       {R"("\ud800")", R"("\udc00")", R"("\udc7f")", R"("\udd00")", R"("\udfff")", R"("\ud83dx")",
        R"("\ud83d\u0041")", R"("\ud83d\ud83d\ude00")"}) {
    EXPECT_TRUE(refusal(text).starts_with("JSON is malformed at byte "))
        << text << ": " << refusal(text);
  }
}

TEST(JsonParse, RefusesNumbersBeyondDoubles) {
  EXPECT_EQ(refusal("[1, 1e999]"), "number at byte 4 of the JSON is too large");
  EXPECT_EQ(refusal("-1e999"), "number at byte 0 of the JSON is too large");
}

TEST(JsonParse, RefusesKeysThatOccurTwice) {
  EXPECT_EQ(refusal(R"({"a":1,"b":2,"a":1})"), "key 'a' occurs twice in one JSON object");
  EXPECT_EQ(refusal(R"([{"x":{"a":1,"\u0061":2}}])"), "key 'a' occurs twice in one JSON object");
  EXPECT_EQ(refusal(R"({"\udc80":1,"\udc80":2})"), "key '\\x80' occurs twice in one JSON object");
  EXPECT_EQ(parsed(R"([{"a":1},{"a":{"a":2}}])").size(), 2u);
}

TEST(JsonParse, RefusesNestingBeyondItsLimit) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(parsed(nested(64)).dump(), nested(64));
  EXPECT_EQ(refusal(nested(65), Code::kUnsupported), "JSON is nested deeper than 64 levels");
  EXPECT_EQ(refusal(std::string(1'000'000, '['), Code::kUnsupported),
            "JSON is nested deeper than 64 levels");
  std::string objects;
  for (int i = 0; i < 65; ++i) objects += "{\"a\":";
  EXPECT_EQ(refusal(objects, Code::kUnsupported), "JSON is nested deeper than 64 levels");
}

// Quadratic work, on keys say, would take minutes.
TEST(JsonParse, TakesManyMembersInLittleTime) {
  Json json = Json::object();
  for (int i = 0; i < 200'000; ++i) json.add("tensor_" + std::to_string(i), i);
  EXPECT_EQ(parsed(json.dump()), json);
}

}  // namespace
}  // namespace holdall
