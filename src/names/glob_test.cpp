#include <gtest/gtest.h>

#include "holdall/name_rules.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
  const auto glob = Glob::parse(pattern);
  EXPECT_TRUE(is_ok(glob)) << pattern;
  return glob.ok() && glob->matches(name);
}

TEST(Glob, MatchesTheWholeName) {
  EXPECT_TRUE(matches("a/w", "a/w"));
  EXPECT_FALSE(matches("a/w", "a/w1"));
  EXPECT_FALSE(matches("a/w", "xa/w"));
  EXPECT_FALSE(matches("a/w", "a/"));
  EXPECT_FALSE(matches("a", ""));
}

TEST(Glob, OneStarStaysInAComponent) {
  EXPECT_TRUE(matches("a/*", "a/w"));
  EXPECT_TRUE(matches("a/*", "a/"));
  EXPECT_FALSE(matches("a/*", "a/b/w"));
  EXPECT_TRUE(matches("*/w", "a/w"));
  EXPECT_FALSE(matches("*/w", "w"));
  EXPECT_TRUE(matches("conv*_*/w", "conv1_a_b/w"));
  EXPECT_TRUE(matches("*a*b*", "xxaxxabxx"));
  EXPECT_FALSE(matches("*", "a/b"));
}

TEST(Glob, TwoStarsCrossComponents) {
  EXPECT_TRUE(matches("**", ""));
  EXPECT_TRUE(matches("**", "a/b.c"));
  EXPECT_TRUE(matches("a/**", "a/b/c"));
  EXPECT_FALSE(matches("a/**", "a"));
  EXPECT_TRUE(matches("a**z", "ab/c/z"));
  EXPECT_TRUE(matches("**/Adam*", "a/b/Adam_1"));
  EXPECT_FALSE(matches("**/Adam*", "a/Adam/b"));
  EXPECT_TRUE(matches("***", "a/b"));
}

TEST(Glob, TwoStarsAndASlashMayBeNothing) {
  EXPECT_TRUE(matches("**/w", "w"));
  EXPECT_TRUE(matches("**/w", "a/b/w"));
  EXPECT_FALSE(matches("**/w", "aw"));
  EXPECT_FALSE(matches("**/w", "a/bw"));
  EXPECT_TRUE(matches("a/**/w", "a/w"));
  EXPECT_TRUE(matches("a/**/w", "a/b/c/w"));
  EXPECT_FALSE(matches("a/**/w", "a/bw"));
  EXPECT_TRUE(matches("**.w", "a.b.w"));
  EXPECT_TRUE(matches("**.w", "w"));
  // In the middle of a component it may not.
  EXPECT_FALSE(matches("a**/w", "aw"));
  EXPECT_TRUE(matches("a**/w", "a/w"));
}

TEST(Glob, SplitsAtDotsWhereThePatternHasNoSlash) {
  EXPECT_TRUE(matches("layers.*.w", "layers.0.w"));
  EXPECT_FALSE(matches("layers.*.w", "layers.0.1.w"));
  EXPECT_FALSE(matches("*.w", "a/b.c.w"));
  EXPECT_FALSE(matches("*.w", "a/b.w"));
  EXPECT_TRUE(matches("a/*", "a/v1.5"));
  EXPECT_TRUE(matches("*", "a.b"));
}

TEST(Glob, TakesOneCharacterForAQuestionMark) {
  EXPECT_TRUE(matches("w?", "w1"));
  EXPECT_FALSE(matches("w?", "w"));
  EXPECT_FALSE(matches("w?", "w12"));
  EXPECT_FALSE(matches("a?b", "a/b"));
  EXPECT_FALSE(matches("a.?.b", "a...b"));
  EXPECT_TRUE(matches("w?", "w\xc3\xa9"));
  // Bytes that are no UTF-8 are characters each.
  EXPECT_TRUE(matches("w??", "w\xff\xfe"));
  EXPECT_FALSE(matches("w?", "w\xff\xfe"));
  EXPECT_TRUE(matches("\xff*", "\xff\xfe"));
}

TEST(Glob, TakesTheCharacterAfterABackslashAsItIs) {
  EXPECT_TRUE(matches(R"(a\*)", "a*"));
  EXPECT_FALSE(matches(R"(a\*)", "ab"));
  EXPECT_TRUE(matches(R"(a\?\\)", R"(a?\)"));
  EXPECT_FALSE(matches(R"(a\?)", "ab"));
  EXPECT_TRUE(fails(Glob::parse(R"(ab\)"), Code::kInvalidArgument,
                    {R"('ab\\' ends in a single backslash)"}));
}

TEST(Glob, RefusesPatternsThatAreEmptyOrTooLong) {
  EXPECT_TRUE(fails(Glob::parse(""), Code::kInvalidArgument, {"empty", "'**' matches every name"}));
  EXPECT_TRUE(is_ok(Glob::parse(std::string(4096, 'a'))));
  EXPECT_TRUE(fails(Glob::parse(std::string(4097, 'a')), Code::kInvalidArgument,
                    {"has 4097 bytes, the limit is 4096"}));
}

TEST(Glob, DoesNotHangOnManyStars) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "*a";
  pattern += "b";
  std::string slashes;
  for (int i = 0; i < 500; ++i) slashes += "**/a/";
  std::string name(20'000, 'a');
  EXPECT_FALSE(matches(pattern, name));
  std::string path;
  for (int i = 0; i < 10'000; ++i) path += "a/";
  EXPECT_FALSE(matches(slashes + "b", path));
  EXPECT_TRUE(matches(slashes, path));
}

TEST(Glob, KeepsItsText) {
  EXPECT_EQ(Glob::parse("a/**")->text(), "a/**");
}

}  // namespace
}  // namespace holdall
