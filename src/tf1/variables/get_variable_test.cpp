// tf.get_variable: sharing, and how initial values come about.
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

using Nodes = std::vector<std::pair<std::string, std::string>>;

Variable get(Graph& graph, std::string_view name, const Shape& shape = {}) {
  return graph.get_variable(name, {.shape = shape});
}

TEST(GetVariable, MakesItsInitialValueBelowTheVariable) {
  Graph graph;
  NameScope ignored(graph, "ignored");
  VariableScope scope(graph, "s");
  (void)graph.get_variable("w", {.shape = Shape({2}), .initializer = zeros_initializer()});
  EXPECT_EQ(nodes_of(graph), (Nodes{{"s/w/Initializer/zeros", "Const"},
                                    {"s/w", "VariableV2"},
                                    {"s/w/Assign", "Assign"},
                                    {"s/w/read", "Identity"}}));
  EXPECT_EQ(graph.name_scope(), "ignored/s");
}

TEST(GetVariable, MakesAConstantsNodeAsVariableDoes) {
  Graph graph;
  VariableScope scope(graph, "s");
  const Variable w = graph.get_variable("w", {.initializer = floats({1, 2})});
  EXPECT_EQ(nodes_of(graph).front(),
            (std::pair<std::string, std::string>("s/w/initial_value", "Const")));
  EXPECT_EQ(w.name(), "s/w:0");
  EXPECT_EQ(w.shape(), StaticShape::of({2}));
}

TEST(GetVariable, TakesADtypeThatAConstantHas) {
  Graph graph;
  const Tensor five = *Tensor::of<int32_t>({}, {5});
  VariableScope scope(graph, "s", {.dtype = DType::kF64});
  EXPECT_EQ(graph.get_variable("a", {.initializer = five}).dtype(), DType::kI32);
  EXPECT_TRUE(graph.get_variable("b", {.dtype = DType::kI32, .initializer = five}).is_valid());
  EXPECT_FALSE(graph.get_variable("c", {.dtype = DType::kF32, .initializer = five}).is_valid());
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                     {"Initializer type 'int32' and explicit dtype 'float32' don't match."}));
}

TEST(GetVariable, RefusesAShapeBesideAConstant) {
  Graph graph;
  EXPECT_FALSE(
      graph.get_variable("w", {.shape = Shape({2}), .initializer = floats({1, 2})}).is_valid());
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                     {"If initializer is a constant, do not specify shape."}));
}

TEST(GetVariable, NeedsAShape) {
  Graph graph;
  EXPECT_FALSE(graph.get_variable("w").is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError,
                     {"The initializer passed is not valid. It should be a callable with no "
                      "arguments and the shape should not be provided or an instance of "
                      "`tf.keras.initializers.*' and `shape` should be fully defined."}));
  EXPECT_FALSE(graph.get_variable("w", {.initializer = zeros_initializer()}).is_valid());
  EXPECT_FALSE(graph.status().ok());
  EXPECT_TRUE(graph.operations().empty());
}

TEST(GetVariable, RefusesWhatExistsUnlessItMayShare) {
  Graph graph;
  EXPECT_TRUE(get(graph, "w").is_valid());
  EXPECT_FALSE(get(graph, "w").is_valid());
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                     {"Variable w already exists, disallowed. Did you mean to set reuse=True or "
                      "reuse=tf.AUTO_REUSE in VarScope?"}));
}

TEST(GetVariable, SharesWhatExistsWhereTheScopeSaysSo) {
  Graph graph;
  Variable made;
  {
    VariableScope scope(graph, "s");
    made = get(graph, "w", {2});
  }
  const size_t node_count = graph.operations().size();
  for (const Reuse reuse : {Reuse::kTrue, Reuse::kAuto}) {
    VariableScope scope(graph, "s", {.reuse = reuse});
    EXPECT_EQ(get(graph, "w", {2}), made);
    // What the call says of a variable to be made does not count.
    EXPECT_EQ(graph.get_variable("w", {.initializer = floats({1, 2, 3}), .trainable = false}),
              made);
  }
  EXPECT_TRUE(is_ok(graph.status()));
  EXPECT_EQ(graph.operations().size(), node_count);
  EXPECT_EQ(graph.global_variables().size(), 1u);
}

TEST(GetVariable, MustFindWhatItReuses) {
  Graph graph;
  VariableScope scope(graph, "model1", {.reuse = Reuse::kTrue});
  EXPECT_FALSE(get(graph, "w1").is_valid());
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                     {"Variable model1/w1 does not exist, or was not created with "
                      "tf.get_variable(). Did you mean to set reuse=tf.AUTO_REUSE in VarScope?"}));
}

