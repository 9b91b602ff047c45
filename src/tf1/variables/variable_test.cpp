// tf.Variable: names, nodes and handles. variable_scope_test.cpp has the scopes.
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

using Nodes = std::vector<std::pair<std::string, std::string>>;

TEST(Variable, OfATensorIsFourNodes) {
  Graph graph;
  NameScope scope(graph, "s");
  (void)graph.variable("w", floats({1, 2}));
  EXPECT_EQ(nodes_of(graph), (Nodes{{"s/w/initial_value", "Const"},
                                    {"s/w", "VariableV2"},
                                    {"s/w/Assign", "Assign"},
                                    {"s/w/read", "Identity"}}));
}

TEST(Variable, OfAnOutputAddsThreeNodes) {
  Graph graph;
  const Output value = graph.constant(scalar(1), "c");
  const Variable w = graph.variable("w", value);
  EXPECT_EQ(
      nodes_of(graph),
      (Nodes{{"c", "Const"}, {"w", "VariableV2"}, {"w/Assign", "Assign"}, {"w/read", "Identity"}}));
  EXPECT_EQ(w.initial_value(), value);
}

TEST(Variable, OfAFunctionHasItsNodesBesideIt) {
  Graph graph;
  NameScope scope(graph, "s");
  (void)graph.variable("w", zeros({2}));
  EXPECT_EQ(nodes_of(graph), (Nodes{{"s/zeros", "Const"},
                                    {"s/w", "VariableV2"},
                                    {"s/w/Assign", "Assign"},
                                    {"s/w/read", "Identity"}}));
}

TEST(Variable, OfAFunctionOfOnesOwnHasWhatThatMakes) {
  Graph graph;
  const InitialValue twice([](Graph& g) {
    const Output one = g.constant(scalar(1.5f), "x");
    return g.add(one, one, "twice");
  });
  const Variable w = graph.variable("w", twice);
  EXPECT_EQ(w.initial_value().name(), "twice:0");
  EXPECT_EQ(values_of<float>(evaluate(graph, w.initial_value())), (std::vector<float>{3}));
}

TEST(Variable, OfAFloatIsAScalar) {
  Graph graph;
  const Variable w = graph.variable("w", 2.5f);
  EXPECT_EQ(w.dtype(), DType::kF32);
  EXPECT_EQ(w.shape(), StaticShape::of({}));
  EXPECT_EQ(values_of<float>(evaluate(graph, w.initial_value())), (std::vector<float>{2.5f}));
}

TEST(Variable, TellsItsNamesAndNodes) {
  Graph graph;
  const Variable w = graph.variable("m/w", *Tensor::of<int64_t>({2, 1}, {1, 2}));
  EXPECT_TRUE(w.is_valid());
  EXPECT_EQ(w.name(), "m/w:0");
  EXPECT_EQ(w.op_name(), "m/w");
  EXPECT_EQ(w.dtype(), DType::kI64);
  EXPECT_EQ(w.shape(), StaticShape::of({2, 1}));
  EXPECT_EQ(w.op().name(), "m/w");
  EXPECT_EQ(w.op().type(), "VariableV2");
  EXPECT_EQ(w.ref().name(), "m/w:0");
  EXPECT_EQ(w.value().name(), "m/w/read:0");
  EXPECT_EQ(w.initializer().name(), "m/w/Assign");
  EXPECT_EQ(w.initial_value().name(), "m/w/initial_value:0");
  EXPECT_TRUE(w.is_trainable());
  EXPECT_FALSE(graph.variable("v", 1.0f, {.trainable = false}).is_trainable());
}

TEST(Variable, IsEqualToItselfHoweverItIsCameBy) {
  Graph graph;
  const Variable w = graph.variable("w", 1.0f);
  const Variable v = graph.variable("v", 1.0f);
  EXPECT_EQ(graph.global_variables(), (std::vector<Variable>{w, v}));
  EXPECT_FALSE(w == v);
}

TEST(Variable, IsMadeUniqueInsteadOfRefused) {
  Graph graph;
  EXPECT_EQ(graph.variable("w", 1.0f).name(), "w:0");
  EXPECT_EQ(graph.variable("w", 1.0f).name(), "w_1:0");
  EXPECT_EQ(graph.variable("W", 1.0f).name(), "W_2:0");
  EXPECT_EQ(graph.variable("", 1.0f).name(), "Variable:0");
  EXPECT_EQ(graph.variable("", 1.0f).name(), "Variable_1:0");
  EXPECT_TRUE(is_ok(graph.status()));
}

