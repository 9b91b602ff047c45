// Graphs that come in as messages.
#include "codec/proto_wire.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

// A NodeDef message.
std::string node_def(std::string_view name, std::string_view type,
                     std::initializer_list<std::string_view> inputs = {}) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_bytes(1, name);
  writer.add_bytes(2, type);
  for (const std::string_view input : inputs) writer.add_bytes(3, input);
  return message;
}

std::string graph_def(const std::vector<std::string>& nodes) {
  std::string message;
  ProtoWriter writer(message);
  for (const std::string& node : nodes) writer.add_message(1, node);
  return message;
}

TEST(GraphImport, GivesTheSameNodesUnderAPrefix) {
  Graph source;
  const Output a = source.constant(floats({1, 2}), "a");
  const Output b = source.multiply(a, a, "b");
  (void)source.group(std::vector{b.op()}, "g");
  Graph graph;
  (void)graph.no_op("in");
  const auto prefix = graph.import_graph_def(source.graph_def(), {"in", {}, false});
  ASSERT_TRUE(is_ok(prefix));
  EXPECT_EQ(*prefix, "in_1/");
  EXPECT_EQ(nodes_of(graph),
            (std::vector<std::pair<std::string, std::string>>{
                {"in", "NoOp"}, {"in_1/a", "Const"}, {"in_1/b", "Mul"}, {"in_1/g", "NoOp"}}));
  EXPECT_EQ(evaluate(graph, *graph.tensor_by_name("in_1/b:0")), floats({1, 4}));
  EXPECT_EQ(graph.operation_by_name("in_1/g")->control_inputs().front().name(), "in_1/b");
  // And out again, by the names that they have now.
  Graph again;
  ASSERT_TRUE(is_ok(again.import_graph_def(graph.graph_def())));
  EXPECT_EQ(again.graph_def(), graph.graph_def());
}

TEST(GraphImport, TakesOperationsThatNobodyKnows) {
  Graph graph;
  const auto def =
      graph_def({node_def("x", "Mystery"), node_def("y", "Other", {"x:2", "^x"}),
                 node_def("l", "Merge", {"n"}), node_def("n", "NextIteration", {"l"})});
  ASSERT_TRUE(is_ok(graph.import_graph_def(def)));
  EXPECT_EQ(graph.operation_by_name("x")->outputs().size(), 3u);
  EXPECT_EQ(graph.operation_by_name("y")->inputs().front().name(), "x:2");
  Session session(graph);
  EXPECT_TRUE(raises(session.run(*graph.operation_by_name("y")), ErrorClass::kUnimplemented,
                     {"'Mystery'", "'x'"}));
}

TEST(GraphImport, PutsOtherOutputsInThePlaceOfInputs) {
  Graph source;
  const Output a = source.constant(scalar(1), "a");
  (void)source.add(a, a, "b");
  Graph graph;
  const Output mine = graph.constant(scalar(5), "mine");
  ASSERT_TRUE(is_ok(graph.import_graph_def(source.graph_def(), {"i", {{"a", mine}}, false})));
  EXPECT_EQ(evaluate(graph, *graph.tensor_by_name("i/b:0")), scalar(10));
}

TEST(GraphImport, RefusesWhatIsNoGraph) {
  const std::vector<std::pair<std::string, std::string_view>> all = {
      {graph_def({node_def("x", "A", {"none"})}), "Unknown input node 'none'"},
      {graph_def({node_def("x", "A"), node_def("x", "B")}), "not unique"},
      {graph_def({node_def("", "A")}), "no name"},
      {graph_def({node_def("c", "Const"), node_def("x", "NoOp", {"c:1"})}), "invalid output 1"},
      {graph_def({node_def("bad name", "A")}), "Node 'bad name': Node name contains invalid"},
      {graph_def({node_def("a:1", "A")}), "contains invalid"},
      {graph_def({node_def("^a", "A")}), "contains invalid"},
      {graph_def({node_def("_a", "A")}), "contains invalid"},
      {graph_def({node_def("a>_b", "A")}), "contains invalid"},
      {graph_def({node_def("a>", "A")}), "contains invalid"},
      {graph_def({node_def("c", "Mine"), node_def("x", "Mine", {"c:999999"})}),
       "invalid output 999999"},
  };
  for (const auto& [message, phrase] : all) {
    Graph graph;
    EXPECT_TRUE(raises(graph.import_graph_def(message), ErrorClass::kValueError, {phrase}));
    EXPECT_EQ(graph.node_count(), 0u);
  }
  Graph graph;
  EXPECT_TRUE(raises(graph.import_graph_def("\x0a\x7f"), ErrorClass::kDataLoss));
  (void)graph.no_op("x");
  EXPECT_TRUE(raises(graph.import_graph_def(graph_def({node_def("x", "NoOp")})),
                     ErrorClass::kValueError, {"in the graph already", "import_scope"}));
}

