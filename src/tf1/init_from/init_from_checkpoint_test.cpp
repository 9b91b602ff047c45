// Variables that start with what a checkpoint holds, by each form of the map.
#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

// A checkpoint of old/a = [1, 2], old/b = 3 and w = [[0, 1], [2, 3], [4, 5]].
class InitFromCheckpoint : public testing::Test {
 protected:
  void SetUp() override {
    Graph old;
    {
      const VariableScope scope(old, "old");
      (void)old.get_variable("a", {.initializer = floats({1, 2})});
      (void)old.get_variable("b", {.initializer = scalar(3)});
    }
    (void)old.get_variable("w", {.initializer = counting_tensor({3, 2})});
    Session session(old);
    ASSERT_TRUE(is_ok(session.run(old.global_variables_initializer())));
    ASSERT_TRUE(is_ok(Saver(old).save(session, path())));
  }

  std::string path() const { return directory_ / "m"; }
  const TempDirectory& directory() const { return directory_; }

  Graph graph;

  Variable declare(std::string_view scope, std::string_view name, const Shape& shape) {
    const VariableScope entered(graph, scope, {.reuse = Reuse::kAuto});
    return graph.get_variable(name, {.shape = shape});
  }

  Status init(AssignmentMap map) { return init_from_checkpoint(graph, path(), std::move(map)); }

  std::vector<float> initial(const Variable& variable) {
    Session session(graph);
    EXPECT_TRUE(is_ok(session.run(variable.initializer())));
    return read_values(session, variable);
  }

 private:
  TempDirectory directory_;
};

TEST_F(InitFromCheckpoint, TakesAVariableOrItsName) {
  const Variable c = declare("x", "c", {2});
  const Variable d = declare("y", "d", {});
  ASSERT_TRUE(is_ok(init({{"old/b", "y/d"}, {"old/a", c}})));
  EXPECT_EQ(initial(c), (std::vector<float>{1, 2}));
  EXPECT_EQ(initial(d), (std::vector<float>{3}));
  EXPECT_EQ(c.initial_value().name(), "checkpoint_initializer:0");
  EXPECT_EQ(c.initial_value().shape(), c.shape());
}

TEST_F(InitFromCheckpoint, TakesOneTensorForSeveralVariables) {
  const Variable a = declare("x", "a", {2});
  const Variable b = declare("y", "a", {2});
  ASSERT_TRUE(is_ok(init({{"old/a", a}, {"old/a", b}})));
  EXPECT_EQ(initial(a), initial(b));
}

TEST_F(InitFromCheckpoint, TakesScopes) {
  for (const char* target : {"x/", "x"}) {
    graph = Graph();
    const Variable a = declare("x", "a", {2});
    const Variable b = declare("x", "b", {});
    const Variable other = declare("x_other", "q", {1});
    const Operation before = other.initializer();
    ASSERT_TRUE(is_ok(init({{"old/", target}})));
    EXPECT_EQ(initial(a), (std::vector<float>{1, 2}));
    EXPECT_EQ(initial(b), (std::vector<float>{3}));
    EXPECT_EQ(other.initializer(), before);
  }
}

TEST_F(InitFromCheckpoint, TakesTheRootOnEitherSide) {
  const Variable w = declare("s", "w", {3, 2});
  ASSERT_TRUE(is_ok(init({{"/", "s/"}})));
  EXPECT_EQ(initial(w), (std::vector<float>{0, 1, 2, 3, 4, 5}));
  graph = Graph();
  const Variable a = graph.get_variable("a", {.shape = Shape({2})});
  ASSERT_TRUE(is_ok(init({{"old/", "/"}})));
  EXPECT_EQ(initial(a), (std::vector<float>{1, 2}));
  graph = Graph();
  const Variable same = declare("old", "a", {2});
  ASSERT_TRUE(is_ok(init({{"/", "/"}})));
  EXPECT_EQ(initial(same), (std::vector<float>{1, 2}));
}

TEST_F(InitFromCheckpoint, CutsATensorForTheParts) {
  for (const bool by_scope : {true, false}) {
    graph = Graph();
    PartitionedVariable w;
    {
      const VariableScope scope(graph, "s");
      w = graph.get_partitioned_variable("w", {.shape = Shape({3, 2})}, {2, 1});
    }
    ASSERT_TRUE(is_ok(by_scope ? init({{"/", "s/"}}) : init({{"w", w.parts}})));
    EXPECT_EQ(initial(w.parts[0]), (std::vector<float>{0, 1, 2, 3}));
    EXPECT_EQ(initial(w.parts[1]), (std::vector<float>{4, 5}));
  }
}

