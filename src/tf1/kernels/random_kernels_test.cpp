// Known values of random operations, and laws that hold for all of them. random_truth_test.cpp
// compares whole programs with TensorFlow.
#include <cmath>
#include <numbers>

#include "tf1/graph/graph_rep.h"
#include "tf1/kernels/philox.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

// What so many runs in one session give.
template <class T>
std::vector<std::vector<T>> run_often(const Graph& graph, const Output& output, int run_count) {
  Session session(graph);
  std::vector<std::vector<T>> runs;
  for (int i = 0; i < run_count; ++i) {
    const auto value = session.run(output);
    EXPECT_TRUE(is_ok(value));
    runs.push_back(values_of<T>(*value));
  }
  return runs;
}

// The known values are printed with seven to nine digits.
void expect_near(const std::vector<float>& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(double{values[i]}, expected[i], 1e-7 * std::max(1.0, std::abs(expected[i])));
}

TEST(RandomUniform, GivesKnownValues) {
  Graph graph;
  const Output x = graph.random_uniform({6}, {.seed = 1});
  expect_near(run_often<float>(graph, x, 1)[0],
              {0.23903739, 0.92039955, 0.05051243, 0.49574447, 0.83552229, 0.02647042});
}

TEST(RandomUniform, MovesItsStreamOnByTheElementsOfARun) {
  Graph five;
  const Output x = five.random_uniform({5}, {.seed = 1});
  expect_near(run_often<float>(five, x, 2)[1],
              {0.93370306, 0.71884167, 0.85377777, 0.77928996, 0.52497303});
  Graph one;
  const Output y = one.random_uniform({1}, {.seed = 1});
  expect_near(run_often<float>(one, y, 2)[1], {0.22267115});
}

TEST(RandomUniform, GivesKnownValuesOfGraphSeeds) {
  Graph graph;
  graph.set_random_seed(123);
  for (int i = 0; i < 2; ++i) (void)graph.random_uniform({5});
  const Output third = graph.random_uniform({5});
  expect_near(run_often<float>(graph, third, 1)[0],
              {0.51124465, 0.36002755, 0.05922031, 0.50877547, 0.67813873});
  Graph seeded;
  seeded.set_random_seed(123);
  const Output x = seeded.random_uniform({5}, {.seed = 1});
  const auto runs = run_often<float>(seeded, x, 2);
  expect_near(runs[0], {0.74299872, 0.65421712, 0.58962417, 0.71111512, 0.57569849});
  expect_near({runs[1].begin(), runs[1].begin() + 3}, {0.16465187, 0.68685746, 0.71193647});
}

TEST(RandomNormal, GivesKnownValues) {
  Graph graph;
  const Output x = graph.random_normal({6}, {.seed = 1});
  expect_near(run_often<float>(graph, x, 1)[0],
              {-0.81131822, 1.48459876, 0.06532937, -2.4427042, 0.0992484, 0.59122431});
  Graph seeded;
  seeded.set_random_seed(5);
  const Output y = seeded.random_normal({4}, {.seed = 1});
  expect_near(run_often<float>(seeded, y, 1)[0], {-1.3768897, -0.01258316, -0.169515, 1.0824056});
}

TEST(RandomNormal, HasAStreamOfItsOwnBesideAnother) {
  Graph graph;
  graph.set_random_seed(1);
  const Output uniform = graph.random_uniform({1});
  const Output normal = graph.random_normal({1});
  Session session(graph);
  const std::vector<Output> both = {uniform, normal};
  for (const auto& [u, n] :
       {std::pair(0.77878559, -0.4487586), std::pair(0.0978868, -0.82540691)}) {
    const auto values = session.run(both, {});
    ASSERT_TRUE(is_ok(values));
    expect_near(values_of<float>((*values)[0]), {u});
    expect_near(values_of<float>((*values)[1]), {n});
  }
}

TEST(TruncatedNormal, GivesKnownValues) {
  Graph graph;
  const Output x = graph.truncated_normal({6}, {.seed = 2});
  expect_near(run_often<float>(graph, x, 1)[0],
              {-0.85811085, -0.19662298, 0.13895047, -1.22127688, -0.20793143, -1.7782797});
}

TEST(TruncatedNormal, StaysWithinTwoDeviations) {
  for (const DType dtype : {DType::kF32, DType::kF64}) {
    Graph graph;
    const Output x = graph.truncated_normal({4000}, {.dtype = dtype, .seed = 3});
    const Tensor value = evaluate(graph, x);
    double largest = 0;
    for (uint64_t i = 0; i < 4000; ++i) {
      largest =
          std::max(largest, dtype == DType::kF32 ? std::abs(double{values_of<float>(value)[i]})
                                                 : std::abs(values_of<double>(value)[i]));
    }
    EXPECT_LT(largest, 2.0);
    EXPECT_GT(largest, 1.95);
  }
}

TEST(RandomIntegers, GiveKnownValues) {
  Graph graph;
  const Output x = graph.random_uniform({4}, {.maxval = 10, .dtype = DType::kI32, .seed = 1});
  EXPECT_EQ(run_often<int32_t>(graph, x, 1)[0], (std::vector<int32_t>{7, 9, 3, 2}));
}

