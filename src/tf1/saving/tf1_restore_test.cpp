// Restoring: which checkpoints fit, and what is said of those that do not.
#include <filesystem>

#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

const std::string kModel1 = "two_models_seeded/save/model1";

constexpr std::string_view kMismatch =
    "Restoring from checkpoint failed. This is most likely due to a mismatch between the current "
    "graph and the graph from the checkpoint. Please ensure that you have not altered the graph "
    "expected based on the checkpoint. Original error:\n\n";

// What restoring model1 of the seeded program into these variables says.
Status restore_model1_into(Graph& graph) {
  Saver saver(graph);
  Session session(graph);
  const Status status = saver.restore(session, written_by_tensorflow(kModel1));
  EXPECT_EQ(session.values().snapshot().count() == 0, !status.ok());
  return status;
}

TEST(Restore, NeedsNoInitialValuesAndReplacesThoseThereAre) {
  SeededModel1 program;
  ASSERT_TRUE(is_ok(program.session.run(program.graph.global_variables_initializer())));
  EXPECT_NE(read_values(program.session, program.model.first), kSeededW1);
  Session fresh(program.graph);
  for (Session* session : {&fresh, &program.session}) {
    ASSERT_TRUE(is_ok(program.saver.restore(*session, written_by_tensorflow(kModel1))));
    EXPECT_EQ(read_values(*session, program.model.first), kSeededW1);
    EXPECT_EQ(read_values(*session, program.model.second), kSeededW2);
  }
}

TEST(Restore, LeavesOtherTensorsAndVariablesAlone) {
  SeededModel1 program;
  Session session(program.graph);
  Saver first_only(std::vector{program.model.first});
  ASSERT_TRUE(is_ok(first_only.restore(session, written_by_tensorflow(kModel1))));
  EXPECT_TRUE(session.is_initialized(program.model.first));
  EXPECT_FALSE(session.is_initialized(program.model.second));
  EXPECT_TRUE(
      raises(session.eval(program.model.second), ErrorClass::kFailedPrecondition, {"model1/w2"}));
}

TEST(Restore, ReadsWhatWasSavedUnderOtherNames) {
  Graph graph;
  const Variable copy = graph.variable("copy/of/w1", zeros({2}));
  Saver saver(std::map<std::string, Variable>{{"model1/w1", copy}});
  Session session(graph);
  ASSERT_TRUE(is_ok(saver.restore(session, written_by_tensorflow(kModel1))));
  EXPECT_EQ(read_values(session, copy), kSeededW1);
}

TEST(Restore, ListsAllMissingNamesAndAHint) {
  Graph graph;
  {
    VariableScope scope(graph, "other");
    (void)graph.variable("w1", zeros({2}));
    (void)graph.variable("w2", zeros({5}));
    (void)graph.variable("w3", zeros({5}));
  }
  EXPECT_TRUE(raises(restore_model1_into(graph), ErrorClass::kNotFound,
                     {"missing from the checkpoint",
                      "Original error:\n\nKey other/w1 not found in "
                      "checkpoint\nAlso missing: other/w2, other/w3",
                      "Hint: in the checkpoint they stand in scope 'model1'"}));
}

TEST(Restore, CountsWhatIsMissingBeyondTwenty) {
  Graph graph;
  for (int i = 100; i < 125; ++i) (void)graph.variable("v" + std::to_string(i), 1.0f);
  EXPECT_TRUE(raises(restore_model1_into(graph), ErrorClass::kNotFound,
                     {"Key v100 not found", "Also missing: v101, v102", "v120 and 4 more"}));
}

TEST(Restore, SaysWhichTypesDiffer) {
  Graph graph;
  VariableScope scope(graph, "model1");
  (void)graph.variable("w1", zeros({2}, DType::kI32));
  (void)graph.variable("w2", zeros({5}, DType::kF64));
  EXPECT_TRUE(
      raises(restore_model1_into(graph), ErrorClass::kInvalidArgument,
             {kMismatch,
              "tensor_name = model1/w1; expected dtype int32 does not equal original dtype "
              "float\ntensor_name = model1/w2; expected dtype double does not equal original dtype "
              "float"}));
}

