#include <gtest/gtest.h>

#include "holdall/restore.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

TEST(RestoreTargets, AreReadFromASpec) {
  const auto targets = parse_targets(
      R"({"variables": [{"name": "a/w", "dtype": "float32", "shape": [2, 5]}, {"name": "b"}]})");
  ASSERT_TRUE(is_ok(targets));
  ASSERT_EQ(targets->size(), 2u);
  EXPECT_EQ((*targets)[0].name, "a/w");
  EXPECT_EQ((*targets)[0].dtype, DType::kF32);
  EXPECT_EQ((*targets)[0].shape, Shape({2, 5}));
  EXPECT_FALSE((*targets)[1].dtype || (*targets)[1].shape);
}

TEST(RestoreTargets, AreReadFromCatalogsUnderTheirScopes) {
  const auto targets = parse_targets(R"({"schema": 1, "checkpoints": [
      {"scope": "x", "tensors": [{"name": "w"}]}, {"tensors": [{"name": "w"}, {"name": "v"}]}]})");
  ASSERT_TRUE(is_ok(targets));
  std::vector<std::string> names;
  for (const RestoreTarget& target : *targets) names.push_back(target.name);
  EXPECT_EQ(names, (std::vector<std::string>{"x/w", "w", "v"}));
}

TEST(RestoreTargets, RefuseWhatIsNoSpec) {
  EXPECT_TRUE(fails(parse_targets("{"), Code::kCorrupt));
  EXPECT_TRUE(fails(parse_targets("{}"), Code::kInvalidArgument, {"it has no list 'variables'"}));
  EXPECT_TRUE(fails(parse_targets(R"({"checkpoints": [{}]})"), Code::kInvalidArgument,
                    {"it has no list 'variables'"}));
  EXPECT_TRUE(fails(parse_targets(R"({"variables": [{}]})"), Code::kInvalidArgument,
                    {"a variable without a name"}));
  EXPECT_TRUE(fails(parse_targets(R"({"variables": [{"name": "w", "dtype": "float"}]})"),
                    Code::kInvalidArgument, {"its dtype is not one that is known"}));
  EXPECT_TRUE(fails(parse_targets(R"({"variables": [{"name": "w", "shape": [-1]}]})"),
                    Code::kInvalidArgument, {"its shape is no list of sizes"}));
}

}  // namespace
}  // namespace holdall
