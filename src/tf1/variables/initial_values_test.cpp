// Initializers: what they give for a shape and a type.
#include <cmath>

#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

template <class T = float>
std::vector<T> initial_values(const Initializer& initializer, const Shape& shape,
                              DType dtype = DType::kF32) {
  Graph graph;
  const Variable w =
      graph.get_variable("w", {.shape = shape, .dtype = dtype, .initializer = initializer});
  EXPECT_TRUE(is_ok(graph.status()));
  const Tensor value = evaluate(graph, w.initial_value());
  EXPECT_EQ(value.shape(), shape);
  EXPECT_EQ(value.dtype(), dtype);
  return values_of<T>(value);
}

TEST(Initializers, FillWithZerosOrOnes) {
  EXPECT_EQ(initial_values(zeros_initializer(), {3}), (std::vector<float>{0, 0, 0}));
  EXPECT_EQ(initial_values<int32_t>(ones_initializer(), {2, 1}, DType::kI32),
            (std::vector<int32_t>{1, 1}));
}

TEST(Initializers, RepeatTheLastOfConstantValues) {
  EXPECT_EQ(initial_values(constant_initializer(floats({1, 2, 3})), {2, 3}),
            (std::vector<float>{1, 2, 3, 3, 3, 3}));
  EXPECT_EQ(initial_values(constant_initializer(scalar(7)), {3}), (std::vector<float>{7, 7, 7}));
  EXPECT_EQ(initial_values(constant_initializer(floats({4})), {}), (std::vector<float>{4}));
}

TEST(Initializers, LayConstantValuesOutInRowMajorOrder) {
  EXPECT_EQ(initial_values(constant_initializer(floats({1, 2, 3, 4, 5, 6})), {2, 3}),
            (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(initial_values(constant_initializer(counting_tensor({2, 2}, 1)), {4}),
            (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(initial_values(constant_initializer(counting_tensor({2, 2}, 1)), {2, 2}),
            (std::vector<float>{1, 2, 3, 4}));
}

TEST(Initializers, RepeatTheLastOfConstantStrings) {
  Graph graph;
  const auto strings = [&](const Tensor& values, const Shape& shape) {
    const Variable w = graph.get_variable(
        graph.unique_name("w"),
        {.shape = shape, .dtype = DType::kString, .initializer = constant_initializer(values)});
    return evaluate(graph, w.initial_value());
  };
  EXPECT_EQ(strings(strings_tensor({2}, {"a", "b"}), {3}), strings_tensor({3}, {"a", "b", "b"}));
  EXPECT_EQ(strings(strings_tensor({2}, {"a", "b"}), {2, 1}), strings_tensor({2, 1}, {"a", "b"}));
}

TEST(Initializers, RefuseMoreConstantValuesThanElements) {
  Graph graph;
  const auto make = [&](const Tensor& values, const Shape& shape) {
    (void)graph.get_variable(graph.unique_name("w"),
                             {.shape = shape, .initializer = constant_initializer(values)});
    return graph.take_status();
  };
  EXPECT_TRUE(raises(make(floats({1, 2, 3}), {2}), ErrorClass::kValueError,
                     {"Too many elements provided. Needed at most 2, but received 3"}));
  EXPECT_TRUE(raises(make(floats({}), {2}), ErrorClass::kValueError, {"no values"}));
  EXPECT_TRUE(raises(make(*Tensor::of<int32_t>({}, {1}), {2}), ErrorClass::kTypeError,
                     {"the initializer's values are int32, the variable is float32"}));
  EXPECT_TRUE(is_ok(make(floats({1, 2}), {0})));
}

TEST(Initializers, DrawAsTheFunctionsOfTheirNamesDo) {
  const RandomOptions options{.mean = 5, .stddev = 2, .minval = -3, .maxval = 9, .seed = 11};
  const auto drawn = [&](auto make) {
    Graph graph;
    return values_of<float>(evaluate(graph, (graph.*make)({8}, options)));
  };
  EXPECT_EQ(initial_values(random_normal_initializer(options), {8}), drawn(&Graph::random_normal));
  EXPECT_EQ(initial_values(random_uniform_initializer(options), {8}),
            drawn(&Graph::random_uniform));
  EXPECT_EQ(initial_values(truncated_normal_initializer(options), {8}),
            drawn(&Graph::truncated_normal));
}

TEST(Initializers, DrawInTheTypeOfTheVariable) {
  EXPECT_EQ(initial_values<double>(random_normal_initializer({.seed = 1}), {3}, DType::kF64).size(),
            3u);
  EXPECT_EQ(initial_values<double>(glorot_uniform_initializer(1), {3}, DType::kF64).size(), 3u);
}

// The largest absolute value that Glorot's rule gives for fans of these means.
void expect_within(const std::vector<float>& values, double mean_of_fans) {
  const double limit = std::sqrt(3.0 / std::max(1.0, mean_of_fans));
  double largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(double{value}));
  EXPECT_LE(largest, limit * 1.000001);
  EXPECT_GT(largest, limit * 0.97);
}

TEST(Initializers, ScaleGlorotsUniformByTheFans) {
  const Initializer glorot = glorot_uniform_initializer(4);
  expect_within(initial_values(glorot, {200}), 200);
  expect_within(initial_values(glorot, {10, 40}), 25);
  expect_within(initial_values(glorot, {3, 3, 4, 8}), 9 * 6);
  expect_within(initial_values(glorot, {0 + 1, 1, 1, 500}), 250.5);
}

TEST(Initializers, OfAScalarUseNoSmallerFanThanOne) {
  const float value = initial_values(glorot_uniform_initializer(4), {})[0];
  Graph graph;
  const double limit = std::sqrt(3.0);
  const Output same = graph.random_uniform({}, {.minval = -limit, .maxval = limit, .seed = 4});
  EXPECT_EQ(values_of<float>(evaluate(graph, same))[0], value);
}

TEST(Initializers, DefaultToGlorotsForFloatsAndZerosForTheRest) {
  Graph graph;
  const auto node_of = [&](DType dtype) {
    const Variable w =
        graph.get_variable(graph.unique_name("w"), {.shape = Shape({2}), .dtype = dtype});
    const std::string name = w.initial_value().name();
    return name.substr(name.rfind('/') + 1);
  };
  for (const DType dtype : {DType::kF16, DType::kF32, DType::kF64})
    EXPECT_EQ(node_of(dtype), "random_uniform:0");
  for (const DType dtype : {DType::kBool, DType::kString, DType::kI8, DType::kI16, DType::kI32,
                            DType::kI64, DType::kU8, DType::kU16, DType::kU32, DType::kU64}) {
    EXPECT_EQ(node_of(dtype), "zeros:0");
  }
  EXPECT_TRUE(is_ok(graph.status()));
  (void)node_of(DType::kComplex64);
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                     {"An initializer for variable", "is required"}));
}

}  // namespace
}  // namespace holdall::tf1
