#include <gtest/gtest.h>

#include "holdall/names.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

Names nearest(std::string_view name, std::vector<std::string_view> candidates, size_t limit = 3) {
  return nearest_names(name, candidates, limit);
}

TEST(NearestNames, PutsSharedLastComponentsFirst) {
  EXPECT_EQ(nearest("dna/conv1/weights",
                    {"conv1/weightz", "rna/conv1/weights", "x/weights", "dna/conv1/weight"}),
            (Names{"rna/conv1/weights", "x/weights", "dna/conv1/weight"}));
}

TEST(NearestNames, ComparesWholeComponents) {
  // "my_weights" ends in the same letters as "weights", which is no shared component.
  EXPECT_EQ(nearest("a/weights", {"q/some_very_other_weights", "b/weights"}), (Names{"b/weights"}));
}

TEST(NearestNames, TakesFewDifferentCharacters) {
  EXPECT_EQ(nearest("kernel", {"kernal", "kernels", "korn"}), (Names{"kernal", "kernels"}));
  EXPECT_EQ(nearest("ab", {"abcd", "xyz"}), (Names{"abcd"}));
}

TEST(NearestNames, LeavesOutWhatIsFarOff) {
  EXPECT_TRUE(nearest("kernel", {"moving_mean", "beta1_power"}).empty());
  EXPECT_TRUE(nearest("kernel", {}).empty());
}

TEST(NearestNames, GivesAtMostTheLimitInAFixedOrder) {
  EXPECT_EQ(nearest("w1", {"w4", "w3", "w2", "w5"}, 2), (Names{"w2", "w3"}));
  EXPECT_TRUE(nearest("w1", {"w2"}, 0).empty());
}

TEST(NearestNames, ComparesTheEndsOfVeryLongNames) {
  const std::string front(100'000, 'x');
  const std::string name = front + "kernel";
  const std::string near = front + "kernal";
  EXPECT_EQ(nearest(name, {near, "bias"}), (Names{near}));
}

}  // namespace
}  // namespace holdall
