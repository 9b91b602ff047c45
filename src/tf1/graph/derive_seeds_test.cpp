// The two seeds that a random node gets (docs/random_numbers.md).
#include "tf1/graph/graph_rep.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

using Seeds = std::pair<int64_t, int64_t>;
constexpr int64_t kMax = 2147483647;  // 2^31 - 1

Seeds seeds_of(std::optional<int64_t> graph_seed, std::optional<int64_t> op_seed,
               int node_count = 0) {
  Graph graph;
  graph.set_random_seed(graph_seed);
  for (int i = 0; i < node_count; ++i) (void)graph.no_op();
  return GraphRep::of(graph)->derive_seeds(op_seed);
}

TEST(Seeds, AreBothZeroWhereNoneIsGiven) {
  EXPECT_EQ(seeds_of({}, {}, 7), Seeds(0, 0));
}

TEST(Seeds, StandInForAGraphWithoutOne) {
  EXPECT_EQ(seeds_of({}, 5), Seeds(87654321, 5));
  EXPECT_EQ(seeds_of({}, 0), Seeds(87654321, 0));
}

TEST(Seeds, CountTheGraphsNodesWhereTheOperationHasNone) {
  EXPECT_EQ(seeds_of(5, {}, 0), Seeds(5, 0));
  EXPECT_EQ(seeds_of(5, {}, 3), Seeds(5, 3));
  EXPECT_EQ(seeds_of(0, {}, 3), Seeds(0, 3));
}

TEST(Seeds, AreBothTakenWhereBothAreGiven) {
  EXPECT_EQ(seeds_of(5, 6, 3), Seeds(5, 6));
}

TEST(Seeds, AreNeverBothZeroOnceOneIsGiven) {
  EXPECT_EQ(seeds_of(0, 0), Seeds(0, kMax));
  EXPECT_EQ(seeds_of(0, {}, 0), Seeds(0, kMax));
  EXPECT_EQ(seeds_of(kMax, -kMax), Seeds(0, kMax));
}

TEST(Seeds, AreReducedAsPythonDoes) {
  EXPECT_EQ(seeds_of(kMax, 1), Seeds(0, 1));
  EXPECT_EQ(seeds_of(kMax + 1, kMax - 1), Seeds(1, kMax - 1));
  EXPECT_EQ(seeds_of(-3, -8), Seeds(kMax - 3, kMax - 8));
  EXPECT_EQ(seeds_of((int64_t{1} << 40) + 7, (int64_t{1} << 33) + 5), Seeds(512 + 7, 4 + 5));
  EXPECT_EQ(seeds_of(INT64_MIN, INT64_MAX), Seeds(kMax - 2, 1));
}

TEST(Seeds, FollowAGraphSeedThatIsSetLaterOrTakenBack) {
  Graph graph;
  GraphRep& rep = *GraphRep::of(graph);
  graph.set_random_seed(7);
  EXPECT_EQ(rep.derive_seeds({}), Seeds(7, 0));
  graph.set_random_seed(8);
  EXPECT_EQ(rep.derive_seeds({}), Seeds(8, 0));
  graph.set_random_seed(std::nullopt);
  EXPECT_EQ(rep.derive_seeds({}), Seeds(0, 0));
}

TEST(Seeds, CountTheNodesAnOperationBringsBeforeItself) {
  Graph graph;
  graph.set_random_seed(1);
  (void)graph.random_normal({2});
  (void)graph.random_uniform({2}, {.seed = 9});
  const auto attr = [&](std::string_view name, const std::string& key) {
    const Operation op = *graph.operation_by_name(name);
    return *GraphRep::node_of(op)->find_attr<int64_t>(key);
  };
  EXPECT_EQ(attr("random_normal/RandomStandardNormal", "seed"), 1);
  EXPECT_EQ(attr("random_normal/RandomStandardNormal", "seed2"), 3);
  EXPECT_EQ(attr("random_uniform/RandomUniform", "seed2"), 9);
}

}  // namespace
}  // namespace holdall::tf1