TEST(Restore, SaysWhichShapesDiffer) {
  Graph graph;
  VariableScope scope(graph, "model1");
  (void)graph.variable("w1", zeros({3}));
  (void)graph.variable("w2", zeros({5, 1}));
  EXPECT_TRUE(raises(restore_model1_into(graph), ErrorClass::kInvalidArgument,
                     {kMismatch,
                      "Assign requires shapes of both tensors to match. lhs shape= [3] rhs shape= "
                      "[2] (variable model1/w1)\n",
                      "lhs shape= [5,1] rhs shape= [5] (variable model1/w2)"}));
}

TEST(Restore, SpeaksOfMissingNamesFirstThenOfTypesThenOfShapes) {
  Graph graph;
  VariableScope scope(graph, "model1");
  (void)graph.variable("w1", zeros({3}));
  (void)graph.variable("w2", zeros({5}, DType::kF64));
  const Status types = restore_model1_into(graph);
  EXPECT_TRUE(raises(types, ErrorClass::kInvalidArgument, {"model1/w2; expected dtype double"}));
  EXPECT_EQ(types.error().message.find("lhs shape"), std::string::npos);
  (void)graph.variable("w9", zeros({5}));
  const Status missing = restore_model1_into(graph);
  EXPECT_TRUE(raises(missing, ErrorClass::kNotFound, {"Key model1/w9 not found"}));
  EXPECT_EQ(missing.error().message.find("expected dtype"), std::string::npos);
}

TEST(Restore, RefusesWhatIsNoCheckpoint) {
  const TempDirectory directory;
  SeededModel1 program;
  const std::string saved = directory / "save/m";
  ASSERT_TRUE(is_ok(program.saver.save(program.session, saved)));
  for (const std::string& path : {directory / "save/none", directory / "nodir/m", std::string(),
                                  directory / "save", saved + ".index", saved + ".meta",
                                  saved + ".data-00000-of-00001", directory / "save/checkpoint"}) {
    EXPECT_TRUE(raises(program.saver.restore(program.session, path), ErrorClass::kValueError,
                       {"The passed save_path is not a valid checkpoint: " + path}));
  }
}

TEST(Restore, TakesThePrefixThoughADirectoryHasItsName) {
  const TempDirectory directory;
  SeededModel1 program;
  ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m")));
  std::filesystem::create_directory(directory / "m");
  Session session(program.graph);
  ASSERT_TRUE(is_ok(program.saver.restore(session, directory / "m")));
  EXPECT_EQ(read_values(session, program.model.first), kSeededW1);
}

TEST(Restore, TakesNamesThatLookLikePatterns) {
  const TempDirectory directory;
  SeededModel1 program;
  Session session(program.graph);
  for (const std::string name : {"g[1]*", "a b", "m?", "%41", "a.index"}) {
    ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / name)));
    EXPECT_TRUE(is_ok(program.saver.restore(session, directory / name))) << name;
  }
}

TEST(Restore, TakesTheFormatThatCameBeforeInOneFileOrSeveral) {
  const std::string testdata = source_path("src/formats/tf_v1/testdata");
  for (const std::string& path :
       {testdata + "/sharded/sharded_v1", testdata + "/sharded/sharded_v1-\?\?\?\?\?-of-00003"}) {
    Graph graph;
    const Variable a = graph.variable("a", zeros({3}));
    const Variable b = graph.variable("b", zeros({2, 2}));
    Session session(graph);
    ASSERT_TRUE(is_ok(Saver(graph).restore(session, path))) << path;
    EXPECT_EQ(*session.eval(a), *Checkpoint::open(path)->read("a"));
    EXPECT_EQ(*session.eval(b), *Checkpoint::open(path)->read("b"));
  }
  const auto latest = latest_checkpoint(testdata + "/v1_basic");
  ASSERT_TRUE(latest);
  EXPECT_EQ(*latest, testdata + "/v1_basic/model.ckpt-7");
  Graph graph;
  const Variable float32 = graph.variable("float32", zeros({2, 3}));
  Session session(graph);
  ASSERT_TRUE(is_ok(Saver(graph).restore(session, *latest)));
  EXPECT_EQ(*session.eval(float32), *Checkpoint::open(*latest)->read("float32"));
}

