// Savers of all kinds: old files, several files, parts, other shapes, objects that say how, and
// nodes that were there before.
#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

std::string v1_file(std::string_view path) {
  return source_path("src/formats/tf_v1/testdata/" + std::string(path));
}

// Variables of a graph with the values that a checkpoint has.
void declare_all(Graph& graph, const CheckpointReader& reader) {
  for (const TensorInfo& info : reader.catalog()) {
    const auto value = reader.get(info.name);
    ASSERT_TRUE(is_ok(value));
    (void)graph.variable(info.name, *value);
  }
  ASSERT_TRUE(is_ok(graph.status()));
}

class OldFile : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(TensorFlows, OldFile,
                         testing::Values("v1_basic/model.ckpt-7", "strings/strings_v1"),
                         [](const auto& each) {
                           return each.param.substr(0, each.param.find('/'));
                         });

TEST_P(OldFile, IsWrittenByteForByte) {
  const auto reader = CheckpointReader::open(v1_file(GetParam()));
  ASSERT_TRUE(is_ok(reader));
  Graph graph;
  declare_all(graph, *reader);
  SaverOptions options;
  options.version = SaverVersion::kV1;
  Saver saver(graph, options);
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  const TempDirectory directory;
  ASSERT_EQ(saver.save(session, directory / "m").value(), directory / "m");
  EXPECT_EQ(read_test_file(directory / "m"), read_test_file(v1_file(GetParam())));
  EXPECT_EQ(directory.names(), (std::vector<std::string>{"checkpoint", "m", "m.meta"}));
  ASSERT_TRUE(is_ok(saver.restore(session, directory / "m")));
}

struct Two {
  Graph graph;
  Variable a;
  Variable b;
  Session session{graph};

  Two() {
    const DeviceScope device(graph, "/device:CPU:0");
    a = graph.variable("a", floats({1, 2}));
    device_free();
    EXPECT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  }
  void device_free() {
    const DeviceScope none(graph, "");
    b = graph.variable("b", floats({3}));
  }
};

TEST(ShardedSaver, WritesAFileForEachDevice) {
  Two two;
  SaverOptions options;
  options.sharded = true;
  Saver saver(two.graph, options);
  ASSERT_TRUE(is_ok(saver.status()));
  const TempDirectory directory;
  ASSERT_TRUE(is_ok(saver.save(two.session, directory / "m")));
  EXPECT_EQ(directory.names(),
            (std::vector<std::string>{"checkpoint", "m.data-00000-of-00002",
                                      "m.data-00001-of-00002", "m.index", "m.meta"}));
  EXPECT_TRUE(two.graph.operation_by_name("save/restore_all/NoOp_1").ok());
  EXPECT_EQ(saver.def().save_tensor_name, "save/Identity:0");
  EXPECT_TRUE(saver.def().sharded);
  ASSERT_TRUE(is_ok(two.session.values().assign("a", floats({0, 0}))));
  ASSERT_TRUE(is_ok(saver.restore(two.session, directory / "m")));
  EXPECT_EQ(two.session.values().find("a"), floats({1, 2}));
}

TEST(ShardedSaver, DoesTheSameThroughItsNodes) {
  Two two;
  SaverOptions options;
  options.sharded = true;
  Saver saver(two.graph, options);
  const TempDirectory directory;
  const std::string path = directory / "m";
  ASSERT_TRUE(is_ok(saver.save(two.session, path)));
  const std::string_view other = directory.path();
  const std::string prefix = std::string(other) + "/n";
  const std::string_view view = prefix;
  const Output filename = *two.graph.tensor_by_name("save/Const:0");
  const Tensor text = *Tensor::of_strings({}, {&view, 1});
  const Output saved = *two.graph.tensor_by_name("save/Identity:0");
  ASSERT_TRUE(is_ok(two.session.run(std::vector{saved}, {}, {{filename, text}})));
  for (const char* end : {".index", ".data-00000-of-00002", ".data-00001-of-00002"})
    EXPECT_EQ(read_test_file(path + end), read_test_file(prefix + end)) << end;
  ASSERT_TRUE(is_ok(two.session.values().assign("b", floats({0}))));
  const Operation restore = *two.graph.operation_by_name("save/restore_all");
  ASSERT_TRUE(is_ok(two.session.run({}, {&restore, 1}, {{filename, text}})));
  EXPECT_EQ(two.session.values().find("b"), floats({3}));
  // Nothing is left of what was on its way.
  for (const std::string& name : directory.names())
    EXPECT_EQ(name.find("_temp_"), std::string::npos);
}