TEST(RandomIntegers, NeedARange) {
  Graph graph;
  const Output x =
      graph.random_uniform({4}, {.minval = 5, .maxval = 5, .dtype = DType::kI64, .seed = 1});
  Session session(graph);
  EXPECT_TRUE(raises(session.run(x), ErrorClass::kInvalidArgument, {"Need minval < maxval", "5"}));
}

TEST(Glorot, GivesKnownValues) {
  const auto values_at = [](const Shape& shape, size_t first, size_t count) {
    Graph graph;
    graph.set_random_seed(1);
    const Variable w =
        graph.get_variable("w", {.shape = shape, .initializer = glorot_uniform_initializer(0)});
    const auto all = values_of<float>(evaluate(graph, w.initial_value()));
    return std::vector<float>(all.begin() + static_cast<ptrdiff_t>(first),
                              all.begin() + static_cast<ptrdiff_t>(first + count));
  };
  expect_near(values_at({4, 4, 3, 8}, (4 + 1) * 24 + 8, 8),
              {0.00131723, 0.14176141, -0.04434952, 0.09197326, 0.14984085, -0.03514394,
               -0.06847463, 0.05245192});
  expect_near(values_at({2, 2, 8, 16}, (2 + 1) * 128 + 16, 9),
              {-0.08566415, 0.17750949, 0.11974221, 0.16773748, -0.0830943, -0.08058, -0.00577033,
               -0.14643836, 0.24162132});
}

// ------------------------------------------------------------ from words to values, written again

// Word `i` of the stream of the seeds (87654321, seed2), moved on by `skipped` blocks.
uint32_t word(uint64_t seed2, uint64_t i, uint64_t skipped = 0) {
  Philox stream(87654321, seed2);
  stream.skip(skipped + i / 4);
  return stream.next()[i % 4];
}

float unit_float(uint32_t bits) {
  return static_cast<float>(bits & 0x7fffff) / 8388608.0f;
}

double unit_double(uint32_t high, uint32_t low) {
  return std::ldexp(static_cast<double>(uint64_t{high & 0xfffff} << 32 | low), -52);
}

constexpr uint64_t kManyElements = 1003;  // no multiple of a block
constexpr uint64_t kSkipped = kManyElements * 256;

TEST(RandomUniform, IsAWordAnElementInEachRun) {
  Graph graph;
  const Output x = graph.random_uniform({kManyElements}, {.seed = 6});
  const auto runs = run_often<float>(graph, x, 3);
  for (uint64_t run = 0; run < 3; ++run) {
    for (uint64_t i = 0; i < kManyElements; ++i)
      ASSERT_EQ(runs[run][i], unit_float(word(6, i, run * kSkipped))) << i;
  }
}

TEST(RandomUniform, IsTwoWordsAnElementInDouble) {
  Graph graph;
  const Output x = graph.random_uniform({kManyElements}, {.dtype = DType::kF64, .seed = 6});
  const auto runs = run_often<double>(graph, x, 2);
  for (uint64_t i = 0; i < kManyElements; ++i) {
    ASSERT_EQ(runs[0][i], unit_double(word(6, 2 * i), word(6, 2 * i + 1)));
    ASSERT_EQ(runs[1][i], unit_double(word(6, 2 * i, kSkipped), word(6, 2 * i + 1, kSkipped)));
  }
}

TEST(RandomIntegers, AreWordsModuloTheRange) {
  Graph graph;
  const Output narrow = graph.random_uniform(
      {kManyElements}, {.minval = -7, .maxval = 1000, .dtype = DType::kI32, .seed = 6});
  const Output wide = graph.random_uniform(
      {kManyElements}, {.minval = -7, .maxval = 1e15, .dtype = DType::kI64, .seed = 6});
  const auto narrow_values = run_often<int32_t>(graph, narrow, 1)[0];
  const auto wide_values = run_often<int64_t>(graph, wide, 1)[0];
  for (uint64_t i = 0; i < kManyElements; ++i) {
    ASSERT_EQ(narrow_values[i], static_cast<int32_t>(word(6, i) % 1007) - 7);
    const uint64_t both = uint64_t{word(6, 2 * i + 1)} << 32 | word(6, 2 * i);
    ASSERT_EQ(wide_values[i], static_cast<int64_t>(both % 1000000000000007) - 7);
  }
}

TEST(RandomNormal, IsBoxMullersRuleForPairsOfWords) {
  Graph graph;
  const Output x = graph.random_normal({kManyElements}, {.seed = 6});
  const auto values = run_often<float>(graph, x, 1)[0];
  for (uint64_t i = 0; i < kManyElements; ++i) {
    const float u = std::max(unit_float(word(6, i / 2 * 2)), 1.0e-7f);
    const auto angle =
        static_cast<float>(2 * std::numbers::pi * double{unit_float(word(6, i / 2 * 2 + 1))});
    const float radius = std::sqrt(-2.0f * std::log(u));
    ASSERT_EQ(values[i], (i % 2 == 0 ? std::sin(angle) : std::cos(angle)) * radius) << i;
  }
}

