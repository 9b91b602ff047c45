#include <gtest/gtest.h>

#include "holdall/names.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

TEST(ScopeNames, TakesWhatTensorFlowTakes) {
  for (const std::string_view scope :
       {"", "a", "Model_1", "0", ".x", "a.b-c_d/e", "a/0", "a/.b", "a/_b", "a/-"}) {
    EXPECT_TRUE(is_ok(check_scope(scope))) << scope;
  }
}

TEST(ScopeNames, PointsAtTheFirstCharacterThatDoesNotFit) {
  EXPECT_TRUE(fails(check_scope("_a"), Code::kInvalidArgument, {"'_a'", "character 1 is '_'"}));
  EXPECT_TRUE(fails(check_scope("-a"), Code::kInvalidArgument, {"character 1 is '-'"}));
  EXPECT_TRUE(fails(check_scope("/a"), Code::kInvalidArgument, {"character 1 is '/'"}));
  EXPECT_TRUE(fails(check_scope("ab c"), Code::kInvalidArgument, {"character 3 is ' '"}));
  EXPECT_TRUE(fails(check_scope("a//b"), Code::kInvalidArgument, {"character 3 is '/'"}));
  EXPECT_TRUE(fails(check_scope("a\n"), Code::kInvalidArgument, {R"(character 2 is '\n')"}));
  EXPECT_TRUE(fails(check_scope("é"), Code::kInvalidArgument, {"character 1 is"}));
  EXPECT_TRUE(fails(check_scope("a/"), Code::kInvalidArgument, {"'a/'", "it ends in '/'"}));
}

TEST(ScopeNames, JoinsScopeAndName) {
  EXPECT_EQ(join_scope("dna", "w"), "dna/w");
  EXPECT_EQ(join_scope("a/b", "c/d"), "a/b/c/d");
  EXPECT_EQ(join_scope("", "w"), "w");
}

TEST(ScopeNames, ComparesWholeComponents) {
  EXPECT_TRUE(is_in_scope("model1/w", "model1"));
  EXPECT_FALSE(is_in_scope("model10/w", "model1"));
  EXPECT_FALSE(is_in_scope("model1", "model1"));
  EXPECT_FALSE(is_in_scope("mode", "model1"));
  EXPECT_TRUE(is_in_scope("a/b/c", "a/b"));
  EXPECT_TRUE(is_in_scope("anything", ""));
}

}  // namespace
}  // namespace holdall
