// The counter of steps of a graph.
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

TEST(GlobalStepHelpers, MakeOneAndFindItAgain) {
  Graph graph;
  const VariableScope model(graph, "model");
  const auto none = get_global_step(graph);
  ASSERT_TRUE(is_ok(none));
  EXPECT_FALSE(none->has_value());

  const auto made = create_global_step(graph);
  ASSERT_TRUE(is_ok(made));
  EXPECT_EQ(made->name(), "model/global_step:0");  // as TensorFlow: in the scope
  EXPECT_EQ(made->dtype(), DType::kI64);
  EXPECT_FALSE(made->is_trainable());
  EXPECT_EQ(graph.collection(kGlobalStep).size(), 1u);

  const auto found = get_or_create_global_step(graph);
  ASSERT_TRUE(is_ok(found));
  EXPECT_EQ(std::get<Variable>(*found), *made);
  EXPECT_TRUE(raises(create_global_step(graph), ErrorClass::kValueError,
                     {"\"global_step\" already exists."}));
  EXPECT_EQ(graph.get_variable("w", {.shape = Shape({1})}).name(), "model/w:0");

  Session session(graph);
  ASSERT_TRUE(session.run(graph.global_variables_initializer()).ok());
  EXPECT_EQ(values_of<int64_t>(*session.eval(*made)), std::vector<int64_t>{0});
}

TEST(GlobalStepHelpers, FindTheTensorOfThatNameWhereTheCollectionIsEmpty) {
  Graph graph;
  graph.constant(*Tensor::of<int64_t>({}, {7}), "global_step");
  const auto found = get_global_step(graph);
  ASSERT_TRUE(is_ok(found));
  EXPECT_EQ(std::get<Output>(**found).name(), "global_step:0");
}

TEST(GlobalStepHelpers, RefuseWhatIsNoCounter) {
  Graph floats;
  floats.variable("global_step", scalar(1.0f));
  EXPECT_TRUE(raises(get_global_step(floats), ErrorClass::kTypeError,
                     {"does not have integer type: <dtype: 'float32'>"}));
  Graph rows;
  rows.get_variable("global_step", {.shape = Shape({2}), .dtype = DType::kI64});
  EXPECT_TRUE(raises(get_global_step(rows), ErrorClass::kTypeError, {"is not scalar: (2,)"}));
  Graph texts;
  texts.add_to_collection(kGlobalStep, std::string("7"));
  EXPECT_TRUE(
      raises(get_global_step(texts), ErrorClass::kTypeError, {"must be a Variable or Tensor"}));
}

TEST(GlobalStepHelpers, FindNoneWhereTheCollectionHoldsSeveral) {
  Graph graph;
  const auto step = create_global_step(graph);
  ASSERT_TRUE(is_ok(step));
  graph.add_to_collection(kGlobalStep, *step);
  const auto found = get_global_step(graph);
  ASSERT_TRUE(is_ok(found));
  EXPECT_FALSE(found->has_value());
}

}  // namespace
}  // namespace holdall::tf1
