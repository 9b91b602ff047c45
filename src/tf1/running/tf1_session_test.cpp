// Runs: what they evaluate, when variables change, and what they fail with.
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

std::vector<float> read(Session& session, const Variable& variable) {
  const auto value = session.eval(variable);
  EXPECT_TRUE(is_ok(value));
  return value.ok() ? values_of<float>(*value) : std::vector<float>();
}

TEST(Tf1Session, StartsWithoutValues) {
  Graph graph;
  VariableScope scope(graph, "model1");
  const Variable w = graph.variable("w1", floats({1, 2}));
  Session session(graph);
  EXPECT_FALSE(session.is_initialized(w));
  for (const Output& output : {w.value(), w.ref(), graph.identity(w.ref())}) {
    EXPECT_TRUE(raises(session.run(output), ErrorClass::kFailedPrecondition,
                       {"Attempting to use uninitialized value model1/w1"}));
  }
  EXPECT_TRUE(is_ok(session.run(w.initializer())));
  EXPECT_TRUE(session.is_initialized(w));
  EXPECT_EQ(read(session, w), (std::vector<float>{1, 2}));
}

TEST(Tf1Session, RunsTheInitialisersOfTheVariablesThereWere) {
  Graph graph;
  const Variable a = graph.variable("a", 1.0f);
  const Operation init = graph.global_variables_initializer();
  const Variable b = graph.variable("b", 2.0f);
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(init)));
  EXPECT_TRUE(session.is_initialized(a));
  EXPECT_FALSE(session.is_initialized(b));
  ASSERT_TRUE(is_ok(session.run(graph.variables_initializer(std::vector{b}))));
  EXPECT_EQ(read(session, b), (std::vector<float>{2}));
}

TEST(Tf1Session, InitialisesOneVariableFromAnother) {
  Graph graph;
  const Variable a = graph.variable("a", floats({1, 2}));
  const Variable b = graph.variable("b", graph.add(a.value(), a.value()));
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  EXPECT_EQ(read(session, b), (std::vector<float>{2, 4}));
}

TEST(Tf1Session, HasValuesOfItsOwn) {
  Graph graph;
  const Variable w = graph.variable("w", 1.0f);
  const Output assign = graph.assign(w, graph.constant(scalar(5)));
  Session first(graph);
  Session second(graph);
  ASSERT_TRUE(is_ok(first.run(w.initializer())));
  EXPECT_FALSE(second.is_initialized(w));
  ASSERT_TRUE(is_ok(second.run(assign)));
  EXPECT_EQ(read(first, w), (std::vector<float>{1}));
  EXPECT_EQ(read(second, w), (std::vector<float>{5}));
  EXPECT_TRUE(first.graph() == graph);
}

TEST(Tf1Session, GivesTheValueThatWasAssigned) {
  Graph graph;
  const Variable w = graph.variable("w", floats({1, 2}));
  const Output assign = graph.assign(w, graph.constant(floats({3, 4})));
  Session session(graph);
  const auto values = session.run(std::vector{assign, graph.identity(assign)}, {});
  ASSERT_TRUE(is_ok(values));
  EXPECT_EQ((*values)[0], floats({3, 4}));
  EXPECT_EQ((*values)[1], floats({3, 4}));
  EXPECT_EQ(read(session, w), (std::vector<float>{3, 4}));
}

TEST(Tf1Session, ReadsAFetchedReferenceAtTheEndOfTheRun) {
  Graph graph;
  const Variable w = graph.variable("w", 1.0f);
  const Output assign = graph.assign(w, graph.constant(scalar(5)));
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(w.initializer())));
  const auto values = session.run(std::vector{w.ref()}, std::vector{assign.op()});
  ASSERT_TRUE(is_ok(values));
  EXPECT_EQ(values_of<float>(values->front()), (std::vector<float>{5}));
}

TEST(Tf1Session, ChangesNothingIfARunFails) {
  Graph graph;
  const Variable a = graph.variable("a", 1.0f);
  const Variable b = graph.variable("b", 1.0f);
  const Variable unset = graph.variable("unset", 1.0f);
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(graph.group(std::vector{a.initializer(), b.initializer()}))));
  const Output assign_a = graph.assign(a, graph.constant(scalar(5)));
  const Output assign_b = graph.assign(b, unset.value());
  const Operation both = graph.group(std::vector{assign_a.op(), assign_b.op()});
  EXPECT_TRUE(raises(session.run(both), ErrorClass::kFailedPrecondition, {"unset"}));
  EXPECT_EQ(read(session, a), (std::vector<float>{1}));
  EXPECT_EQ(read(session, b), (std::vector<float>{1}));
  // So does one whose fetch fails after everything has been evaluated.
  EXPECT_FALSE(session.run(std::vector{unset.ref()}, std::vector{assign_a.op()}).ok());
  EXPECT_EQ(read(session, a), (std::vector<float>{1}));
}

TEST(Tf1Session, ChecksTheShapeOfAnAssignmentWhenItRuns) {
  Graph graph;
  const Variable w = graph.variable("w", floats({1, 2}));
  const Output dims = graph.identity(graph.constant(*Tensor::of<int32_t>({1}, {3})));
  const Output three = graph.fill(dims, graph.constant(scalar(1)));
  Session session(graph);
  EXPECT_TRUE(raises(session.run(graph.assign(w, three)), ErrorClass::kInvalidArgument,
                     {"Assign requires shapes of both tensors to match. lhs shape= [2] rhs shape= "
                      "[3]"}));
  EXPECT_FALSE(session.is_initialized(w));
}

