// Savers: what they may be made of, their nodes, and what save() writes and refuses.
#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

using Strings = std::vector<std::string>;

std::vector<std::string> tensor_names(const std::string& path) {
  const auto checkpoint = Checkpoint::open(path);
  EXPECT_TRUE(is_ok(checkpoint));
  std::vector<std::string> names;
  if (!checkpoint.ok()) return names;
  for (const TensorInfo& info : checkpoint->catalog()) names.push_back(info.name);
  return names;
}

TEST(SaverNodes, AreElevenAndOneAVariable) {
  Graph graph;
  (void)graph.variable("b", 1.0f);
  (void)graph.variable("a", 1.0f);
  const size_t before = graph.operations().size();
  const Saver saver(graph);
  ASSERT_TRUE(is_ok(saver.status()));
  Strings names;
  const auto nodes = graph.operations();
  for (size_t i = before; i < nodes.size(); ++i) names.push_back(nodes[i].name());
  EXPECT_EQ(names, (Strings{"save/filename/input", "save/filename", "save/Const",
                            "save/SaveV2/tensor_names", "save/SaveV2/shape_and_slices",
                            "save/SaveV2", "save/control_dependency", "save/RestoreV2/tensor_names",
                            "save/RestoreV2/shape_and_slices", "save/RestoreV2", "save/Assign",
                            "save/Assign_1", "save/restore_all"}));
  const Operation restore = *graph.operation_by_name("save/RestoreV2");
  EXPECT_EQ(restore.device(), "/device:CPU:0");
  EXPECT_EQ(restore.outputs().size(), 2u);
  EXPECT_EQ(graph.operation_by_name("save/Assign")->inputs().front().name(), "a:0");
  EXPECT_EQ(graph.operation_by_name("save/restore_all")->control_inputs().size(), 2u);
}

TEST(SaverNodes, StandInAScopeOfTheirOwnThatIsMadeUnique) {
  Graph graph;
  (void)graph.variable("w", 1.0f);
  const Saver first(graph);
  const Saver second(graph);
  const Saver named(graph, {.name = "mine"});
  for (const std::string_view name : {"save/restore_all", "save_1/restore_all", "mine/restore_all"})
    EXPECT_TRUE(is_ok(graph.operation_by_name(name)));
  const Saver bad(graph, {.name = "a b"});
  EXPECT_TRUE(raises(bad.status(), ErrorClass::kValueError, {"'a b'"}));
  EXPECT_TRUE(is_ok(graph.status()));
}

TEST(Saver, NeedsVariables) {
  Graph graph;
  const auto message = {std::string_view("No variables to save")};
  EXPECT_TRUE(raises(Saver(graph).status(), ErrorClass::kValueError, message));
  EXPECT_TRUE(raises(Saver(std::vector<Variable>()).status(), ErrorClass::kValueError, message));
  EXPECT_TRUE(
      raises(Saver(std::map<std::string, Variable>()).status(), ErrorClass::kValueError, message));
  EXPECT_TRUE(raises(Saver(graph.variables_in("none")).status(), ErrorClass::kValueError, message));
}

TEST(Saver, RefusesOneVariableTwice) {
  Graph graph;
  const ClassicModel model = add_model1(graph);
  EXPECT_TRUE(raises(Saver(std::vector{model.first, model.first}).status(), ErrorClass::kValueError,
                     {"At least two variables have the same name: model1/w1"}));
  const std::map<std::string, Variable> twice = {{"a", model.first}, {"b", model.first}};
  EXPECT_TRUE(raises(Saver(twice).status(), ErrorClass::kValueError,
                     {"The same saveable will be restored with two names: b"}));
  EXPECT_TRUE(is_ok(graph.status()));
}

TEST(Saver, RefusesWhatIsNoVariable) {
  EXPECT_TRUE(raises(Saver(std::vector{Variable()}).status(), ErrorClass::kTypeError,
                     {"Variable to save is not a Variable"}));
  const std::map<std::string, Variable> named = {{"a", Variable()}};
  EXPECT_TRUE(raises(Saver(named).status(), ErrorClass::kTypeError, {"'a'"}));
}

TEST(Saver, RefusesVariablesOfSeveralGraphs) {
  Graph graph;
  Graph other;
  const Variable a = graph.variable("a", 1.0f);
  const Variable b = other.variable("b", 1.0f);
  EXPECT_TRUE(raises(Saver(std::vector{a, b}).status(), ErrorClass::kValueError,
                     {"is not an element of this graph"}));
  EXPECT_TRUE(is_ok(graph.status()));
}

TEST(Saver, TellsItsErrorAtEachCall) {
  const TempDirectory directory;
  Graph graph;
  Saver saver(graph);
  Session session(graph);
  EXPECT_TRUE(raises(saver.save(session, directory / "m"), ErrorClass::kValueError,
                     {"No variables to save"}));
  EXPECT_TRUE(raises(saver.restore(session, directory / "m"), ErrorClass::kValueError,
                     {"No variables to save"}));
  EXPECT_TRUE(directory.names().empty());
}

