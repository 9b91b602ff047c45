// Variables that take values of arrays and checkpoints by nodes of the graph.
#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

class AssignFrom : public testing::Test {
 protected:
  void SetUp() override {
    const VariableScope scope(graph, "net");
    w = graph.get_variable("w", {.initializer = floats({5, 6})});
    b = graph.get_variable("b", {.initializer = scalar(1), .use_resource = true});
    ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
    Saver saver(graph);
    ASSERT_TRUE(is_ok(saver.save(session, path())));
    ASSERT_TRUE(
        is_ok(session.values().assign_all({{"net/w", floats({0, 0})}, {"net/b", scalar(0)}})));
  }

  std::string path() const { return directory_ / "m"; }

  void run(const Result<Assignment>& assignment) {
    ASSERT_TRUE(is_ok(assignment));
    ASSERT_TRUE(is_ok(session.run({}, {&assignment->op, 1}, assignment->feeds)));
  }

  Graph graph;
  Session session{graph};
  Variable w, b;

 private:
  TempDirectory directory_;
};

TEST_F(AssignFrom, ValuesByNames) {
  run(assign_from_values(graph, {{"net/w", floats({1, 2})}, {"net/b", scalar(3)}}));
  EXPECT_EQ(read_values(session, w), (std::vector<float>{1, 2}));
  EXPECT_EQ(read_values(session, b), (std::vector<float>{3}));
  EXPECT_TRUE(raises(assign_from_values(graph, {{"none", scalar(1)}}), ErrorClass::kValueError,
                     {"Variable none wasn't found"}));
}

TEST_F(AssignFrom, ACheckpoint) {
  run(assign_from_checkpoint(graph, path(), by_full_name(graph.global_variables())));
  EXPECT_EQ(read_values(session, w), (std::vector<float>{5, 6}));
  EXPECT_EQ(read_values(session, b), (std::vector<float>{1}));
}

TEST_F(AssignFrom, ACheckpointInAnotherShapeAndType) {
  const Variable flat = graph.variable("flat", *Tensor::of<double>({2, 1}, {0, 0}));
  run(assign_from_checkpoint(graph, path(), {{"net/w", {flat}}}));
  EXPECT_EQ(session.values().find("flat"), *Tensor::of<double>({2, 1}, {5, 6}));
  const Variable longer = graph.variable("longer", floats({0, 0, 0}));
  EXPECT_TRUE(raises(assign_from_checkpoint(graph, path(), {{"net/w", {longer}}}),
                     ErrorClass::kValueError,
                     {"Total size of new array must be unchanged for net/w lh_shape: [(2,)], "
                      "rh_shape: [(3,)]"}));
}

TEST_F(AssignFrom, ACheckpointInParts) {
  const PartitionedVariable parts =
      graph.get_partitioned_variable("parts", {.shape = Shape({2})}, {2});
  EXPECT_EQ(by_full_name(parts.parts), (VariablesByKey{{"parts", parts.parts}}));
  run(assign_from_checkpoint(graph, path(), {{"net/w", parts.parts}}));
  EXPECT_EQ(read_values(session, parts.parts[1]), (std::vector<float>{6}));
}

TEST_F(AssignFrom, ACheckpointThatLacksSome) {
  const VariablesByKey wanted = {{"none", {w}}, {"net/b", {b}}};
  EXPECT_TRUE(raises(assign_from_checkpoint(graph, path(), wanted), ErrorClass::kValueError,
                     {"Checkpoint is missing variable [none]"}));
  const auto assignment = assign_from_checkpoint(graph, path(), wanted, true);
  run(assignment);
  EXPECT_EQ(assignment->warnings,
            std::vector<std::string>{"Checkpoint is missing variable [none]"});
  EXPECT_EQ(read_values(session, b), (std::vector<float>{1}));
  EXPECT_EQ(read_values(session, w), (std::vector<float>{0, 0}));
}

TEST_F(AssignFrom, ACheckpointByAFunction) {
  auto function =
      assign_from_checkpoint_fn(path(), {{"net/b", b}, {"none", w}}, {.ignores_missing = true});
  ASSERT_TRUE(is_ok(function));
  ASSERT_TRUE(is_ok(function->restore(session)));
  EXPECT_EQ(read_values(session, b), (std::vector<float>{1}));
  EXPECT_EQ(function->warnings,
            std::vector<std::string>{"Variable none missing in checkpoint " + path()});
  function = assign_from_checkpoint_fn(path(), {{"none", w}}, {.ignores_missing = true});
  ASSERT_TRUE(is_ok(function));
  EXPECT_EQ(function->restore, nullptr);
  EXPECT_EQ(function->warnings.back(), "No Variables to restore");
  EXPECT_TRUE(raises(assign_from_checkpoint_fn(path(), {}), ErrorClass::kValueError,
                     {"var_list cannot be empty"}));
}

TEST_F(AssignFrom, RefusesVariablesOfAnotherGraph) {
  Graph other;
  const Variable strange = other.variable("strange", scalar(1));
  EXPECT_TRUE(raises(assign_what_is_fed(graph, {&strange, 1}), ErrorClass::kValueError,
                     {"strange:0 is not an element of this graph"}));
}

}  // namespace
}  // namespace holdall::tf1