TEST_F(InitFromCheckpoint, TakesADirectoryForItsNewest) {
  const Variable a = declare("x", "a", {2});
  ASSERT_TRUE(is_ok(init_from_checkpoint(graph, directory().path(), {{"old/a", a}})));
  EXPECT_EQ(initial(a), (std::vector<float>{1, 2}));
}

TEST_F(InitFromCheckpoint, LogsEachVariable) {
  const Variable a = declare("x", "a", {2});
  std::vector<std::string> lines;
  ASSERT_TRUE(is_ok(init_from_checkpoint(graph, path(), {{"old/a", a}},
                                         [&](const std::string& line) { lines.push_back(line); })));
  EXPECT_EQ(lines, (std::vector<std::string>{"Initialize variable x/a:0 from checkpoint " + path() +
                                             " with old/a"}));
}

TEST_F(InitFromCheckpoint, RefusesWhatDoesNotFit) {
  const Variable b = declare("s", "b", {3});
  const Variable c = declare("t", "c", {3});
  const std::string contents = "{'old/a': [2], 'old/b': [], 'w': [3, 2]}";
  const auto refused = [&](AssignmentMap map, const std::string& text) {
    return raises(init(std::move(map)), ErrorClass::kValueError, {text});
  };
  EXPECT_TRUE(
      refused({{"none", b}}, "Tensor none is not found in " + path() + " checkpoint " + contents));
  EXPECT_TRUE(refused({{"old/a", b}},
                      "Shape of variable s/b:0 ((3,)) doesn't match with shape of tensor old/a "
                      "([2]) from checkpoint reader."));
  EXPECT_TRUE(
      refused({{"x/", "s/"}}, "Tensor x/b (b in x/) is not found in " + path() + " checkpoint"));
  EXPECT_TRUE(
      refused({{"old/a", "s/"}},
              "Assignment map with scope only name s should map to scope only old/a. Should "
              "be 'scope/': 'other_scope/'."));
  EXPECT_TRUE(refused({{"old/a", Variable()}}, "invalid"));
  EXPECT_TRUE(refused({{"old/a", std::vector<Variable>()}}, "no variables"));
  EXPECT_TRUE(is_ok(init({{"x/", "empty/"}})));
  EXPECT_TRUE(is_ok(graph.status()));
}

TEST_F(InitFromCheckpoint, RefusesPartsThatDoNotFit) {
  const PartitionedVariable u =
      graph.get_partitioned_variable("u", {.shape = Shape({4, 2})}, {2, 1});
  const PartitionedVariable v =
      graph.get_partitioned_variable("v", {.shape = Shape({3, 2})}, {2, 1});
  EXPECT_TRUE(raises(init({{"w", std::vector<Variable>{u.parts[0], v.parts[1]}}}),
                     ErrorClass::kValueError,
                     {"Slices must all be from the same tensor: ['u', 'v']"}));
  EXPECT_TRUE(
      raises(init({{"w", u.parts}}), ErrorClass::kValueError,
             {"Shape of variable u ([4, 2]) doesn't match with shape of tensor w ([3, 2])"}));
}

TEST_F(InitFromCheckpoint, RefusesPathsWithoutACheckpoint) {
  const TempDirectory empty;
  EXPECT_TRUE(raises(init_from_checkpoint(graph, empty.path(), {}), ErrorClass::kValueError,
                     {"Couldn't find 'checkpoint' file or checkpoints in given directory"}));
  EXPECT_TRUE(raises(init_from_checkpoint(graph, empty / "none", {}), ErrorClass::kNotFound,
                     {"Failed to find any matching files for"}));
}

TEST_F(InitFromCheckpoint, FailsOnlyWhenItIsRunForAnotherType) {
  const Variable a = graph.get_variable("a", {.shape = Shape({2}), .dtype = DType::kI32});
  ASSERT_TRUE(is_ok(init({{"old/a", a}})));
  Session session(graph);
  EXPECT_TRUE(raises(session.run(a.initializer()), ErrorClass::kInvalidArgument));
}

TEST_F(InitFromCheckpoint, IsReadByTheHelpersToo) {
  const auto listed = list_variables(directory().path());
  ASSERT_TRUE(is_ok(listed));
  EXPECT_EQ(*listed, (std::vector<std::pair<std::string, Shape>>{
                         {"old/a", {2}}, {"old/b", {}}, {"w", {3, 2}}}));
  const auto a = load_variable(path(), "old/a:0");
  ASSERT_TRUE(is_ok(a));
  EXPECT_EQ(*a, floats({1, 2}));
  EXPECT_TRUE(raises(load_variable(path(), "none"), ErrorClass::kNotFound));
}

}  // namespace
}  // namespace holdall::tf1
