#include <gtest/gtest.h>

#include <algorithm>
#include <random>

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

// What is left out early depends on what came before, the answer does not.
TEST(NearestNames, AreTheSameInWhateverOrderCandidatesCome) {
  std::vector<std::string> texts;
  for (const char* layer : {"layer_1", "layer_2", "lair_1", "x"}) {
    for (const char* part : {"kernel", "kernels", "bias", "kernel/m", "k"})
      texts.push_back(std::string("net/") + layer + '/' + part);
  }
  std::vector<std::string_view> candidates(texts.begin(), texts.end());
  const auto expected = nearest_names("nt/layer_1/kernel", candidates);
  EXPECT_EQ(expected, (Names{"net/layer_1/kernel", "net/layer_2/kernel", "net/lair_1/kernel"}));
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::shuffle(candidates.begin(), candidates.end(), random);
    ASSERT_EQ(nearest_names("nt/layer_1/kernel", candidates), expected) << round;
  }
}

}  // namespace
}  // namespace holdall