// Each of these nodes takes thirty bytes, and would have 65,536 outputs.
TEST(GraphImport, GivesNodesNoMoreOutputsThanAreUsedAndSomeMore) {
  std::vector<std::string> nodes;
  for (int i = 0; i < 64; ++i) {
    const std::string name = "s" + std::to_string(i);
    nodes.push_back(node_def(name, "Mine"));
    nodes.push_back(node_def("u" + std::to_string(i), "Mine", {name + ":65535"}));
  }
  Graph graph;
  EXPECT_TRUE(raises(graph.import_graph_def(graph_def(nodes)), ErrorClass::kValueError,
                     {"invalid output 65535 of source node 's4'"}));
  ASSERT_TRUE(is_ok(graph.import_graph_def(
      graph_def({node_def("c", "Mine"), node_def("a>b/_c", "Mine", {"c:2000", "c:1"})}))));
  EXPECT_EQ(graph.operation_by_name("c")->outputs().size(), 2001u);
}

TEST(GraphImport, IsRefusedByAGraphThatIsFinished) {
  Graph graph;
  (void)graph.no_op("x");
  graph.finalize();
  EXPECT_TRUE(raises(graph.import_graph_def(graph_def({node_def("y", "NoOp")})),
                     ErrorClass::kRuntimeError, {"finalized"}));
}

TEST(GraphImport, KeepsAttributesThatHaveNoFormHere) {
  std::string value;  // a function
  ProtoWriter(value).add_message(10, "\x0a\x01g");
  std::string pair;
  ProtoWriter pair_writer(pair);
  pair_writer.add_bytes(1, "body");
  pair_writer.add_message(2, value);
  std::string node = node_def("w", "While");
  ProtoWriter(node).add_message(5, pair);
  Graph graph;
  ASSERT_TRUE(is_ok(graph.import_graph_def(graph_def({node}))));
  const auto attr = graph.operation_by_name("w")->attr("body");
  ASSERT_TRUE(attr.has_value());
  EXPECT_EQ(std::get<RawAttr>(*attr).message, value);
  EXPECT_NE(graph.operation_by_name("w")->node_def().find(value), std::string::npos);
}

TEST(ControlDependencies, AddWhatNodesWaitForUntilTheyAreLeft) {
  Graph graph;
  const Operation first = graph.no_op("first");
  {
    const ControlDependencies wait(graph, std::vector{first});
    const Output a = graph.constant(scalar(1), "a");
    EXPECT_EQ(a.op().control_inputs(), std::vector{first});
    // What is made of it waits already.
    EXPECT_TRUE(graph.identity(a, "b").op().control_inputs().empty());
    const ControlDependencies none(graph, std::nullopt);
    EXPECT_TRUE(graph.no_op("free").control_inputs().empty());
  }
  EXPECT_TRUE(graph.no_op("after").control_inputs().empty());
}

TEST(DeviceScope, IsWhereNodesSayTheyBelong) {
  Graph graph;
  {
    const DeviceScope device(graph, "/device:CPU:1");
    EXPECT_EQ(graph.no_op("a").device(), "/device:CPU:1");
  }
  EXPECT_EQ(graph.no_op("b").device(), "");
}

TEST(PyFunc, CallsAFunctionOfTheValues) {
  Graph graph;
  const HostFunction twice = [](std::span<const Tensor> inputs) -> Result<std::vector<Tensor>> {
    return std::vector<Tensor>{inputs[0], inputs[0]};
  };
  const Output a = graph.constant(scalar(3));
  const Operation call = graph.py_func(twice, {&a, 1}, {DType::kF32, DType::kF32});
  EXPECT_EQ(evaluate(graph, call.outputs()[1]), scalar(3));
  const Operation wrong = graph.py_func(twice, {&a, 1}, {DType::kF32}, "wrong");
  Session session(graph);
  EXPECT_TRUE(raises(session.run(wrong), ErrorClass::kInvalidArgument, {"2 values, 1"}));
}

}  // namespace
}  // namespace holdall::tf1