TEST(RandomNormal, IsNeverInfinite) {
  // Seeds whose first word has no bit set in its low 23: the logarithm of zero is kept off.
  uint64_t seed2 = 0;
  while ((word(seed2, 0) & 0x7fffff) != 0) ++seed2;
  Graph graph;
  const Output x = graph.random_normal({2}, {.seed = static_cast<int64_t>(seed2)});
  const auto values = run_often<float>(graph, x, 1)[0];
  const float radius = std::sqrt(-2.0f * std::log(1.0e-7f));
  EXPECT_NEAR(std::hypot(values[0], values[1]), radius, 1e-5);
}

TEST(RandomHalves, AreRoundedFromFloats) {
  Graph graph;
  const RandomOptions half{.dtype = DType::kF16, .seed = 6};
  const auto uniform = run_often<uint16_t>(graph, graph.random_uniform({9}, half), 1)[0];
  for (uint64_t i = 0; i < 9; ++i) {
    // Ten bits below one are exact.
    const uint32_t bits = word(6, i) & 0x3ff;
    const double value = bits / 1024.0;
    const int exponent = bits == 0 ? 0 : std::ilogb(value);
    const double mantissa = bits == 0 ? 0 : std::ldexp(value, -exponent) - 1;
    const auto expected = static_cast<uint16_t>(
        bits == 0 ? 0 : (exponent + 15) << 10 | static_cast<int>(mantissa * 1024));
    EXPECT_EQ(uniform[i], expected) << i;
  }
  const auto truncated = graph.truncated_normal({40}, half);
  const auto rounded = run_often<uint16_t>(graph, truncated, 1)[0];
  const auto exact = run_often<float>(graph, graph.truncated_normal({40}, {.seed = 6}), 1)[0];
  for (size_t i = 0; i < 40; ++i) {
    const double magnitude =
        std::ldexp(1 + (rounded[i] & 0x3ff) / 1024.0, (rounded[i] >> 10 & 31) - 15);
    const double value = (rounded[i] & 0x8000) != 0 ? -magnitude : magnitude;
    if ((rounded[i] >> 10 & 31) == 0) continue;
    EXPECT_NEAR(value, double{exact[i]}, magnitude / 2048 * 1.0001) << i;
  }
}

TEST(TruncatedNormal, DrawsEachGroupOfFourFromAStreamOfItsOwn) {
  Graph graph;
  const Output x = graph.truncated_normal({kManyElements}, {.seed = 6});
  const auto values = run_often<float>(graph, x, 1)[0];
  for (uint64_t group = 0; group * 4 < kManyElements; ++group) {
    std::vector<float> kept;
    for (uint64_t pair = 0; kept.size() < 4; ++pair) {
      const float u = std::max(unit_float(word(6, 2 * pair, group * 256)), 1.0e-7f);
      const auto angle = static_cast<float>(2 * std::numbers::pi *
                                            double{unit_float(word(6, 2 * pair + 1, group * 256))});
      const float radius = std::sqrt(-2.0f * std::log(u));
      for (const float value : {std::sin(angle) * radius, std::cos(angle) * radius})
        if (std::abs(value) < 2.0f && kept.size() < 4) kept.push_back(value);
    }
    for (uint64_t i = 0; i < 4 && group * 4 + i < kManyElements; ++i)
      ASSERT_EQ(values[group * 4 + i], kept[i]) << group;
  }
}

TEST(RandomOperations, StartAgainInEachSession) {
  Graph graph;
  graph.set_random_seed(3);
  const Output x = graph.truncated_normal({3});
  EXPECT_EQ(run_often<float>(graph, x, 3), run_often<float>(graph, x, 3));
}

TEST(RandomOperations, WithoutASeedDifferBetweenSessions) {
  Graph graph;
  const Output x = graph.random_uniform({4});
  EXPECT_NE(evaluate(graph, x), evaluate(graph, x));
  const auto runs = run_often<float>(graph, x, 2);
  EXPECT_NE(runs[0], runs[1]);
}

TEST(RandomOperations, AreDrawnOnceARun) {
  Graph graph;
  const Output x = graph.random_uniform({4}, {.seed = 1});
  Session session(graph);
  const std::vector<Output> fetches = {x, graph.identity(x), x};
  const auto values = session.run(fetches, {});
  ASSERT_TRUE(is_ok(values));
  EXPECT_EQ((*values)[0], (*values)[1]);
  EXPECT_EQ((*values)[0], (*values)[2]);
}

TEST(RandomOperations, RefuseTypesTheyHaveNoRuleFor) {
  Graph graph;
  for (const Output& x : {graph.random_normal({2}, {.dtype = DType::kI32}),
                          graph.truncated_normal({2}, {.dtype = DType::kI32})}) {
    Session session(graph);
    EXPECT_TRUE(raises(session.run(x), ErrorClass::kUnimplemented, {"int32"}));
  }
}

}  // namespace
}  // namespace holdall::tf1
