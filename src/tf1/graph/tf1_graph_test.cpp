// Graphs as a whole: handles, the error that sticks, look-ups by name, lifetime, threads.
#include <thread>

#include "tf1/graph/graph_rep.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

TEST(Graph, ListsNodesInTheOrderOfTheirMaking) {
  Graph graph;
  const Output a = graph.constant(scalar(1), "b");
  const Output b = graph.identity(a, "a");
  EXPECT_EQ(graph.operations(), (std::vector<Operation>{a.op(), b.op()}));
}

TEST(Graph, CopiesAreTheSameGraph) {
  Graph graph;
  const Graph copy = graph;
  (void)graph.no_op("n");
  EXPECT_EQ(copy.operations().size(), 1u);
  EXPECT_TRUE(copy == graph);
  EXPECT_FALSE(copy == Graph());
}

TEST(Graph, TellsWhatAnOperationIs) {
  Graph graph;
  const Output a = graph.constant(scalar(1), "a");
  const Operation before = graph.no_op("before");
  const Operation after = graph.group(std::vector{before, a.op()}, "after");
  EXPECT_EQ(after.name(), "after");
  EXPECT_EQ(after.type(), "NoOp");
  EXPECT_EQ(after.device(), "");
  EXPECT_EQ(after.control_inputs(), (std::vector<Operation>{before, a.op()}));
  EXPECT_TRUE(after.inputs().empty());
  EXPECT_TRUE(after.outputs().empty());
  const Output sum = graph.add(a, a);
  EXPECT_EQ(sum.op().inputs(), (std::vector<Output>{a, a}));
  EXPECT_EQ(sum.op().outputs(), (std::vector<Output>{sum}));
  EXPECT_TRUE(sum.op().control_inputs().empty());
}

TEST(Graph, TellsWhatAnOutputIs) {
  Graph graph;
  const Output a = graph.constant(*Tensor::of<int32_t>({2, 1}, {1, 2}), "a");
  EXPECT_EQ(a.name(), "a:0");
  EXPECT_EQ(a.index(), 0);
  EXPECT_EQ(a.dtype(), DType::kI32);
  EXPECT_EQ(a.shape(), StaticShape::of({2, 1}));
  EXPECT_EQ(a.shape().full(), Shape({2, 1}));
  EXPECT_FALSE(a.is_ref());
  EXPECT_EQ(a, Output(a.op(), 0));
  EXPECT_FALSE(a == Output(a.op(), 1));
}

TEST(Graph, GivesInvalidHandlesThatDoNothing) {
  const Operation op;
  EXPECT_FALSE(op.is_valid());
  EXPECT_EQ(op.name() + op.type() + op.device() + op.node_def(), "");
  EXPECT_EQ(op.inputs().size() + op.control_inputs().size() + op.outputs().size(), 0u);
  const Output output;
  EXPECT_FALSE(output.is_valid());
  EXPECT_EQ(output.name(), "");
  EXPECT_EQ(output.dtype(), DType::kUnknown);
  EXPECT_FALSE(output.shape().has_rank);
  EXPECT_FALSE(output.is_ref());
  const Variable variable;
  EXPECT_FALSE(variable.is_valid() || variable.is_trainable());
  EXPECT_EQ(variable.name() + variable.op_name(), "");
  EXPECT_EQ(variable.dtype(), DType::kUnknown);
  EXPECT_FALSE(variable.shape().has_rank);
  EXPECT_FALSE(variable.op().is_valid() || variable.initializer().is_valid());
  EXPECT_FALSE(variable.value().is_valid() || variable.ref().is_valid());
  EXPECT_FALSE(variable.initial_value().is_valid());
}

TEST(StaticShape, IsFullOnlyIfEverySizeIsKnown) {
  EXPECT_EQ(StaticShape::of({}).full(), Shape());
  EXPECT_EQ(StaticShape::of({2, 0}).full(), Shape({2, 0}));
  EXPECT_EQ(StaticShape::unknown().full(), std::nullopt);
  EXPECT_EQ((StaticShape{true, {2, -1}}).full(), std::nullopt);
}

