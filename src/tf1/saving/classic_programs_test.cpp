// The classic programs, one after the other: two train and save a model each, the third restores
// both into one session. Files and values must be TensorFlow 1.15.5's.
#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

const std::string kSeeded = "two_models_seeded/save/";

void save_model(ClassicModel (*add_model)(Graph&), const std::string& path) {
  Graph graph;
  graph.set_random_seed(1);
  (void)add_model(graph);
  Saver saver(graph);
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  const auto saved = saver.save(session, path);
  ASSERT_TRUE(is_ok(saved));
  EXPECT_EQ(*saved, path);
}

TEST(ClassicPrograms, SaveTheBytesThatTensorFlowSaves) {
  const TempDirectory directory;
  save_model(&add_model1, directory / "save/model1");
  save_model(&add_model2, directory / "save/model2");
  for (const std::string name : {"model1.index", "model1.data-00000-of-00001", "model2.index",
                                 "model2.data-00000-of-00001"}) {
    EXPECT_EQ(read_test_file(directory / ("save/" + name)),
              read_test_file(written_by_tensorflow(kSeeded + name)))
        << name;
  }
}

TEST(ClassicPrograms, LeaveAStateFileOfTheSecondOnly) {
  const TempDirectory directory;
  save_model(&add_model1, directory / "model1");
  save_model(&add_model2, directory / "model2");
  // With TensorFlow's relative paths it is byte for byte the same (tf1_saver_state_test.cpp).
  EXPECT_EQ(read_test_file(directory / "checkpoint"),
            "model_checkpoint_path: \"" + directory / "model2" + "\"\n" +
                "all_model_checkpoint_paths: \"" + directory / "model2" + "\"\n");
  EXPECT_EQ(latest_checkpoint(directory.path()), directory / "model2");
}

TEST(ClassicPrograms, RestoreBothModelsIntoOneSession) {
  Graph graph;
  Session session(graph);
  const ClassicModel one = add_model1(graph);
  const ClassicModel two = add_model2(graph);
  Saver saver1(graph.variables_in("model1"));
  EXPECT_TRUE(is_ok(saver1.restore(session, written_by_tensorflow(kSeeded + "model1"))));
  EXPECT_EQ(read_values(session, one.first), kSeededW1);
  EXPECT_EQ(read_values(session, one.second), kSeededW2);
  EXPECT_TRUE(raises(session.eval(two.first), ErrorClass::kFailedPrecondition, {"model2/w3"}));
  Saver saver2(graph.variables_in("model2"));
  EXPECT_TRUE(is_ok(saver2.restore(session, written_by_tensorflow(kSeeded + "model2"))));
  EXPECT_EQ(read_values(session, two.first),
            (std::vector<float>{kSeededW1[0], kSeededW1[1], 0.79727304f}));
  EXPECT_EQ(read_values(session, two.second),
            std::vector<float>(kSeededW2.begin(), kSeededW2.begin() + 4));
  EXPECT_EQ(read_values(session, one.first), kSeededW1);
}

TEST(ClassicPrograms, DrawTheSeededValues) {
  const SeededModel1 program;
  EXPECT_EQ(program.session.values().find("model1/w1"), *Tensor::of<float>({2}, kSeededW1));
  EXPECT_EQ(program.session.values().find("model1/w2"), *Tensor::of<float>({5}, kSeededW2));
}

TEST(ClassicPrograms, RestoreWhatLaterVersionsAndUnseededRunsSaved) {
  for (const std::string folder :
       {"two_models_unseeded/save/", "two_models_tf2/save_ref/", "two_models_tf2/save_resource/"}) {
    Graph graph;
    const ClassicModel model = add_model1(graph);
    Session session(graph);
    const std::string path = written_by_tensorflow(folder + "model1");
    EXPECT_TRUE(is_ok(Saver(graph).restore(session, path))) << folder;
    const auto checkpoint = Checkpoint::open(path);
    ASSERT_TRUE(is_ok(checkpoint));
    EXPECT_EQ(session.values().find("model1/w1"), *checkpoint->read("model1/w1"));
    EXPECT_EQ(read_values(session, model.second).size(), 5u);
  }
}

TEST(ClassicPrograms, ExplainTheWrongSaver) {
  Graph graph;
  (void)add_model1(graph);
  (void)add_model2(graph);
  Saver of_all(graph);
  Session session(graph);
  const Status restored = of_all.restore(session, written_by_tensorflow(kSeeded + "model1"));
  EXPECT_TRUE(raises(
      restored, ErrorClass::kNotFound,
      {"Restoring from checkpoint failed. This is most likely due to a Variable "
       "name or other graph key that is missing from the checkpoint. Please ensure "
       "that you have not altered the graph expected based on the checkpoint. "
       "Original error:\n\nKey model2/w3 not found in checkpoint",
       "Also missing: model2/w4", "model1", "Hint: the checkpoint holds only scope 'model1'"}));
  EXPECT_EQ(session.values().snapshot().count(), 0u);
}

}  // namespace
}  // namespace holdall::tf1
