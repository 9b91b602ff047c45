// Initializers that scale with a variable's shape. That their values are TensorFlow's for a seed is
// shown by the tests of random values.
#include <cmath>

#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

std::vector<float> initial_values(const Initializer& initializer, const Shape& shape) {
  Graph graph;
  const Variable w = graph.get_variable("w", {.shape = shape, .initializer = initializer});
  EXPECT_TRUE(is_ok(graph.status()));
  return values_of<float>(evaluate(graph, w.initial_value()));
}

template <class Make>
std::vector<float> drawn(Make make, const Shape& shape, const RandomOptions& options) {
  Graph graph;
  return values_of<float>(evaluate(graph, (graph.*make)(shape, options)));
}

TEST(ScalingInitializers, DrawByInputsOutputsOrBoth) {
  const Shape shape({3, 3, 4, 8});  // 36 inputs, 72 outputs
  const auto uniform = [&](double limit) {
    return drawn(&Graph::random_uniform, shape, {.minval = -limit, .maxval = limit, .seed = 5});
  };
  const auto truncated = [&](double stddev) {
    return drawn(&Graph::truncated_normal, shape,
                 {.stddev = stddev / 0.87962566103423978, .seed = 5});
  };
  EXPECT_EQ(initial_values(lecun_uniform_initializer(5), shape), uniform(std::sqrt(3.0 / 36)));
  EXPECT_EQ(initial_values(he_uniform_initializer(5), shape), uniform(std::sqrt(6.0 / 36)));
  EXPECT_EQ(initial_values(glorot_uniform_initializer(5), shape), uniform(std::sqrt(3.0 / 54)));
  EXPECT_EQ(initial_values(lecun_normal_initializer(5), shape), truncated(std::sqrt(1.0 / 36)));
  EXPECT_EQ(initial_values(he_normal_initializer(5), shape), truncated(std::sqrt(2.0 / 36)));
  EXPECT_EQ(initial_values(glorot_normal_initializer(5), shape), truncated(std::sqrt(1.0 / 54)));
  EXPECT_EQ(
      initial_values(variance_scaling_initializer({0.5, FanMode::kOut, Distribution::kNormal}, 5),
                     shape),
      drawn(&Graph::random_normal, shape, {.stddev = std::sqrt(0.5 / 72), .seed = 5}));
  EXPECT_EQ(initial_values(uniform_unit_scaling_initializer(2, 5), shape),
            uniform(std::sqrt(3.0 / 36) * 2));
}

TEST(ScalingInitializers, DrawAsTensorFlowDoes) {
  // As tf.compat.v1 of TensorFlow 2.21 draws them.
  const auto close_to = [](const std::vector<float>& values, float first, float last) {
    EXPECT_FLOAT_EQ(values.front(), first);
    EXPECT_FLOAT_EQ(values.back(), last);
  };
  close_to(initial_values(variance_scaling_initializer({}, 4), {2, 3}), 0.23818419873714447f,
           -0.012764804996550083f);
  close_to(initial_values(he_normal_initializer(7), {2, 3}), -0.053370073437690735f,
           0.6492915749549866f);
  close_to(initial_values(uniform_unit_scaling_initializer(1, 9), {2, 3}), -0.11045825481414795f,
           0.5195865631103516f);
}

TEST(ScalingInitializers, GiveAPartTheFansOfTheWhole) {
  Graph graph;
  const auto parts = graph.get_partitioned_variable(
      "w", {.shape = Shape({4, 8}), .initializer = he_uniform_initializer(3)}, {2, 1});
  ASSERT_TRUE(is_ok(graph.status()));
  const double limit = std::sqrt(6.0 / 4);
  EXPECT_EQ(
      values_of<float>(evaluate(graph, parts.parts[0].initial_value())),
      drawn(&Graph::random_uniform, Shape({2, 8}), {.minval = -limit, .maxval = limit, .seed = 3}));
}

TEST(ScalingInitializers, TakeNoSmallerFanThanOne) {
  EXPECT_EQ(variance_scaling_spread({4, FanMode::kIn, Distribution::kNormal}, {0, 5}), 2);
  EXPECT_EQ(variance_scaling_spread({4, FanMode::kIn, Distribution::kNormal}, {}), 2);
  EXPECT_EQ(variance_scaling_spread({4, FanMode::kOut, Distribution::kNormal}, {16}), 0.5);
  EXPECT_EQ(unit_scaling_spread(2, {}), 2 * std::sqrt(3.0));
  EXPECT_EQ(unit_scaling_spread(1, {3, 4, 7}), 0.5);
}

