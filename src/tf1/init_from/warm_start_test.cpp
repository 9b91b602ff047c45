// Variables that go on where another program's ended.
#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

// A checkpoint of net/w = [1, 2], net/b = 3 and e = [[1, 10], [2, 20], [3, 30]].
class WarmStart : public testing::Test {
 protected:
  void SetUp() override {
    Graph old;
    {
      const VariableScope scope(old, "net");
      (void)old.get_variable("w", {.initializer = floats({1, 2})});
      (void)old.get_variable("b", {.initializer = scalar(3)});
    }
    (void)old.get_variable("e", {.initializer = *Tensor::of<float>({3, 2}, {1, 10, 2, 20, 3, 30})});
    Session session(old);
    ASSERT_TRUE(is_ok(session.run(old.global_variables_initializer())));
    ASSERT_TRUE(is_ok(Saver(old).save(session, path())));
    write_test_file(directory_ / "old", "a\nb\nc\n");
    write_test_file(directory_ / "new", "c\r\nx\na");
  }

  std::string path() const { return directory_ / "m"; }
  VocabInfo words(int axis = 0) const {
    return {.new_vocab = directory_ / "new", .old_vocab = directory_ / "old", .axis = axis};
  }

  std::vector<float> initial(const Variable& variable) {
    Session session(graph);
    EXPECT_TRUE(is_ok(session.run(variable.initializer())));
    return read_values(session, variable);
  }

  Graph graph;

 private:
  TempDirectory directory_;
};

TEST_F(WarmStart, TakesTrainableVariablesByTheirNames) {
  const VariableScope scope(graph, "net");
  const Variable w = graph.get_variable("w", {.shape = Shape({2})});
  const Variable c = graph.get_variable("c", {.shape = Shape()});
  const Variable d = graph.get_variable(
      "d", {.shape = Shape(), .initializer = zeros_initializer(), .trainable = false});
  ASSERT_TRUE(is_ok(warm_start(graph, path(), {.previous_names = {{"net/c", "net/b"}}})));
  EXPECT_EQ(initial(w), (std::vector<float>{1, 2}));
  EXPECT_EQ(initial(c), (std::vector<float>{3}));
  EXPECT_EQ(initial(d), (std::vector<float>{0}));
}

TEST_F(WarmStart, MovesRowsByTheirWords) {
  const Variable e = graph.get_variable("e", {.shape = Shape({4, 2})});
  VocabInfo info = words();
  info.backup_initializer = ones_initializer();
  ASSERT_TRUE(is_ok(warm_start(graph, path(), {.vocabularies = {{"e", info}}})));
  EXPECT_EQ(initial(e), (std::vector<float>{3, 30, 1, 1, 1, 10, 1, 1}));
}

TEST_F(WarmStart, CountsOnlySoManyWords) {
  const Variable e = graph.get_variable("e", {.shape = Shape({2, 2})});
  VocabInfo info = words();
  info.old_vocab_size = 2;
  info.new_vocab_size = 1;
  ASSERT_TRUE(is_ok(warm_start(graph, path(), {.vocabularies = {{"e", info}}})));
  EXPECT_EQ(initial(e), (std::vector<float>{0, 0, 0, 0}));
}

TEST_F(WarmStart, MovesColumnsToo) {
  const Variable turned = graph.get_variable("turned", {.shape = Shape({3, 2})});
  VocabInfo info = words(1);
  info.old_vocab_size = 2;  // "a", "b"; the new ones are "c", "x"
  info.new_vocab_size = 2;
  std::swap(info.new_vocab, info.old_vocab);
  ASSERT_TRUE(is_ok(warm_start(
      graph, path(), {.vocabularies = {{"turned", info}}, .previous_names = {{"turned", "e"}}})));
  EXPECT_EQ(initial(turned), (std::vector<float>(6, 0)));
  info.old_vocab_size = -1;  // "c", "x", "a": "a" is beyond the columns there are
  EXPECT_TRUE(
      raises(warm_start(graph, path(),
                        {.vocabularies = {{"turned", info}}, .previous_names = {{"turned", "e"}}}),
             ErrorClass::kValueError, {"rows of 1 words cannot be moved"}));
}

TEST_F(WarmStart, CutsMovedRowsForTheParts) {
  const PartitionedVariable e =
      graph.get_partitioned_variable("e", {.shape = Shape({4, 2})}, {2, 1});
  ASSERT_TRUE(is_ok(warm_start(graph, path(), {.vocabularies = {{"e", words()}}})));
  EXPECT_EQ(initial(e.parts[0]), (std::vector<float>{3, 30, 0, 0}));
  EXPECT_EQ(initial(e.parts[1]), (std::vector<float>{1, 10, 0, 0}));
}

TEST_F(WarmStart, FindsVariablesOfVocabulariesByName) {
  const Variable e = graph.get_variable("e", {.shape = Shape({4, 2}), .trainable = false});
  ASSERT_TRUE(is_ok(warm_start(
      graph, path(), {.variables = std::vector<Variable>(), .vocabularies = {{"e", words()}}})));
  EXPECT_EQ(initial(e), (std::vector<float>{3, 30, 0, 0, 1, 10, 0, 0}));
}

TEST_F(WarmStart, RefusesNamesThatWereNotUsed) {
  const WarmStartOptions none{.variables = std::vector<Variable>()};
  WarmStartOptions options = none;
  options.previous_names = {{"q", "e"}, {"p", "e"}};
  EXPECT_TRUE(raises(warm_start(graph, path(), options), ErrorClass::kValueError,
                     {"You provided the following variables in var_name_to_prev_var_name that were "
                      "not used: ['p', 'q']"}));
  options = none;
  options.vocabularies = {{"e", words()}};
  EXPECT_TRUE(raises(warm_start(graph, path(), options), ErrorClass::kValueError,
                     {"var_name_to_vocab_info that were not used: ['e']"}));
}

TEST_F(WarmStart, RefusesWhatCannotBeMoved) {
  (void)graph.get_variable("e", {.shape = Shape({4, 3})});
  EXPECT_TRUE(raises(warm_start(graph, path(), {.vocabularies = {{"e", words()}}}),
                     ErrorClass::kValueError, {"cannot be moved from shape [3,2] to shape [4,3]"}));
  EXPECT_TRUE(raises(warm_start(graph, path(), {.vocabularies = {{"e", words(2)}}}),
                     ErrorClass::kValueError, {"values for the axis argument are 0 and 1"}));
  VocabInfo missing = words();
  missing.old_vocab += "er";
  EXPECT_TRUE(
      raises(warm_start(graph, path(), {.vocabularies = {{"e", missing}}}), ErrorClass::kNotFound));
}

}  // namespace
}  // namespace holdall::tf1
