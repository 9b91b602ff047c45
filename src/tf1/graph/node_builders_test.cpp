// Which nodes each of Graph's functions makes, and what is known of them.
#include "tf1/graph/node_builders.h"

#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

using Nodes = std::vector<std::pair<std::string, std::string>>;

TEST(FilledTensors, AreOneConstantBelowAThousandElements) {
  Graph graph;
  const Output zeros = graph.zeros({999});
  const Output ones = graph.ones({3, 333}, DType::kI64);
  EXPECT_EQ(nodes_of(graph), (Nodes{{"zeros", "Const"}, {"ones", "Const"}}));
  EXPECT_EQ(values_of<float>(evaluate(graph, zeros)), std::vector<float>(999, 0));
  EXPECT_EQ(values_of<int64_t>(evaluate(graph, ones)), std::vector<int64_t>(999, 1));
  EXPECT_EQ(evaluate(graph, ones).shape(), Shape({3, 333}));
}

TEST(FilledTensors, AreThreeNodesFromAThousandElementsOn) {
  Graph graph;
  const Output ones = graph.ones({10, 100}, DType::kF64, "big");
  EXPECT_EQ(nodes_of(graph),
            (Nodes{{"big/shape_as_tensor", "Const"}, {"big/Const", "Const"}, {"big", "Fill"}}));
  EXPECT_EQ(ones.shape(), StaticShape::of({10, 100}));
  const Tensor value = evaluate(graph, ones);
  EXPECT_EQ(value.shape(), Shape({10, 100}));
  EXPECT_EQ(values_of<double>(value), std::vector<double>(1000, 1));
}

TEST(FilledTensors, ComeInEveryTypeThatConstantsAreMadeOf) {
  for (const DType dtype : {DType::kF16, DType::kF32, DType::kF64, DType::kI8, DType::kI16,
                            DType::kI32, DType::kI64, DType::kU8, DType::kU16, DType::kU32,
                            DType::kU64, DType::kBool, DType::kComplex64, DType::kComplex128}) {
    Graph graph;
    const Tensor one = evaluate(graph, graph.ones({2}, dtype));
    const Tensor zero = evaluate(graph, graph.zeros({2}, dtype));
    EXPECT_EQ(one.dtype(), dtype);
    EXPECT_EQ(one.shape(), Shape({2}));
    EXPECT_NE(one, zero) << dtype_name(dtype);
    for (const std::byte byte : zero.bytes()) EXPECT_EQ(byte, std::byte{0});
  }
}

TEST(FilledTensors, OfStringsAreEmptyStrings) {
  Graph graph;
  const Tensor strings = evaluate(graph, graph.zeros({2}, DType::kString));
  ASSERT_EQ(strings.element_count(), 2u);
  EXPECT_EQ(strings.string_at(0), "");
}

TEST(FilledTensors, OfNoElementsAreConstants) {
  Graph graph;
  const Output empty = graph.zeros({0, 3});
  EXPECT_EQ(evaluate(graph, empty).shape(), Shape({0, 3}));
  EXPECT_EQ(graph.operations().size(), 1u);
}

TEST(FilledTensors, AreRefusedWhereTheyCannotBe) {
  Graph graph;
  EXPECT_FALSE(graph.zeros({-1}).is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError, {"[-1]"}));
  EXPECT_FALSE(graph.zeros({int64_t{1} << 40, int64_t{1} << 40}).is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError));
  EXPECT_FALSE(graph.zeros({2}, DType::kResource).is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kUnimplemented, {"resource"}));
  EXPECT_EQ(graph.operations().size(), 0u);
}

TEST(Constants, StoreOneValueForAWholeShape) {
  Graph graph;
  const Output sevens = graph.constant_of(scalar(7), {2, 2}, "sevens");
  EXPECT_EQ(sevens.shape(), StaticShape::of({2, 2}));
  const Tensor value = evaluate(graph, sevens);
  EXPECT_EQ(value.shape(), Shape({2, 2}));
  EXPECT_EQ(values_of<float>(value), std::vector<float>(4, 7));
  const std::string_view text = "t";
  const Tensor strings =
      evaluate(graph, graph.constant_of(*Tensor::of_strings({}, {&text, 1}), {3}));
  EXPECT_EQ(strings.string_at(2), "t");
}