TEST(ShardedSaver, WritesOldFilesToo) {
  Two two;
  SaverOptions options;
  options.sharded = true;
  options.version = SaverVersion::kV1;
  Saver saver(two.graph, options);
  const TempDirectory directory;
  const auto path = saver.save(two.session, directory / "m");
  ASSERT_TRUE(is_ok(path));
  EXPECT_EQ(*path, (directory / "m") + "-\?\?\?\?\?-of-00002");
  EXPECT_EQ(directory.names(), (std::vector<std::string>{"checkpoint", "m-00000-of-00002",
                                                         "m-00001-of-00002", "m.meta"}));
  ASSERT_TRUE(is_ok(saver.restore(two.session, *path)));
  remove_checkpoint(*path, SaverVersion::kV1);
  EXPECT_EQ(directory.names(), std::vector<std::string>{"checkpoint"});
}

TEST(SaverOfParts, SavesThemUnderOneName) {
  const TempDirectory directory;
  Graph graph;
  GetVariableOptions variable;
  variable.shape = Shape({5, 2});
  variable.initializer = zeros_initializer();
  const PartitionedVariable whole = graph.get_partitioned_variable("w", variable, {2, 1});
  ASSERT_EQ(whole.parts.size(), 2u);
  EXPECT_EQ(whole.parts[0].name(), "w/part_0:0");
  EXPECT_EQ(whole.parts[0].slice()->spec(), "5 2 0,3:0,2");
  EXPECT_EQ(whole.parts[1].slice()->spec(), "5 2 3,2:0,2");
  Session session(graph);
  ASSERT_TRUE(is_ok(session.values().assign("w/part_0", counting_tensor({3, 2}, 0))));
  ASSERT_TRUE(is_ok(session.values().assign("w/part_1", counting_tensor({2, 2}, 6))));
  Saver saver(graph);
  ASSERT_TRUE(is_ok(saver.save(session, directory / "p")));
  const auto reader = CheckpointReader::open(directory / "p");
  ASSERT_TRUE(is_ok(reader));
  EXPECT_EQ(reader->get("w").value(), counting_tensor({5, 2}, 0));
  EXPECT_TRUE(raises(reader->get("v"), ErrorClass::kNotFound, {"Key v not found in checkpoint"}));
  // Another cut restores it all the same.
  Graph other;
  const PartitionedVariable thirds = other.get_partitioned_variable("w", variable, {3, 1});
  Session there(other);
  ASSERT_TRUE(is_ok(Saver(other).restore(there, directory / "p")));
  EXPECT_EQ(there.values().find("w/part_2"), counting_tensor({1, 2}, 8));
  ASSERT_EQ(thirds.parts.size(), 3u);
}

TEST(SaverOfParts, RefusesPartsOfAnotherShape) {
  const TempDirectory directory;
  SeededModel1 program;
  ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m")));
  Graph graph;
  Variable part = graph.variable("part", floats({0, 0}));
  part.set_slice(SliceInfo{"model1/w1", {6}, {0}, {2}});
  Session session(graph);
  EXPECT_TRUE(raises(Saver(graph).restore(session, directory / "m"), ErrorClass::kInvalidArgument,
                     {"shape in shape_and_slice spec [6] does not match the shape stored in "
                      "checkpoint: [2]"}));
}

