// Values given to a run in place of outputs.
#include "tf1/graph/graph_rep.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

TEST(Feeds, StandInForAnyOutput) {
  Graph graph;
  const Output a = graph.constant(scalar(1));
  const Output sum = graph.add(a, graph.constant(scalar(2)));
  const Output twice = graph.add(sum, sum);
  Session session(graph);
  const auto values = session.run(std::vector{twice, sum}, {}, {{sum, scalar(10)}});
  ASSERT_TRUE(is_ok(values));
  EXPECT_EQ((*values)[0], scalar(20));
  EXPECT_EQ((*values)[1], scalar(10));
  const auto from_start = session.run(std::vector{twice}, {}, {{a, scalar(5)}});
  ASSERT_TRUE(is_ok(from_start));
  EXPECT_EQ((*from_start)[0], scalar(14));
}

TEST(Feeds, StandInForWhatCannotBeEvaluatedOrHasNoValue) {
  Graph graph;
  const Variable w = graph.variable("w", floats({1, 2}));
  const Saver saver(graph);
  const Output restored = *graph.tensor_by_name("save/RestoreV2:0");
  Session session(graph);
  const Operation restore = *graph.operation_by_name("save/restore_all");
  EXPECT_TRUE(raises(session.run(restore), ErrorClass::kNotFound));
  ASSERT_TRUE(is_ok(session.run({}, std::vector{restore}, {{restored, floats({7, 8})}})));
  EXPECT_EQ(session.values().find("w"), floats({7, 8}));
  const Variable unset = graph.variable("unset", 1.0f);
  const auto value = session.run(std::vector{unset.value()}, {}, {{unset.ref(), scalar(4)}});
  ASSERT_TRUE(is_ok(value));
  EXPECT_EQ(value->front(), scalar(4));
}

TEST(Feeds, StandInForOneOutputOfSeveral) {
  Graph graph;
  (void)graph.variable("a", 1.0f);
  (void)graph.variable("b", 1.0f);
  const Saver saver(graph);
  const Output second = *graph.tensor_by_name("save/RestoreV2:1");
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run({}, std::vector{*graph.operation_by_name("save/Assign_1")},
                                {{second, scalar(6)}})));
  EXPECT_EQ(session.values().find("b"), scalar(6));
  EXPECT_FALSE(session.values().find("a").has_value());
  const Operation first_assign = *graph.operation_by_name("save/Assign");
  EXPECT_TRUE(raises(session.run({}, std::vector{first_assign}, {{second, scalar(6)}}),
                     ErrorClass::kNotFound));
}

TEST(Feeds, OverrideTheFilenameOfASaver) {
  Graph graph;
  (void)graph.variable("w", 1.0f);
  const Saver saver(graph);
  const Output filename = *graph.tensor_by_name("save/Const:0");
  Session session(graph);
  EXPECT_EQ(session.run(filename)->string_at(0), "model");
  const auto fed = session.run(std::vector{filename}, {}, {{filename, strings_tensor({}, {"p"})}});
  ASSERT_TRUE(is_ok(fed));
  EXPECT_EQ(fed->front().string_at(0), "p");
}

TEST(Feeds, LoadAVariableThroughItsInitialiser) {
  Graph graph;
  const Variable w = graph.variable("w", floats({1, 2}));
  Session session(graph);
  ASSERT_TRUE(
      is_ok(session.run({}, std::vector{w.initializer()}, {{w.initial_value(), floats({8, 9})}})));
  EXPECT_EQ(session.values().find("w"), floats({8, 9}));
}

TEST(Feeds, DoNotKeepAControlInputFromRunning) {
  Graph graph;
  const Variable w = graph.variable("w", 1.0f);
  const Output assign = graph.assign(w, graph.constant(scalar(5)));
  const Operation after = graph.group(std::vector{assign.op()});
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run({}, std::vector{after}, {{assign, scalar(6)}})));
  EXPECT_EQ(session.values().find("w"), scalar(5));
}

TEST(Feeds, LastOneRunOnly) {
  Graph graph;
  const Output a = graph.constant(scalar(1));
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(std::vector{a}, {}, {{a, scalar(2)}})));
  EXPECT_EQ(*session.run(a), scalar(1));
}

TEST(Feeds, MustBeElementsOfTheGraphAndFitThem) {
  Graph graph;
  Graph other;
  const Output p = graph.constant(floats({1, 2}), "p");
  const Output foreign = other.constant(scalar(1), "foreign");
  Session session(graph);
  const auto feed = [&](const Output& output, const Tensor& value) {
    return session.run(std::vector{p}, {}, {{output, value}});
  };
  EXPECT_TRUE(raises(feed(foreign, scalar(1)), ErrorClass::kTypeError,
                     {"Cannot interpret feed_dict key as Tensor", "'foreign:0'",
                      "is not an element of this graph"}));
  EXPECT_TRUE(raises(feed(Output(), scalar(1)), ErrorClass::kTypeError));
  EXPECT_TRUE(raises(feed(Output(p.op(), 1), scalar(1)), ErrorClass::kTypeError));
  EXPECT_TRUE(raises(feed(p, floats({1, 2, 3})), ErrorClass::kValueError,
                     {"Cannot feed value of shape (3,) for Tensor 'p:0', which has shape '(2,)'"}));
  EXPECT_TRUE(raises(feed(p, *Tensor::of<int32_t>({2}, {1, 2})), ErrorClass::kTypeError,
                     {"'p:0'", "int32", "float32"}));
}

}  // namespace
}  // namespace holdall::tf1