TEST(ScalingInitializers, RefuseAScaleThatIsNotPositive) {
  Graph graph;
  (void)graph.get_variable(
      "w", {.shape = Shape({2}), .initializer = variance_scaling_initializer({.scale = 0})});
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                     {"`scale` must be positive float. Received: 0"}));
}

// Whether the rows, of so many values each, are orthogonal and of that length.
void expect_orthogonal(const std::vector<float>& values, size_t count, double gain) {
  const size_t length = values.size() / count;
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < count; ++j) {
      double sum = 0;
      for (size_t k = 0; k < length; ++k)
        sum += double{values[i * length + k]} * double{values[j * length + k]};
      EXPECT_NEAR(sum, i == j ? gain * gain : 0, 1e-5) << i << ' ' << j;
    }
  }
}

TEST(MatrixInitializers, MakeOrthogonalMatrices) {
  expect_orthogonal(initial_values(orthogonal_initializer(1, 2), {2, 5}), 2, 1);
  expect_orthogonal(initial_values(orthogonal_initializer(3, 2), {4, 4}), 4, 3);
  const auto tall = initial_values(orthogonal_initializer(2, 1), {2, 2, 3});
  std::vector<float> turned;
  for (size_t column = 0; column < 3; ++column) {
    for (size_t row = 0; row < 4; ++row) turned.push_back(tall[row * 3 + column]);
  }
  expect_orthogonal(turned, 3, 2);
  // As tf.compat.v1 of TensorFlow 2.21 has it, rounded.
  EXPECT_NEAR(tall[0], -0.6142, 1e-4);
  EXPECT_NEAR(tall[11], -1.2577, 1e-4);
}

TEST(MatrixInitializers, NameNodesAsTensorFlowDoes) {
  Graph graph;
  (void)orthogonal_initializer(1, 1).build(graph, {2, 3}, DType::kF32);
  std::vector<std::string> names;
  for (const auto& [name, type] : nodes_of(graph)) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{
                       "random_normal/shape", "random_normal/mean", "random_normal/stddev",
                       "random_normal/RandomStandardNormal", "random_normal/mul", "random_normal",
                       "Qr", "DiagPart", "Sign", "mul", "transpose/perm", "transpose",
                       "Reshape/shape", "Reshape", "mul_1/x", "mul_1"}));
}

TEST(MatrixInitializers, MakeTheIdentity) {
  EXPECT_EQ(initial_values(identity_initializer(3), {2, 3}),
            (std::vector<float>{3, 0, 0, 0, 3, 0}));
  Graph graph;
  const auto parts = graph.get_partitioned_variable(
      "w", {.shape = Shape({3, 2}), .initializer = identity_initializer()}, {2, 1});
  ASSERT_TRUE(is_ok(graph.status()));
  EXPECT_EQ(values_of<float>(evaluate(graph, parts.parts[0].initial_value())),
            (std::vector<float>{1, 0, 0, 1}));
  EXPECT_EQ(values_of<float>(evaluate(graph, parts.parts[1].initial_value())),
            (std::vector<float>{0, 0}));
}

TEST(MatrixInitializers, RefuseShapesThatAreNoMatrices) {
  const auto refused = [](const Initializer& initializer, const Shape& shape) {
    Graph graph;
    (void)graph.get_variable("w", {.shape = shape, .initializer = initializer});
    return graph.take_status();
  };
  EXPECT_TRUE(raises(refused(orthogonal_initializer(), {3}), ErrorClass::kValueError,
                     {"The tensor to initialize must be at least two-dimensional"}));
  EXPECT_TRUE(raises(refused(orthogonal_initializer(), {int64_t{1} << 40, 2}),
                     ErrorClass::kValueError, {"too large"}));
  EXPECT_TRUE(raises(refused(identity_initializer(), {2, 2, 2}), ErrorClass::kValueError,
                     {"Identity matrix initializer can only be used for 2D matrices."}));
}

}  // namespace
}  // namespace holdall::tf1