TEST(Tf1Session, TakesNodesAddedBetweenRuns) {
  Graph graph;
  const Variable w = graph.variable("w", 2.0f);
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(w.initializer())));
  const auto doubled = session.run(graph.add(w.value(), w.value()));
  ASSERT_TRUE(is_ok(doubled));
  EXPECT_EQ(values_of<float>(*doubled), (std::vector<float>{4}));
}

TEST(Tf1Session, NeedsNodes) {
  Graph graph;
  Session session(graph);
  EXPECT_TRUE(raises(session.run({}, {}), ErrorClass::kRuntimeError,
                     {"The Session graph is empty.  Add operations to the graph before calling "
                      "run()."}));
  (void)graph.no_op();
  const auto nothing = session.run({}, {});
  ASSERT_TRUE(is_ok(nothing));
  EXPECT_TRUE(nothing->empty());
}

TEST(Tf1Session, RunsNothingOfAGraphThatFailed) {
  Graph graph;
  const Operation fine = graph.no_op();
  (void)graph.no_op("a b");
  Session session(graph);
  EXPECT_TRUE(raises(session.run(fine), ErrorClass::kValueError, {"'a b'"}));
  EXPECT_FALSE(graph.take_status().ok());
  EXPECT_TRUE(is_ok(session.run(fine)));
}

TEST(Tf1Session, RefusesWhatIsNotInItsGraph) {
  Graph graph;
  Graph other;
  const Output own = graph.constant(scalar(1));
  const Output foreign = other.constant(scalar(1), "foreign");
  Session session(graph);
  EXPECT_TRUE(raises(session.run(foreign), ErrorClass::kValueError,
                     {"Fetch argument 'foreign:0' cannot be interpreted as a Tensor.",
                      "not an element of this graph"}));
  EXPECT_TRUE(raises(session.run(foreign.op()), ErrorClass::kValueError, {"'foreign'"}));
  EXPECT_TRUE(raises(session.run(Output()), ErrorClass::kValueError));
  EXPECT_TRUE(raises(session.run(Operation()), ErrorClass::kValueError));
  EXPECT_TRUE(raises(session.run(Output(own.op(), 1)), ErrorClass::kValueError));
  EXPECT_TRUE(raises(session.run(Output(own.op(), -1)), ErrorClass::kValueError));
  EXPECT_TRUE(raises(session.run(Output(graph.no_op(), 0)), ErrorClass::kValueError));
}

TEST(Tf1Session, DropsItsValuesWhenItIsClosed) {
  Graph graph;
  const Variable w = graph.variable("w", 1.0f);
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(w.initializer())));
  EXPECT_FALSE(session.is_closed());
  session.close();
  session.close();
  EXPECT_TRUE(session.is_closed());
  EXPECT_FALSE(session.is_initialized(w));
  EXPECT_EQ(session.values().snapshot().count(), 0u);
  EXPECT_TRUE(
      raises(session.eval(w), ErrorClass::kRuntimeError, {"Attempted to use a closed Session."}));
  EXPECT_TRUE(raises(session.run(w.initializer()), ErrorClass::kRuntimeError));
}

TEST(Tf1Session, SharesItsValuesWithTheNativeSession) {
  Graph graph;
  VariableScope scope(graph, "m");
  const Variable w = graph.variable("w", floats({1, 2}));
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(w.initializer())));
  const Session& view = session;
  EXPECT_EQ(view.values().find("m/w"), floats({1, 2}));
  ASSERT_TRUE(is_ok(session.values().assign("m/w", floats({3, 4}))));
  EXPECT_EQ(read(session, w), (std::vector<float>{3, 4}));
}

TEST(Tf1Session, KeepsItsValuesWhenItIsMoved) {
  Graph graph;
  const Variable w = graph.variable("w", 1.0f);
  Session first(graph);
  ASSERT_TRUE(is_ok(first.run(w.initializer())));
  Session second(std::move(first));
  EXPECT_TRUE(second.is_initialized(w));
  Session third(graph);
  third = std::move(second);
  EXPECT_TRUE(third.is_initialized(w));
}

TEST(Tf1Session, EvaluatesEachNodeOnceARun) {
  Graph graph;
  // Through the stream of a random node, which moves on with each evaluation.
  const Output x = graph.random_uniform({2}, {.seed = 1});
  const Output sum = graph.subtract(graph.add(x, x), graph.add(x, x));
  Session session(graph);
  const auto first = session.run(std::vector{x, sum, x}, {});
  const auto second = session.run(std::vector{x, sum}, {});
  ASSERT_TRUE(is_ok(first));
  ASSERT_TRUE(is_ok(second));
  EXPECT_EQ((*first)[0], (*first)[2]);
  EXPECT_EQ((*first)[1], floats({0, 0}));
  EXPECT_NE((*first)[0], (*second)[0]);
  Graph again;
  const Output y = again.random_uniform({2}, {.seed = 1});
  Session other(again);
  (void)other.run(y);
  EXPECT_EQ(*other.run(y), (*second)[0]);
}

TEST(Tf1Session, RunsAGraphDeeperThanTheStack) {
  Graph graph;
  Output x = graph.constant(scalar(3));
  for (int i = 0; i < 100'000; ++i) x = graph.identity(x, "i");
  EXPECT_EQ(values_of<float>(evaluate(graph, x)), (std::vector<float>{3}));
}

}  // namespace
}  // namespace holdall::tf1
