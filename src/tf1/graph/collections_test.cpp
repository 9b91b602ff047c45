#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

TEST(Collections, HoldItemsOfAnyKindInOrderAndRepeated) {
  Graph graph;
  const Variable w = graph.variable("w", scalar(1));
  const auto object = std::make_shared<int>(7);
  const std::vector<CollectionItem> items = {
      w, w.value(), w.op(), std::string("text"), int64_t{3}, 0.5, std::shared_ptr<void>(object), w};
  for (const CollectionItem& item : items) graph.add_to_collection("mine", item);
  EXPECT_EQ(graph.collection("mine"), items);
}

TEST(Collections, AreCopiesAndEmptyWhereThereIsNone) {
  Graph graph;
  EXPECT_TRUE(graph.collection("none").empty());
  EXPECT_TRUE(graph.collection_keys().empty());
  graph.add_to_collection("mine", std::string("one"));
  auto copy = graph.collection("mine");
  copy.clear();
  EXPECT_EQ(graph.collection("mine").size(), 1u);
}

TEST(Collections, AreListedAndCleared) {
  Graph graph;
  (void)graph.variable("w", scalar(1));
  graph.add_to_collection("mine", int64_t{1});
  EXPECT_EQ(graph.collection_keys(),
            (std::vector<std::string>{"mine", "trainable_variables", "variables"}));
  graph.clear_collection("variables");
  graph.clear_collection("none");
  EXPECT_EQ(graph.collection_keys(), (std::vector<std::string>{"mine", "trainable_variables"}));
  EXPECT_TRUE(graph.global_variables().empty());
}

TEST(Collections, KeepWhatIsOfAnotherGraph) {
  Graph graph;
  Graph other;
  const Output foreign = other.constant(scalar(3), "foreign");
  graph.add_to_collection("mine", foreign);
  EXPECT_EQ(graph.collection("mine"), (std::vector<CollectionItem>{foreign}));
}

TEST(Collections, OfVariablesAreFilledAsTheOptionsSay) {
  Graph graph;
  (void)graph.variable("a", scalar(1));
  (void)graph.variable("b", scalar(1), {.trainable = false});
  (void)graph.variable("c", scalar(1), {.trainable = false, .collections = {{"local_variables"}}});
  (void)graph.variable("d", scalar(1), {.collections = {{"mine", "mine", "variables"}}});
  (void)graph.variable("e", scalar(1), {.collections = {{}}});
  (void)graph.variable("f", scalar(1), {.collections = {{"trainable_variables"}}});
  using Names = std::vector<std::string>;
  EXPECT_EQ(names_of(graph.global_variables()), (Names{"a:0", "b:0", "d:0"}));
  EXPECT_EQ(names_of(graph.trainable_variables()), (Names{"a:0", "d:0", "e:0", "f:0"}));
  EXPECT_EQ(graph.collection(kLocalVariables).size(), 1u);
  EXPECT_EQ(graph.collection("mine").size(), 1u);
  EXPECT_EQ(graph.collection(kTrainableVariables).size(), 4u);
}

TEST(Collections, OfVariablesSkipWhatIsNone) {
  Graph graph;
  const Variable w = graph.variable("w", scalar(1));
  graph.add_to_collection(kGlobalVariables, w.value());
  EXPECT_EQ(graph.global_variables(), (std::vector<Variable>{w}));
  EXPECT_EQ(graph.collection(kGlobalVariables).size(), 2u);
}

TEST(Collections, GiveTheVariablesOfOneScope) {
  Graph graph;
  for (const std::string_view name : {"model1/w", "model10/w", "model1", "a/model1/w", "model1/v"})
    (void)graph.variable(name, scalar(1));
  using Names = std::vector<std::string>;
  EXPECT_EQ(names_of(graph.variables_in("model1")), (Names{"model1/w:0", "model1/v:0"}));
  EXPECT_EQ(names_of(graph.variables_in("a/model1")), (Names{"a/model1/w:0"}));
  EXPECT_EQ(graph.variables_in("").size(), 5u);
  EXPECT_TRUE(graph.variables_in("none").empty());
}

}  // namespace
}  // namespace holdall::tf1
