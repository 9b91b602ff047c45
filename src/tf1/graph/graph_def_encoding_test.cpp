// Nodes as messages. Whole graphs are compared with TensorFlow's in meta_graph_encoding_test.cpp.
#include "tf1/graph/graph_def_encoding.h"

#include "tf1/graph/node_def_testing.h"
#include "tf1/graph/tensor_proto_encoding.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

TEST(NodeDefs, NameTheirInputsAndControlInputs) {
  Graph graph;
  const Output a = graph.constant(scalar(1), "a");
  const Variable v = graph.variable("v", scalar(1));
  const Operation group = graph.group(std::vector{a.op(), v.initializer()}, "g");
  EXPECT_EQ(parse_node_def(group.node_def()),
            (ComparableNode{"g", "NoOp", {"^a", "^v/Assign"}, "", {}}));
  EXPECT_EQ(parse_node_def(graph.add(a, a).op().node_def()).inputs,
            (std::vector<std::string>{"a", "a"}));
}

TEST(NodeDefs, CountOutputsAfterTheFirst) {
  Graph graph;
  (void)graph.variable("a", scalar(1));
  (void)graph.variable("b", scalar(1));
  const Saver saver(graph);
  const auto inputs_of = [&](std::string_view name) {
    return parse_node_def(graph.operation_by_name(name)->node_def()).inputs;
  };
  EXPECT_EQ(inputs_of("save/Assign"), (std::vector<std::string>{"a", "save/RestoreV2"}));
  EXPECT_EQ(inputs_of("save/Assign_1"), (std::vector<std::string>{"b", "save/RestoreV2:1"}));
}

TEST(NodeDefs, CarryNoShapesOutsideOfMetaFiles) {
  Graph graph;
  const ComparableNode node = parse_node_def(graph.constant(scalar(1), "a").op().node_def());
  EXPECT_TRUE(node.attrs.contains("value") && node.attrs.contains("dtype"));
  EXPECT_EQ(node.attrs.size(), 2u);
}

TEST(GraphDefs, HoldEveryNodeAndTheProducersVersion) {
  Graph graph;
  const Output a = graph.constant(scalar(1), "a");
  (void)graph.identity(a, "b");
  const GraphDef def = parse_graph_def(graph.graph_def());
  ASSERT_EQ(def.nodes.size(), 2u);
  EXPECT_EQ(def.nodes[0], parse_node_def(a.op().node_def()));
  EXPECT_EQ(def.nodes[1].inputs, (std::vector<std::string>{"a"}));
  EXPECT_EQ(hex_of(def.versions), "088601");  // 1: 134
}

std::string proto_of(const Tensor& tensor) {
  return hex_of(encode_tensor_proto({tensor, tensor.shape()}));
}

template <class T>
std::string proto_of_one(T value) {
  return proto_of(*Tensor::of<T>({}, {value}));
}

// Field 1 the dtype's number, field 2 the shape, then the value in the field of its type.
TEST(TensorProtos, HaveOneElementInTheFieldOfItsType) {
  EXPECT_EQ(proto_of_one<float>(1), "080112002a040000803f");
  EXPECT_EQ(proto_of_one<double>(1), "080212003208000000000000f03f");
  EXPECT_EQ(proto_of_one<int32_t>(3), "080312003a0103");
  EXPECT_EQ(proto_of_one<int32_t>(-1), "080312003a0affffffffffffffffff01");
  EXPECT_EQ(proto_of_one<uint8_t>(200), "080412003a02c801");
  EXPECT_EQ(proto_of_one<int16_t>(5), "080512003a0105");
  EXPECT_EQ(proto_of_one<int8_t>(6), "080612003a0106");
  EXPECT_EQ(proto_of_one<int64_t>(7), "08091200520107");
  EXPECT_EQ(proto_of_one<bool>(true), "080a12005a0101");
  EXPECT_EQ(proto_of_one<uint16_t>(8), "081112003a0108");
  EXPECT_EQ(proto_of_one<uint32_t>(9),
            "08161200820101"
            "09");
  EXPECT_EQ(proto_of_one<uint64_t>(10),
            "081712008a0101"
            "0a");
  EXPECT_EQ(proto_of_one<std::complex<float>>({1, 0}), "080812004a080000803f00000000");
}

TEST(TensorProtos, HaveHalvesAsTheirBits) {
  const uint16_t one = 0x3c00;
  EXPECT_EQ(proto_of(*Tensor::copy_of(DType::kF16, {}, std::as_bytes(std::span(&one, 1)))),
            "081312006a028078");
}

TEST(TensorProtos, HaveSeveralElementsAsRawBytes) {
  EXPECT_EQ(proto_of(floats({1, 2})), "080112041202080222080000803f00000040");
  EXPECT_EQ(proto_of(*Tensor::of<int8_t>({1, 2}, {1, 2})),
            "0806120812020801120208022202"
            "0102");
}

TEST(TensorProtos, HaveStringsOneByOne) {
  EXPECT_EQ(proto_of(strings_tensor({2}, {"ab", ""})),
            "08071204120208024202616242"
            "00");
}

TEST(TensorProtos, HaveNoValueWhereThereIsNoElement) {
  EXPECT_EQ(proto_of(*Tensor::of<float>({0}, {})), "080112021200");
}

TEST(TensorProtos, TellTheWholeShapeOfOneRepeatedValue) {
  EXPECT_EQ(hex_of(encode_tensor_proto({scalar(1), Shape({3})})), "08011204120208032a040000803f");
}

}  // namespace
}  // namespace holdall::tf1