TEST(Graph, KeepsTheFirstErrorUntilItIsTaken) {
  Graph graph;
  (void)graph.constant(scalar(1), "first error");
  (void)graph.constant(scalar(1), "second error");
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError, {"first error"}));
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError, {"first error"}));
  EXPECT_TRUE(is_ok(graph.status()));
  EXPECT_TRUE(is_ok(graph.take_status()));
}

TEST(Graph, KeepsAnErrorForTheThreadThatMadeIt) {
  Graph graph;
  (void)graph.constant(scalar(1), "not a name");
  std::thread([&] {
    EXPECT_TRUE(is_ok(graph.take_status()));
    const Output x = graph.constant(scalar(2));
    Session session(graph);
    EXPECT_TRUE(is_ok(session.run(x)));
    (void)graph.constant(scalar(1), "no name either");
    EXPECT_TRUE(raises(session.run(x), ErrorClass::kValueError, {"no name either"}));
  }).join();
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError, {"not a name"}));
  EXPECT_TRUE(is_ok(graph.status()));
}

TEST(Graph, MakesNothingOfWhatFailed) {
  Graph graph;
  const Output bad = graph.constant(scalar(1), "a b");
  EXPECT_FALSE(bad.is_valid());
  EXPECT_FALSE(graph.identity(bad).is_valid());
  EXPECT_FALSE(graph.add(bad, bad).is_valid());
  EXPECT_FALSE(graph.variable("w", bad).is_valid());
  EXPECT_FALSE(graph.group(std::vector{bad.op()}).is_valid());
  EXPECT_EQ(graph.operations().size(), 0u);
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError, {"'a b'"}));
}

// Each takes a handle it cannot use.
TEST(Graph, RefusesHandlesThatAreInvalidOrOfAnotherGraph) {
  Graph graph;
  Graph other;
  const Output one = graph.constant(scalar(1));
  const Output foreign = other.constant(scalar(1));
  const Variable foreign_variable = other.variable("w", scalar(1));
  const auto refuses = [&](bool is_valid) {
    return !is_valid && raises(graph.take_status(), ErrorClass::kValueError,
                               {"is not an element of this graph"});
  };
  EXPECT_TRUE(refuses(graph.identity(foreign).is_valid()));
  EXPECT_TRUE(refuses(graph.identity(Output()).is_valid()));
  EXPECT_TRUE(refuses(graph.identity(Output(one.op(), 1)).is_valid()));
  EXPECT_TRUE(refuses(graph.identity(Output(one.op(), -1)).is_valid()));
  EXPECT_TRUE(refuses(graph.add(one, foreign).is_valid()));
  EXPECT_TRUE(refuses(graph.assign(foreign_variable, one).is_valid()));
  EXPECT_TRUE(refuses(graph.group(std::vector{foreign.op()}).is_valid()));
  EXPECT_TRUE(refuses(graph.group(std::vector{Operation()}).is_valid()));
  EXPECT_TRUE(refuses(graph.variables_initializer(std::vector{foreign_variable}).is_valid()));
  EXPECT_TRUE(refuses(graph.variables_initializer(std::vector{Variable()}).is_valid()));
}

TEST(Graph, FindsOperationsAndTensorsByName) {
  Graph graph;
  const Variable w = graph.variable("m/w", floats({1, 2}));
  const auto op = graph.operation_by_name("m/w/Assign");
  ASSERT_TRUE(is_ok(op));
  EXPECT_EQ(*op, w.initializer());
  const auto tensor = graph.tensor_by_name("m/w/read:0");
  ASSERT_TRUE(is_ok(tensor));
  EXPECT_EQ(*tensor, w.value());
}

