// A saver goes by the names of its nodes: it serves sessions over other graphs that have them.
#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

class SaverOfAnotherGraph : public testing::Test {
 protected:
  void SetUp() override {
    w = graph.variable("w", floats({1, 2}));
    saver.emplace(graph);
    ASSERT_TRUE(is_ok(saver->status()));
    ExportOptions options;
    options.saver = saver->def();
    const auto message = export_meta_graph(graph, options);
    ASSERT_TRUE(is_ok(message));
    ASSERT_TRUE(is_ok(import_meta_graph(copy, *message)));
  }

  TempDirectory directory;
  Graph graph, copy;
  Variable w;
  std::optional<Saver> saver;
};

TEST_F(SaverOfAnotherGraph, RestoresAndSavesByTheNamesOfItsNodes) {
  Session first(graph);
  ASSERT_TRUE(first.run(graph.global_variables_initializer()).ok());
  const std::string prefix = directory / "m";
  ASSERT_TRUE(is_ok(saver->save(first, prefix)));

  Session second(copy);
  ASSERT_TRUE(is_ok(saver->restore(second, prefix)));
  const Variable twin = copy.global_variables().front();
  EXPECT_EQ(values_of<float>(*second.eval(twin)), (std::vector<float>{1, 2}));

  ASSERT_TRUE(is_ok(second.run(copy.assign(twin, copy.constant(floats({7, 8}))).op())));
  ASSERT_TRUE(is_ok(saver->save(second, directory / "n")));
  ASSERT_TRUE(is_ok(saver->restore(first, directory / "n")));
  EXPECT_EQ(values_of<float>(*first.eval(w)), (std::vector<float>{7, 8}));
}

TEST_F(SaverOfAnotherGraph, SaysWhichOfItsNodesAreNotThere) {
  Graph other;
  other.variable("w", floats({1, 2}));
  Session session(other);
  ASSERT_TRUE(session.run(other.global_variables_initializer()).ok());
  const std::string_view words =
      "Cannot interpret feed_dict key as Tensor: The name 'save/Const:0' refers to a Tensor which "
      "does not exist. The operation, 'save/Const', does not exist in the graph.";
  const auto saved = saver->save(session, directory / "m");
  EXPECT_TRUE(raises(saved, ErrorClass::kTypeError, {words}));
  Session first(graph);
  ASSERT_TRUE(first.run(graph.global_variables_initializer()).ok());
  ASSERT_TRUE(is_ok(saver->save(first, directory / "m")));
  EXPECT_TRUE(
      is_raised(saver->restore(session, directory / "m").error(), ErrorClass::kTypeError, {words}));
}

}  // namespace
}  // namespace holdall::tf1