TEST(Saver, TellsTheErrorOfAGraphThatFailedBefore) {
  Graph graph;
  const Variable w = graph.variable("w", 1.0f);
  (void)graph.no_op("a b");
  EXPECT_TRUE(raises(Saver(graph).status(), ErrorClass::kValueError, {"'a b'"}));
  EXPECT_TRUE(raises(Saver(std::vector{w}).status(), ErrorClass::kValueError, {"'a b'"}));
  EXPECT_FALSE(graph.status().ok());
}

TEST(Saver, KnowsTheVariablesItWasMadeWith) {
  const TempDirectory directory;
  Graph graph;
  const Variable early = graph.variable("early", 1.0f);
  Saver saver(graph);
  (void)graph.variable("late", 2.0f);
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  ASSERT_TRUE(is_ok(saver.save(session, directory / "m")));
  EXPECT_EQ(tensor_names(directory / "m"), (Strings{"early"}));
}

TEST(Saver, SavesUnderTheNamesItIsGiven) {
  const TempDirectory directory;
  SeededModel1 program;
  Saver renaming(std::map<std::string, Variable>{{"z", program.model.first},
                                                 {"new/name", program.model.second}});
  ASSERT_TRUE(is_ok(renaming.save(program.session, directory / "m")));
  EXPECT_EQ(tensor_names(directory / "m"), (Strings{"new/name", "z"}));
  Session session(program.graph);
  ASSERT_TRUE(is_ok(renaming.restore(session, directory / "m")));
  EXPECT_EQ(read_values(session, program.model.first), kSeededW1);
  EXPECT_EQ(read_values(session, program.model.second), kSeededW2);
}

TEST(Saver, SavesListsInTheOrderOfNames) {
  const TempDirectory directory;
  SeededModel1 program;
  Saver backwards(std::vector{program.model.second, program.model.first});
  ASSERT_TRUE(is_ok(backwards.save(program.session, directory / "m")));
  for (const std::string suffix : {".index", ".data-00000-of-00001"}) {
    EXPECT_EQ(read_test_file(directory / ("m" + suffix)),
              read_test_file(written_by_tensorflow("two_models_seeded/save/model1" + suffix)));
  }
}

TEST(Saver, WritesFourFiles) {
  const TempDirectory directory;
  SeededModel1 program;
  ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m")));
  EXPECT_EQ(directory.names(),
            (Strings{"checkpoint", "m.data-00000-of-00001", "m.index", "m.meta"}));
}

TEST(Saver, LeavesOutWhatItIsToldTo) {
  const TempDirectory directory;
  SeededModel1 program;
  ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "a",
                                       {.write_meta_graph = false, .write_state = false})));
  EXPECT_EQ(directory.names(), (Strings{"a.data-00000-of-00001", "a.index"}));
  EXPECT_TRUE(program.saver.last_checkpoints().empty());
  ASSERT_TRUE(
      is_ok(program.saver.save(program.session, directory / "b",
                               {.latest_filename = "newest", .meta_graph_suffix = "graph"})));
  EXPECT_EQ(directory.names(), (Strings{"a.data-00000-of-00001", "a.index", "b.data-00000-of-00001",
                                        "b.graph", "b.index", "newest"}));
}

TEST(Saver, AppendsTheStep) {
  const TempDirectory directory;
  SeededModel1 program;
  const auto save = [&](const SaverOptions& options, int64_t step) {
    Saver saver(program.graph, options);
    const auto path = saver.save(program.session, directory / "m", {.global_step = step});
    EXPECT_TRUE(is_ok(path));
    return path.ok() ? path->substr(directory.path().size() + 1) : "";
  };
  EXPECT_EQ(save({}, 100), "m-100");
  EXPECT_EQ(save({}, 0), "m-0");
  EXPECT_EQ(save({.pad_step_number = true}, 12), "m-00000012");
  EXPECT_EQ(save({.pad_step_number = true}, 123456789), "m-123456789");
  EXPECT_EQ(tensor_names(directory / "m-00000012").size(), 2u);
  EXPECT_EQ(read_test_file(directory / "m-0.meta").empty(), false);
}

TEST(Saver, MakesMissingDirectories) {
  const TempDirectory directory;
  SeededModel1 program;
  EXPECT_TRUE(is_ok(program.saver.save(program.session, directory / "two/three/m")));
  EXPECT_EQ(tensor_names(directory / "two/three/m").size(), 2u);
}

// TensorFlow would name its files ".index" and so on there.
TEST(Saver, RefusesAPathThatNamesNoFile) {
  const TempDirectory directory;
  SeededModel1 program;
  EXPECT_TRUE(raises(program.saver.save(program.session, directory / "sub/"),
                     ErrorClass::kInvalidArgument, {"names no file"}));
  EXPECT_TRUE(directory.names().empty());
}