TEST(ReshapingSaver, TakesAsManyElementsInAnotherShape) {
  const TempDirectory directory;
  Graph graph;
  (void)graph.variable("v", floats({1, 2, 3, 4}));
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  ASSERT_TRUE(is_ok(Saver(graph).save(session, directory / "m")));
  SaverOptions options;
  options.reshape = true;
  for (const Shape& shape : {Shape({2, 2}), Shape({3})}) {
    Graph other;
    (void)other.variable("v", zeros(shape));
    Session there(other);
    const Status restored = Saver(other, options).restore(there, directory / "m");
    if (shape.rank() == 2) {
      ASSERT_TRUE(is_ok(restored));
      EXPECT_EQ(there.values().find("v"), counting_tensor(shape, 1));
    } else {
      EXPECT_TRUE(raises(restored, ErrorClass::kInvalidArgument,
                         {"Restoring from checkpoint failed", "mismatch",
                          "tensor with 4 values, but the requested shape has 3"}));
    }
  }
}

TEST(SaverOfSaveables, SavesAndRestoresAsTheyTellIt) {
  const TempDirectory directory;
  Graph graph;
  const Variable v = graph.variable("v", floats({1, 2}));
  const Output two = graph.constant(scalar(2), "two");
  Saveable twice;
  twice.name = "twice";
  twice.specs = {{"twice", graph.multiply(v.value(), two)}};
  twice.restore = [&](Graph& g, const std::vector<Output>& tensors, bool) {
    return g.assign(v, g.subtract(tensors.front(), two)).op();
  };
  Saver saver(std::vector{twice}, graph);
  ASSERT_TRUE(is_ok(saver.status()));
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  ASSERT_TRUE(is_ok(saver.save(session, directory / "m")));
  EXPECT_EQ(CheckpointReader::open(directory / "m")->get("twice").value(), floats({2, 4}));
  ASSERT_TRUE(is_ok(saver.restore(session, directory / "m")));
  EXPECT_EQ(session.values().find("v"), floats({0, 2}));
}

TEST(SaverOfNodes, DoesWhatTheSaverDidThatMadeThem) {
  const TempDirectory directory;
  SeededModel1 program;
  const auto def = decode_saver_def(encode_saver_def(program.saver.def()));
  ASSERT_TRUE(is_ok(def));
  Saver again(*def, program.graph);
  ASSERT_TRUE(is_ok(again.save(program.session, directory / "m")));
  ASSERT_TRUE(is_ok(again.restore(program.session, directory / "m")));
  EXPECT_EQ(read_values(program.session, program.model.first), kSeededW1);
  SaverDef wrong = *def;
  wrong.restore_op_name = "none";
  EXPECT_TRUE(raises(Saver(wrong, program.graph).status(), ErrorClass::kKeyError, {"none"}));
}

TEST(SaverOfResources, WorksAsForOthers) {
  const TempDirectory directory;
  Graph graph;
  VariableOptions options;
  options.use_resource = true;
  const Variable v = graph.variable("v", floats({1, 2}), options);
  EXPECT_TRUE(v.is_resource());
  EXPECT_EQ(v.dtype(), DType::kF32);
  EXPECT_EQ(v.shape().full(), Shape({2}));
  Saver saver(graph);
  Session session(graph);
  EXPECT_TRUE(raises(session.eval(v), ErrorClass::kFailedPrecondition,
                     {"Error while reading resource variable v"}));
  ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  ASSERT_TRUE(is_ok(saver.save(session, directory / "m")));
  ASSERT_TRUE(is_ok(session.values().assign("v", floats({0, 0}))));
  ASSERT_TRUE(is_ok(saver.restore(session, directory / "m")));
  EXPECT_EQ(session.values().find("v"), floats({1, 2}));
}

TEST(LastCheckpoints, ThatAreSetWithoutATimeAreKept) {
  const TempDirectory directory;
  SaverOptions options;
  options.max_to_keep = 1;
  SeededModel1 program(options);
  SaverSaveOptions step;
  step.global_step = 1;
  ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m", step)));
  const std::string first = (directory / "m") + "-1";
  for (const bool has_time : {false, true}) {
    const std::vector<std::pair<std::string, std::optional<double>>> last = {
        {first, has_time ? std::optional(1.0) : std::nullopt}};
    program.saver.set_last_checkpoints(last);
    step.global_step = has_time ? 3 : 2;
    ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m", step)));
    EXPECT_EQ(checkpoint_exists(first), !has_time);
  }
}

}  // namespace
}  // namespace holdall::tf1