TEST(Restore, SaysWhichPathStandsForWhatWasGiven) {
  const TempDirectory directory;
  SeededModel1 program;
  const std::string saved = directory / "m";
  ASSERT_TRUE(is_ok(program.saver.save(program.session, saved)));
  for (const std::string& path : {saved + ".index", directory / "checkpoint", directory.path()}) {
    EXPECT_TRUE(raises(program.saver.restore(program.session, path), ErrorClass::kValueError,
                       {path + "\nHint: the path that stands for it is '" + saved + "'"}));
  }
  EXPECT_TRUE(
      raises(program.saver.restore(program.session, directory / "n"), ErrorClass::kValueError,
             {"Hint: no checkpoint is there: ", "checkpoints in that directory: '" + saved}));
}

TEST(Restore, RefusesAGraphThatFailed) {
  SeededModel1 program;
  (void)program.graph.no_op("a b");
  EXPECT_TRUE(raises(program.saver.restore(program.session, written_by_tensorflow(kModel1)),
                     ErrorClass::kValueError, {"'a b'"}));
}

const std::string kObjects = "tf2_objects/ckpt-1";

// A name-based saver over a file of TensorFlow 2: its keys are paths to objects, but the variables'
// own names are in it.
TEST(Restore, TakesAnObjectBasedCheckpointByItsVariablesNamesAndWarns) {
  Graph graph;
  const Variable kept = graph.variable("kept", zeros({2}));
  Saver saver(graph);
  Session session(graph);
  ASSERT_TRUE(is_ok(saver.restore(session, written_by_tensorflow(kObjects))));
  EXPECT_EQ(read_values(session, kept),
            (std::vector<float>{0.07147466391324997F, 0.5398070216178894F}));
  ASSERT_EQ(saver.warnings().size(), 1u);
  EXPECT_NE(saver.warnings()[0].find("Restoring an object-based checkpoint using a name-based"),
            std::string::npos);
}

TEST(Restore, TakesAnObjectBasedCheckpointByItsKeysWithoutAWarning) {
  Graph graph;
  const Variable any = graph.variable("any", zeros({2}));
  Saver saver(std::map<std::string, Variable>{{"kept/.ATTRIBUTES/VARIABLE_VALUE", any}});
  Session session(graph);
  ASSERT_TRUE(is_ok(saver.restore(session, written_by_tensorflow(kObjects))));
  EXPECT_TRUE(saver.warnings().empty());
}

TEST(Restore, SaysWhichVariablesAnObjectBasedCheckpointLacks) {
  Graph graph;
  (void)graph.variable("kept", zeros({2}));
  (void)graph.variable("gone", zeros({2}));
  Saver saver(graph);
  Session session(graph);
  EXPECT_TRUE(raises(saver.restore(session, written_by_tensorflow(kObjects)), ErrorClass::kNotFound,
                     {"Existing variables not in the checkpoint: gone\n",
                      "Variables names when this checkpoint was written which don't exist now: ",
                      "(1 variable name(s) did match)"}));
  EXPECT_EQ(session.values().snapshot().count(), 0u);
}

TEST(Restore, IsPlannedForAGraphBeforeAnythingIsRead) {
  SeededModel1 program;
  (void)program.graph.variable("more", zeros({4}));
  const auto checkpoint = Checkpoint::open(written_by_tensorflow(kModel1));
  ASSERT_TRUE(is_ok(checkpoint));
  const auto plan = plan_restore(checkpoint->catalog(), targets_of(program.graph));
  ASSERT_TRUE(is_ok(plan));
  EXPECT_EQ(plan->items.size(), 2u);
  ASSERT_EQ(plan->problems.size(), 1u);
  EXPECT_EQ(plan->problems[0].name, "more");
}

}  // namespace
}  // namespace holdall::tf1
