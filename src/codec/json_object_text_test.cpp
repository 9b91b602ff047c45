#include "codec/json_object_text.h"

#include <gtest/gtest.h>

namespace holdall {
namespace {

TEST(JsonObjectText, IsWhatTheValueWouldBe) {
  const Json item = Json::object({{"a\n", Json::array({1, "x\ny"})}, {"b", Json::array()}});
  const Json list = Json::array({item, 2, Json::object()});
  JsonObjectText text;
  text.add("first", item);
  text.open_list("list");
  for (const Json& each : list.items()) text.push_back(each);
  text.close_list();
  text.open_list("none");
  text.close_list();
  text.add("last", 7);
  const Json whole =
      Json::object({{"first", item}, {"list", list}, {"none", Json::array()}, {"last", 7}});
  EXPECT_EQ(std::move(text).finish(), whole.dump(2));
  EXPECT_EQ(JsonObjectText().finish(), Json::object().dump(2));
}

}  // namespace
}  // namespace holdall