TEST(Saver, SaysWhereADirectoryCannotBeMade) {
  const TempDirectory directory;
  SeededModel1 program;
  write_test_file(directory / "file", "x");
  const std::string path = directory / "file/m";
  EXPECT_TRUE(raises(program.saver.save(program.session, path), ErrorClass::kValueError,
                     {"Parent directory of " + path + " doesn't exist, can't save."}));
  EXPECT_EQ(directory.names(), (Strings{"file"}));
}

TEST(Saver, RefusesUninitialisedVariablesAndWritesNothing) {
  const TempDirectory directory;
  SeededModel1 program;
  Session session(program.graph);
  ASSERT_TRUE(is_ok(session.run(program.model.first.initializer())));
  EXPECT_TRUE(raises(program.saver.save(session, directory / "m"), ErrorClass::kFailedPrecondition,
                     {"Attempting to use uninitialized value model1/w2"}));
  EXPECT_TRUE(directory.names().empty());
  EXPECT_TRUE(program.saver.last_checkpoints().empty());
}

TEST(Saver, RefusesNamesThatCollide) {
  const TempDirectory directory;
  SeededModel1 program;
  const auto save = [&](const std::string& path, const SaverSaveOptions& options = {}) {
    return program.saver.save(program.session, path, options);
  };
  const std::string state = directory / "checkpoint";
  EXPECT_TRUE(
      raises(save(state), ErrorClass::kValueError,
             {"'latest_filename' collides with 'save_path': 'checkpoint' and '" + state + "'"}));
  EXPECT_TRUE(raises(save(directory / "q", {.latest_filename = "q"}), ErrorClass::kValueError,
                     {"collides"}));
  EXPECT_TRUE(raises(save(directory / "q", {.latest_filename = "a/b"}), ErrorClass::kValueError,
                     {"'latest_filename' must not contain path components"}));
  EXPECT_TRUE(raises(save(""), ErrorClass::kValueError, {"no path specified"}));
  EXPECT_TRUE(directory.names().empty());
  EXPECT_TRUE(is_ok(save(state, {.global_step = 1})));
}

TEST(Saver, RefusesSessionsThatAreClosed) {
  const TempDirectory directory;
  SeededModel1 program;
  program.session.close();
  EXPECT_TRUE(raises(program.saver.save(program.session, directory / "m"),
                     ErrorClass::kRuntimeError, {"Attempted to use a closed Session."}));
  EXPECT_TRUE(raises(program.saver.restore(program.session, directory / "m"),
                     ErrorClass::kRuntimeError, {"Attempted to use a closed Session."}));
  EXPECT_TRUE(directory.names().empty());
}

TEST(Saver, SavesOnlyTheMetaFileWhereNoVariablesAreAllowed) {
  const TempDirectory directory;
  Graph graph;
  (void)graph.no_op();
  Saver saver(graph, {.allow_empty = true});
  Session session(graph);
  const auto saved = saver.save(session, directory / "sub/m");
  ASSERT_TRUE(is_ok(saved));
  EXPECT_EQ(*saved, "");
  EXPECT_EQ(directory.names(), (Strings{"sub"}));
  EXPECT_FALSE(read_test_file(directory / "sub/m.meta").empty());
  EXPECT_TRUE(is_ok(saver.save(session, directory / "n", {.write_meta_graph = false})));
  EXPECT_EQ(directory.names(), (Strings{"sub"}));
  EXPECT_TRUE(is_ok(saver.restore(session, directory / "not there")));
  EXPECT_TRUE(is_ok(Saver(std::vector<Variable>(), {.allow_empty = true}).status()));
}

TEST(Saver, SavesStringsAndEveryOtherType) {
  const TempDirectory directory;
  std::mt19937_64 random(9);
  Graph graph;
  std::map<std::string, Tensor> values;
  for (const DType dtype : storable_dtypes()) {
    const std::string name = "v_" + std::string(dtype_name(dtype));
    values[name] = dtype == DType::kString ? strings_tensor({2}, {"ab", ""})
                                           : random_tensor(random, dtype, {3});
    (void)graph.variable(name, values[name]);
  }
  Saver saver(graph);
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  ASSERT_TRUE(is_ok(saver.save(session, directory / "m")));
  Session restored(graph);
  ASSERT_TRUE(is_ok(saver.restore(restored, directory / "m")));
  for (const auto& [name, value] : values) EXPECT_EQ(restored.values().find(name), value) << name;
}

TEST(Saver, CanBeMoved) {
  const TempDirectory directory;
  SeededModel1 program;
  Saver moved(std::move(program.saver));
  ASSERT_TRUE(is_ok(moved.save(program.session, directory / "m")));
  Saver again(program.graph);
  again = std::move(moved);
  EXPECT_EQ(again.last_checkpoints(), (Strings{directory / "m"}));
}

}  // namespace
}  // namespace holdall::tf1