TEST(Constants, RefuseSeveralValuesForAWholeShape) {
  Graph graph;
  EXPECT_FALSE(graph.constant_of(floats({1, 2}), {4}).is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError, {"2 are given"}));
  EXPECT_FALSE(graph.constant_of(scalar(1), {-4}).is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError, {"[-4]"}));
}

TEST(Fill, KnowsItsShapeFromConstantSizes) {
  Graph graph;
  const Output value = graph.constant(scalar(5));
  const auto shape_of = [&](const Output& dims) { return graph.fill(dims, value).shape(); };
  EXPECT_EQ(shape_of(graph.constant(*Tensor::of<int32_t>({2}, {2, 3}))), StaticShape::of({2, 3}));
  EXPECT_EQ(shape_of(graph.constant(*Tensor::of<int64_t>({1}, {4}))), StaticShape::of({4}));
  EXPECT_EQ(shape_of(graph.constant(*Tensor::of<int32_t>({0}, {}))), StaticShape::of({}));
  const Output twos = graph.constant_of(*Tensor::of<int32_t>({}, {2}), {3});
  EXPECT_EQ(shape_of(twos), StaticShape::of({2, 2, 2}));
  EXPECT_EQ(evaluate(graph, graph.fill(twos, value)).shape(), Shape({2, 2, 2}));
  EXPECT_EQ(shape_of(graph.identity(twos)), StaticShape::unknown());
}

TEST(RandomNodes, AreSixForNormalsAndSevenForUniforms) {
  Graph graph;
  EXPECT_EQ(graph.random_normal({2}).name(), "random_normal:0");
  EXPECT_EQ(graph.operations().size(), 6u);
  EXPECT_EQ(graph.truncated_normal({2}).name(), "truncated_normal:0");
  EXPECT_EQ(graph.operations().size(), 12u);
  EXPECT_EQ(graph.random_uniform({2}).name(), "random_uniform:0");
  EXPECT_EQ(graph.operations().size(), 19u);
  EXPECT_TRUE(is_ok(graph.operation_by_name("truncated_normal/TruncatedNormal")));
}

TEST(RandomNodes, AreFourForIntegers) {
  Graph graph;
  const Output x = graph.random_uniform({2}, {.maxval = 10, .dtype = DType::kI32, .name = "x"});
  EXPECT_EQ(nodes_of(graph), (Nodes{{"x/shape", "Const"},
                                    {"x/min", "Const"},
                                    {"x/max", "Const"},
                                    {"x", "RandomUniformInt"}}));
  EXPECT_EQ(x.dtype(), DType::kI32);
}

TEST(RandomNodes, TakeTheirNameFromTheOptions) {
  Graph graph;
  NameScope scope(graph, "s");
  EXPECT_EQ(graph.random_normal({2}, {.name = "mine"}).name(), "s/mine:0");
  EXPECT_EQ(graph.random_normal({2}, {.name = "mine"}).name(), "s/mine_1:0");
}

TEST(RandomNodes, KnowTheirShape) {
  Graph graph;
  EXPECT_EQ(graph.random_normal({2, 3}).shape(), StaticShape::of({2, 3}));
  EXPECT_EQ(graph.random_uniform({}).shape(), StaticShape::of({}));
  EXPECT_EQ(graph.random_uniform({3}, {.maxval = 9, .dtype = DType::kI64}).shape(),
            StaticShape::of({3}));
}

TEST(RandomNodes, AreRefusedWhereTheyCannotBe) {
  Graph graph;
  const auto refused = [&](const Output& output, ErrorClass error_class, std::string_view phrase) {
    return !output.is_valid() && raises(graph.take_status(), error_class, {phrase});
  };
  EXPECT_TRUE(refused(graph.random_uniform({2}, {.dtype = DType::kI32}), ErrorClass::kValueError,
                      "Must specify maxval for integer dtype tf.int32"));
  EXPECT_TRUE(refused(graph.random_uniform({2}, {.dtype = DType::kI8}), ErrorClass::kValueError,
                      "Invalid dtype tf.int8"));
  EXPECT_TRUE(refused(graph.random_uniform({2}, {.maxval = 3e9, .dtype = DType::kI32}),
                      ErrorClass::kTypeError, "Expected int32"));
  EXPECT_TRUE(refused(graph.random_uniform({2}, {.maxval = 2.5, .dtype = DType::kI64}),
                      ErrorClass::kTypeError, "Expected int64, got 2.5"));
  EXPECT_TRUE(refused(graph.random_normal({-2}), ErrorClass::kValueError, "[-2]"));
}