TEST(Variable, IsRefusedUnderAnAbsoluteNameThatIsTaken) {
  Graph graph;
  EXPECT_EQ(graph.variable("a/", 1.0f).name(), "a:0");
  EXPECT_FALSE(graph.variable("a/", 1.0f).is_valid());
  EXPECT_TRUE(
      raises(graph.status(), ErrorClass::kValueError, {"Duplicate node name in graph: 'a"}));
}

TEST(Variable, IsRefusedUnderABadName) {
  for (const std::string name : {"a b", "a:b", "\xc3\xa9", "_x", "/a"}) {
    Graph graph;
    EXPECT_FALSE(graph.variable(name, 1.0f).is_valid());
    EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                       {"'" + name + "' is not a valid scope name"}));
    EXPECT_TRUE(graph.operations().empty());
  }
}

TEST(Variable, NeedsAnInitialValueOfItsType) {
  Graph graph;
  const Output one = graph.constant(scalar(1));
  EXPECT_TRUE(graph.variable("a", one, {.dtype = DType::kF32}).is_valid());
  EXPECT_FALSE(graph.variable("b", one, {.dtype = DType::kI32}).is_valid());
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                     {"Tensor conversion requested dtype int32 for Tensor with dtype float32"}));
}

TEST(Variable, NeedsAnInitialValueOfKnownShape) {
  Graph graph;
  const Output dims = graph.identity(graph.constant(*Tensor::of<int32_t>({1}, {2})));
  const Output unknown = graph.fill(dims, graph.constant(scalar(1)), "unknown");
  EXPECT_FALSE(graph.variable("w", unknown).is_valid());
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                     {"initial_value must have a shape specified", "unknown:0"}));
}

TEST(Variable, NeedsAnInitialValue) {
  Graph graph;
  EXPECT_FALSE(graph.variable("w", Output()).is_valid());
  EXPECT_TRUE(
      raises(graph.take_status(), ErrorClass::kValueError, {"initial_value must be specified."}));
  EXPECT_FALSE(graph.variable("w", InitialValue([](Graph&) { return Output(); })).is_valid());
  EXPECT_FALSE(graph.status().ok());
  EXPECT_TRUE(graph.global_variables().empty());
}

TEST(Variable, RefusesAnInitialValueOfAnotherGraph) {
  Graph graph;
  Graph other;
  EXPECT_FALSE(graph.variable("w", other.constant(scalar(1))).is_valid());
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError, {"is not an element of this graph"}));
  EXPECT_TRUE(graph.global_variables().empty());
  EXPECT_TRUE(is_ok(other.status()));
}

TEST(Variable, CanBeOfAnyTypeThatHasValues) {
  std::mt19937_64 random(3);
  Graph graph;
  std::vector<std::pair<Variable, Tensor>> variables;
  for (const DType dtype : storable_dtypes()) {
    const Tensor value = dtype == DType::kString ? strings_tensor({2}, {"a", ""})
                                                 : random_tensor(random, dtype, {2, 3});
    variables.emplace_back(graph.variable("w", value), value);
  }
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  for (const auto& [variable, value] : variables) {
    const auto read = session.eval(variable);
    ASSERT_TRUE(is_ok(read));
    EXPECT_EQ(*read, value);
  }
}

TEST(InitialValues, ComeFromTheFunctionsOfTheirNames) {
  Graph graph;
  const std::vector<InitialValue> values = {
      random_normal({2}, {.seed = 1}), random_uniform({2}, {.seed = 1}),
      truncated_normal({2}, {.seed = 1}), zeros({2}), ones({2}, DType::kI32)};
  std::vector<std::string> names;
  for (const InitialValue& value : values)
    names.push_back(graph.variable("w", value).initial_value().name());
  EXPECT_EQ(names, (std::vector<std::string>{"random_normal:0", "random_uniform:0",
                                             "truncated_normal:0", "zeros:0", "ones:0"}));
  EXPECT_EQ(graph.global_variables().back().dtype(), DType::kI32);
}

}  // namespace
}  // namespace holdall::tf1