TEST(GetVariable, MakesWhatItMayReuseIfThereIsNone) {
  Graph graph;
  VariableScope scope(graph, "s", {.reuse = Reuse::kAuto});
  const Variable made = get(graph, "w");
  EXPECT_EQ(made.name(), "s/w:0");
  EXPECT_EQ(get(graph, "w"), made);
}

TEST(GetVariable, RefusesToShareWithAnotherShapeOrType) {
  Graph graph;
  {
    VariableScope m(graph, "m");
    (void)get(graph, "w", {2});
    (void)graph.get_variable("i", {.shape = Shape(), .dtype = DType::kI32});
  }
  VariableScope m(graph, "m", {.reuse = Reuse::kTrue});
  EXPECT_FALSE(get(graph, "w", {3}).is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError,
                     {"Trying to share variable m/w, but specified shape (3,) and found shape "
                      "(2,)."}));
  EXPECT_FALSE(get(graph, "w", {2, 1}).is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError, {"shape (2, 1) and found"}));
  EXPECT_FALSE(get(graph, "i").is_valid());
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError,
                     {"Trying to share variable m/i, but specified dtype float32 and found dtype "
                      "int32_ref."}));
  EXPECT_TRUE(graph.get_variable("i", {.dtype = DType::kI32}).is_valid());
  EXPECT_TRUE(graph.get_variable("w").is_valid());
}

TEST(GetVariable, DoesNotShareWithVariable) {
  Graph graph;
  (void)graph.variable("v", 0.0f);
  const Variable made = get(graph, "v");
  EXPECT_EQ(made.name(), "v_1:0");
  current_variable_scope(graph).set_reuse(Reuse::kTrue);
  EXPECT_EQ(get(graph, "v"), made);
  current_variable_scope(graph).set_reuse(Reuse::kInherit);
  EXPECT_FALSE(get(graph, "v").is_valid());
}

TEST(GetVariable, RefusesABadNameWithTheWholeOfIt) {
  Graph graph;
  VariableScope scope(graph, "b");
  EXPECT_FALSE(get(graph, "bad name").is_valid());
  EXPECT_TRUE(
      raises(graph.status(), ErrorClass::kValueError, {"'b/bad name' is not a valid scope name"}));
}

TEST(GetVariable, ForgetsWhatCouldNotBeMade) {
  Graph graph;
  const Initializer failing([](Graph&, const Shape&, DType) { return Output(); });
  EXPECT_FALSE(graph.get_variable("w", {.shape = Shape(), .initializer = failing}).is_valid());
  EXPECT_FALSE(graph.take_status().ok());
  // The name of its scope stays taken, as names do.
  EXPECT_EQ(get(graph, "w").name(), "w_1:0");
  EXPECT_TRUE(is_ok(graph.status()));
}

TEST(GetVariable, CollectsAsTheOptionsSay) {
  Graph graph;
  (void)graph.get_variable("a", {.shape = Shape(), .trainable = false});
  (void)graph.get_variable("b", {.shape = Shape(), .collections = {{"mine"}}});
  EXPECT_EQ(names_of(graph.global_variables()), (std::vector<std::string>{"a:0"}));
  EXPECT_EQ(names_of(graph.trainable_variables()), (std::vector<std::string>{"b:0"}));
  EXPECT_EQ(graph.collection("mine").size(), 1u);
}

TEST(GetVariable, LetsTheNodesOfItsInitialValueBelongToIt) {
  Graph graph;
  const Variable w = get(graph, "w");
  const std::string mark = "loc:@w";
  EXPECT_NE(w.initial_value().op().node_def().find(mark), std::string::npos);
  EXPECT_NE(w.op().node_def().find(mark), std::string::npos);
  EXPECT_EQ(graph.no_op().node_def().find("_class"), std::string::npos);
}

TEST(GetVariable, RefusesAnInitializerOfAnotherType) {
  Graph graph;
  const Initializer floats_always(
      [](Graph& g, const Shape& shape, DType) { return g.zeros(shape, DType::kF32); });
  EXPECT_FALSE(
      graph
          .get_variable("w",
                        {.shape = Shape({2}), .dtype = DType::kI32, .initializer = floats_always})
          .is_valid());
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                     {"requested dtype int32 for Tensor with dtype float32"}));
}

}  // namespace
}  // namespace holdall::tf1
