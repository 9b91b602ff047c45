#include <gtest/gtest.h>

#include "holdall/name_rules.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

Status check(std::string_view text, const std::vector<std::string>& storage) {
  const auto rules = NameRules::parse(text);
  EXPECT_TRUE(is_ok(rules));
  const std::vector<std::string_view> names(storage.begin(), storage.end());
  return rules->check(rules->apply_all(names));
}

TEST(RenameCollisions, TakesNamesThatStayApart) {
  EXPECT_TRUE(is_ok(check("strip a", {"a/w", "b/w"})));
  EXPECT_TRUE(is_ok(check("strip a; drop b/**; strip b", {"a/w", "b/w"})));
  EXPECT_TRUE(is_ok(check("", {})));
}

TEST(RenameCollisions, ListsBothSourcesWithTheirWays) {
  const Status status = check("strip a; strip b; map w v", {"a/w", "c", "b/w"});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  EXPECT_EQ(status.error().reason, reason::kNameCollision);
  EXPECT_EQ(status.error().message,
            "several sources end in one name:\n"
            "  'v' from 'a/w' (strip a/ -> 'w', map w v -> 'v') and "
            "'b/w' (strip b/ -> 'w', map w v -> 'v')");
}

TEST(RenameCollisions, SaysWhereNoRuleChangesASource) {
  EXPECT_TRUE(fails(check("strip a", {"w", "a/w"}), Code::kInvalidArgument,
                    {"'w' from 'w' (no rule changes it) and 'a/w' (strip a/ -> 'w')"}));
}

TEST(RenameCollisions, ListsTheFirstTwentyInTheOrderOfTheirSources) {
  std::vector<std::string> names;
  for (int i = 10; i < 35; ++i) {
    names.push_back("a/" + std::to_string(i));
    names.push_back(std::to_string(i));
  }
  const Status status = check("strip a", names);
  ASSERT_TRUE(fails(status, Code::kInvalidArgument,
                    {"\n  '10' from 'a/10'", "\n  '29' from ", "\n  and 5 more"}));
  EXPECT_EQ(status.error().message.find("'30'"), std::string::npos);
  EXPECT_LT(status.error().message.find("'10'"), status.error().message.find("'29'"));
}

TEST(RenameCollisions, ListsFourSourcesOfAName) {
  EXPECT_TRUE(fails(check("sub /.*/x/", {"a", "b", "c", "d", "e", "f"}), Code::kInvalidArgument,
                    {"'x' from 'a' (", "), 'd' (sub /.*/x/ -> 'x') and 2 more"}));
}

TEST(RenameCollisions, PrintsNamesSafely) {
  EXPECT_TRUE(fails(check("strip a", {"a/\x1b[", "\x1b["}), Code::kInvalidArgument,
                    {R"('a/\x1b[')", R"(-> '\x1b[')"}));
}

TEST(RenameCollisions, RefusesRulesThatLeaveNothingOfAName) {
  EXPECT_TRUE(fails(check("sub* /.*//", {"abc"}), Code::kInvalidArgument,
                    {"leave nothing of 'abc' (sub* /.*// -> '')"}));
}

}  // namespace
}  // namespace holdall