TEST(Graph, SaysHowANameCannotBeATensors) {
  Graph graph;
  (void)graph.constant(scalar(1), "c");
  EXPECT_TRUE(raises(graph.tensor_by_name("foo:0"), ErrorClass::kKeyError,
                     {"The name 'foo:0' refers to a Tensor which does not exist. The operation, "
                      "'foo', does not exist in the graph."}));
  for (const std::string_view name : {"c:1", "c:7777777", "c:99999999999999999999999"}) {
    EXPECT_TRUE(raises(graph.tensor_by_name(name), ErrorClass::kKeyError,
                       {"refers to a Tensor which does not exist. The operation, 'c', exists but "
                        "only has 1 outputs."}));
  }
  for (const std::string_view name : {"foo", "foo:", "foo:x", "foo:-1", "foo:1x", ""}) {
    EXPECT_TRUE(raises(graph.tensor_by_name(name), ErrorClass::kValueError,
                       {"looks like an (invalid) Operation name, not a Tensor. Tensor names must "
                        "be of the form \"<op_name>:<output_index>\"."}));
  }
}

TEST(Graph, SaysHowANameCannotBeAnOperations) {
  Graph graph;
  (void)graph.constant(scalar(1), "c");
  EXPECT_TRUE(raises(graph.operation_by_name("foo"), ErrorClass::kKeyError,
                     {"The name 'foo' refers to an Operation not in the graph."}));
  EXPECT_TRUE(raises(graph.operation_by_name("c:0"), ErrorClass::kValueError, {"'c:0'"}));
  EXPECT_TRUE(is_ok(graph.status()));
}

TEST(Graph, IsKeptByEachOfItsHandles) {
  const auto holds = [](const auto& make_handle) {
    Graph graph;
    const std::weak_ptr<GraphRep> alive = GraphRep::of(graph);
    (void)graph.variable("w", scalar(1));
    [[maybe_unused]] const auto handle = make_handle(std::exchange(graph, Graph()));
    return !alive.expired();
  };
  EXPECT_TRUE(holds([](const Graph& g) { return g; }));
  EXPECT_TRUE(holds([](const Graph& g) { return g.operations(); }));
  EXPECT_TRUE(holds([](const Graph& g) { return *g.tensor_by_name("w:0"); }));
  EXPECT_TRUE(holds([](const Graph& g) { return g.global_variables(); }));
  EXPECT_TRUE(holds([](const Graph& g) { return g.collection("variables"); }));
  EXPECT_TRUE(holds([](const Graph& g) { return Session(g); }));
  EXPECT_FALSE(holds([](const Graph&) { return 0; }));
}

TEST(Graph, GoesWithItsLastHandleWhateverItHolds) {
  std::weak_ptr<GraphRep> alive;
  {
    Graph graph;
    alive = GraphRep::of(graph);
    const Variable w = graph.get_variable("w", {.shape = Shape({2})});
    graph.add_to_collection("own", w);
    graph.add_to_collection("own", w.value());
    graph.add_to_collection("own", w.op());
    const Saver saver(graph);
    const Session session(graph);
    VariableScope scope(graph, "s");
    EXPECT_FALSE(alive.expired());
  }
  EXPECT_TRUE(alive.expired());
}

TEST(Graph, TakesNodesFromManyThreadsUnderDistinctNames) {
  Graph graph;
  constexpr int kThreads = 4;
  constexpr int kNodes = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&graph] {
      for (int i = 0; i < kNodes; ++i) (void)graph.identity(graph.constant(scalar(1)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(is_ok(graph.status()));
  EXPECT_EQ(graph.operations().size(), size_t{2 * kThreads * kNodes});
  EXPECT_TRUE(is_ok(graph.operation_by_name("Const_" + std::to_string(kThreads * kNodes - 1))));
}

TEST(Graph, HasOneNameScopeAThread) {
  Graph graph;
  NameScope here(graph, "here");
  std::thread([&] {
    EXPECT_EQ(graph.name_scope(), "");
    NameScope there(graph, "there");
    EXPECT_EQ(graph.no_op("n").name(), "there/n");
  }).join();
  EXPECT_EQ(graph.no_op("n").name(), "here/n");
}

}  // namespace
}  // namespace holdall::tf1
