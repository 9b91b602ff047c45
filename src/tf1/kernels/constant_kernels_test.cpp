// Operations that give, pass on or repeat values, and the errors of those that cannot.
#include "tf1/graph/graph_rep.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

// A node as an imported graph may have it.
Output add_node(Graph& graph, const std::string& type, const std::string& name,
                const std::vector<Output>& inputs, const NodeOutput& output) {
  NodeSpec spec;
  spec.type = type;
  spec.name = name;
  spec.inputs = inputs;
  spec.outputs = {output};
  return {GraphRep::of(graph)->add(std::move(spec)), 0};
}

const NodeOutput kUnknownFloats{DType::kF32, StaticShape::unknown(), false};

TEST(FillKernel, RepeatsAValueOfAnyType) {
  std::mt19937_64 random(5);
  for (const DType dtype : storable_dtypes()) {
    Graph graph;
    const Tensor value =
        dtype == DType::kString ? strings_tensor({}, {"ab"}) : random_tensor(random, dtype, {});
    const Output dims = graph.constant(*Tensor::of<int64_t>({2}, {2, 3}));
    const Tensor filled = evaluate(graph, graph.fill(dims, graph.constant(value)));
    ASSERT_EQ(filled.shape(), Shape({2, 3}));
    ASSERT_EQ(filled.dtype(), dtype);
    for (uint64_t i = 0; i < 6; ++i) {
      if (dtype == DType::kString) {
        EXPECT_EQ(filled.string_at(i), "ab");
      } else {
        EXPECT_EQ(cut_out(filled, {{int64_t(i / 3), int64_t(i % 3)}, {1, 1}}).bytes()[0],
                  value.bytes()[0]);
      }
    }
    EXPECT_EQ(filled.size_bytes(), 6 * value.size_bytes());
  }
}

TEST(FillKernel, RefusesSizesAndValuesThatAreNone) {
  Graph graph;
  Session session(graph);
  const Output one = graph.constant(scalar(1));
  const Output two = graph.constant(floats({1, 2}));
  const Output dims = graph.constant(*Tensor::of<int32_t>({1}, {2}));
  const Output negative = graph.constant(*Tensor::of<int32_t>({1}, {-2}));
  EXPECT_TRUE(raises(session.run(graph.fill(two, one)), ErrorClass::kInvalidArgument,
                     {"dims must be int32 or int64, got float32"}));
  EXPECT_TRUE(raises(session.run(graph.fill(dims, two)), ErrorClass::kInvalidArgument,
                     {"value must be a scalar"}));
  EXPECT_TRUE(
      raises(session.run(graph.fill(negative, one)), ErrorClass::kInvalidArgument, {"[-2]"}));
}

TEST(FillKernel, RefusesWhatNoMemoryHolds) {
  Graph graph;
  Session session(graph);
  const Output huge =
      graph.constant(*Tensor::of<int64_t>({2}, {int64_t{1} << 31, int64_t{1} << 30}));
  EXPECT_TRUE(raises(session.run(graph.fill(huge, graph.constant(scalar(1)))),
                     ErrorClass::kResourceExhausted));
}

TEST(IdentityKernel, PassesAValueOn) {
  Graph graph;
  const Tensor value = strings_tensor({2}, {"a", "b"});
  EXPECT_EQ(evaluate(graph, graph.identity(graph.constant(value))), value);
}

TEST(PlaceholderKernel, AsksToBeFed) {
  Graph graph;
  const Output p =
      add_node(graph, "Placeholder", "p", {}, {DType::kF32, StaticShape::of({2}), false});
  const Output any = add_node(graph, "Placeholder", "any", {}, kUnknownFloats);
  Session session(graph);
  EXPECT_TRUE(raises(session.run(p), ErrorClass::kInvalidArgument,
                     {"You must feed a value for placeholder tensor 'p' with dtype float and "
                      "shape [2]"}));
  EXPECT_TRUE(raises(session.run(any), ErrorClass::kInvalidArgument, {"'any' with dtype float"}));
  const auto fed = session.run(std::vector{p}, {}, {{p, floats({1, 2})}});
  ASSERT_TRUE(is_ok(fed));
  EXPECT_EQ(fed->front(), floats({1, 2}));
}

TEST(PlaceholderKernel, WithADefaultGivesThat) {
  Graph graph;
  const Output filename = graph.constant(strings_tensor({}, {"model"}));
  const Output p = add_node(graph, "PlaceholderWithDefault", "p", {filename},
                            {DType::kString, StaticShape::of({}), false});
  EXPECT_EQ(evaluate(graph, p).string_at(0), "model");
}

TEST(Kernels, AreMissingForWhatCannotBeEvaluated) {
  Graph graph;
  const Output one = graph.constant(scalar(1));
  const Output conv = add_node(graph, "Conv2D", "net/conv", {one, one}, kUnknownFloats);
  Session session(graph);
  EXPECT_TRUE(raises(session.run(graph.identity(conv)), ErrorClass::kUnimplemented,
                     {"operation 'Conv2D'", "node 'net/conv'"}));
  EXPECT_TRUE(is_ok(session.run(one)));
}

TEST(Kernels, GetAnErrorForAnInputThatIsNotThere) {
  Graph graph;
  const Output lonely = add_node(graph, "Identity", "lonely", {}, kUnknownFloats);
  Session session(graph);
  EXPECT_TRUE(
      raises(session.run(lonely), ErrorClass::kInvalidArgument, {"node 'lonely' lacks input 0"}));
}

}  // namespace
}  // namespace holdall::tf1