TEST(ScalarTensors, HoldWhatTheirTypeCanHoldToTheLastInteger) {
  const auto fits = [](DType dtype, double value) { return scalar_tensor(dtype, value).ok(); };
  EXPECT_TRUE(fits(DType::kI8, -128) && fits(DType::kI8, 127));
  EXPECT_FALSE(fits(DType::kI8, -129) || fits(DType::kI8, 128));
  EXPECT_TRUE(fits(DType::kU8, 0) && fits(DType::kU8, 255));
  EXPECT_FALSE(fits(DType::kU8, -1) || fits(DType::kU8, 256));
  EXPECT_TRUE(fits(DType::kI32, -2147483648.0) && fits(DType::kI32, 2147483647.0));
  EXPECT_FALSE(fits(DType::kI32, 2147483648.0));
  EXPECT_TRUE(fits(DType::kI64, -9223372036854775808.0));
  EXPECT_FALSE(fits(DType::kI64, 9223372036854775808.0));
  EXPECT_TRUE(fits(DType::kU64, 9223372036854775808.0));
  EXPECT_FALSE(fits(DType::kU64, 18446744073709551616.0));
  EXPECT_FALSE(fits(DType::kI16, std::numeric_limits<double>::quiet_NaN()));
}

TEST(Arithmetic, KnowsTheBroadcastShape) {
  Graph graph;
  const auto shape_of = [&](const Shape& a, const Shape& b) {
    return graph.add(graph.zeros(a), graph.zeros(b)).shape();
  };
  EXPECT_EQ(shape_of({2, 1}, {3}), StaticShape::of({2, 3}));
  EXPECT_EQ(shape_of({}, {4, 0}), StaticShape::of({4, 0}));
  EXPECT_EQ(shape_of({1}, {0}), StaticShape::of({0}));
  EXPECT_EQ(shape_of({5, 1, 2}, {3, 1}), StaticShape::of({5, 3, 2}));
  const Output unknown = graph.fill(graph.identity(graph.constant(*Tensor::of<int32_t>({1}, {2}))),
                                    graph.constant(scalar(1)));
  EXPECT_EQ(graph.add(unknown, graph.zeros({2})).shape(), StaticShape::unknown());
}

TEST(Arithmetic, RefusesOperandsThatDoNotFit) {
  Graph graph;
  const Output two = graph.zeros({2});
  EXPECT_FALSE(graph.add(two, graph.zeros({3})).is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError,
                     {"Dimensions must be equal, but are 2 and 3 for 'Add' (op: 'Add') with input "
                      "shapes: [2], [3]."}));
  EXPECT_FALSE(graph.multiply(graph.ones({2}, DType::kI32), two).is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kTypeError,
                     {"Input 'y' of 'Mul' Op has type float32 that does not match type int32 of "
                      "argument 'x'."}));
}

TEST(Assign, RefusesValuesOfAnotherShapeOrType) {
  Graph graph;
  const Variable v = graph.variable("v", floats({1, 2}));
  EXPECT_FALSE(graph.assign(v, graph.zeros({3})).is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError,
                     {"Dimension 0 in both shapes must be equal, but are 2 and 3. Shapes are [2] "
                      "and [3]. for 'Assign' (op: 'Assign') with input shapes: [2], [3]."}));
  EXPECT_FALSE(graph.assign(v, graph.zeros({1, 2}), "Assign_1").is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError,
                     {"Shapes must be equal rank, but are 1 and 2 for 'Assign_1' (op: 'Assign') "
                      "with input shapes: [2], [1,2]."}));
  EXPECT_FALSE(graph.assign(v, graph.zeros({2}, DType::kI32)).is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kTypeError,
                     {"Input 'value' of 'Assign' Op has type int32 that does not match type "
                      "float32 of argument 'ref'."}));
  EXPECT_FALSE(graph.assign(Variable(), graph.zeros({2})).is_valid());
  EXPECT_FALSE(graph.take_status().ok());
}

TEST(Assign, GivesAReference) {
  Graph graph;
  const Variable v = graph.variable("v", floats({1, 2}));
  EXPECT_TRUE(v.ref().is_ref());
  EXPECT_FALSE(v.value().is_ref());
  EXPECT_TRUE(graph.assign(v, graph.zeros({2})).is_ref());
}

}  // namespace
}  // namespace holdall::tf1
