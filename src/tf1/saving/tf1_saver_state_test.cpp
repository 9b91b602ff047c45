// The state file, and which checkpoints a saver keeps and deletes.
#include <filesystem>
#include <thread>

#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

// Makes the directory the current one while it lives, so that paths can be relative.
class WorkingDirectory {
 public:
  explicit WorkingDirectory(const std::string& path) : before_(fs::current_path()) {
    fs::current_path(path);
  }
  ~WorkingDirectory() { fs::current_path(before_); }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;

 private:
  fs::path before_;
};

std::string state_of(const std::string& newest, const Strings& all) {
  std::string text = "model_checkpoint_path: \"" + newest + "\"\n";
  for (const std::string& path : all) text += "all_model_checkpoint_paths: \"" + path + "\"\n";
  return text;
}

TEST(SaverState, HasRelativePathsAsSeenFromItsDirectory) {
  const TempDirectory directory;
  const WorkingDirectory here(directory.path());
  SeededModel1 program;
  EXPECT_EQ(*program.saver.save(program.session, "./save/model1"), "./save/model1");
  EXPECT_EQ(read_test_file("save/checkpoint"),
            read_test_file(written_by_tensorflow("two_models_seeded/checkpoint.after_model1")));
  EXPECT_EQ(program.saver.last_checkpoints(), (Strings{"./save/model1"}));
  EXPECT_EQ(*program.saver.save(program.session, "bare"), "bare");
  EXPECT_EQ(read_test_file("checkpoint"), state_of("bare", {"save/model1", "bare"}));
  EXPECT_EQ(latest_checkpoint("."), "./bare");
  EXPECT_EQ(latest_checkpoint(""), "bare");
  EXPECT_EQ(latest_checkpoint("save"), "save/model1");
}

TEST(SaverState, HasAbsolutePathsAsTheyWereGiven) {
  const TempDirectory directory;
  SeededModel1 program;
  ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m")));
  EXPECT_EQ(read_test_file(directory / "checkpoint"), state_of(directory / "m", {directory / "m"}));
}

TEST(SaverState, HasAbsolutePathsMadeRelativeOnRequest) {
  const TempDirectory directory;
  SeededModel1 program({.save_relative_paths = true});
  for (const int64_t step : {1, 2})
    ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m", {.global_step = step})));
  EXPECT_EQ(read_test_file(directory / "checkpoint"), state_of("m-2", {"m-1", "m-2"}));
  EXPECT_EQ(latest_checkpoint(directory.path()), directory / "m-2");
}

TEST(SaverState, EscapesWhatANameMayHold) {
  const TempDirectory directory;
  const WorkingDirectory here(directory.path());
  SeededModel1 program;
  ASSERT_TRUE(is_ok(program.saver.save(program.session, "a\"b\\c\n\xc3\xa9")));
  EXPECT_EQ(read_test_file("checkpoint"),
            state_of("a\\\"b\\\\c\\n\\303\\251", {"a\\\"b\\\\c\\n\\303\\251"}));
  EXPECT_EQ(latest_checkpoint("."), "./a\"b\\c\n\xc3\xa9");
}

TEST(SaverState, ListsTheCheckpointsThatAreKept) {
  const TempDirectory directory;
  SeededModel1 program({.max_to_keep = 2});
  for (int64_t step = 1; step <= 4; ++step)
    ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m", {.global_step = step})));
  EXPECT_EQ(program.saver.last_checkpoints(), (Strings{directory / "m-3", directory / "m-4"}));
  EXPECT_EQ(read_test_file(directory / "checkpoint"),
            state_of(directory / "m-4", {directory / "m-3", directory / "m-4"}));
  EXPECT_EQ(directory.names(),
            (Strings{"checkpoint", "m-3.data-00000-of-00001", "m-3.index", "m-3.meta",
                     "m-4.data-00000-of-00001", "m-4.index", "m-4.meta"}));
}

TEST(SaverState, ListsOnlyTheNewestWhereNothingIsDeleted) {
  const TempDirectory directory;
  SeededModel1 program({.max_to_keep = 0});
  for (int64_t step = 1; step <= 7; ++step)
    ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m", {.global_step = step})));
  EXPECT_EQ(read_test_file(directory / "checkpoint"),
            state_of(directory / "m-7", {directory / "m-7"}));
  EXPECT_TRUE(program.saver.last_checkpoints().empty());
  EXPECT_EQ(directory.names().size(), 1u + 7 * 3);
}

TEST(SaverState, KeepsFiveByDefault) {
  const TempDirectory directory;
  SeededModel1 program;
  for (int64_t step = 1; step <= 7; ++step)
    ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m", {.global_step = step})));
  EXPECT_EQ(program.saver.last_checkpoints().size(), 5u);
  EXPECT_EQ(directory.names().size(), 1u + 5 * 3);
}

TEST(SaverState, SavingAgainRenewsAndDeletesNothing) {
  const TempDirectory directory;
  SeededModel1 program({.max_to_keep = 2});
  for (const std::string name : {"a", "b", "a", "a"})
    ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / name)));
  EXPECT_EQ(program.saver.last_checkpoints(), (Strings{directory / "b", directory / "a"}));
  EXPECT_EQ(directory.names().size(), 1u + 2 * 3);
}

TEST(SaverState, KeepsForEverWhatWasSavedAfterSoManyHours) {
  const TempDirectory directory;
  SeededModel1 program({.max_to_keep = 1, .keep_checkpoint_every_n_hours = 0});
  for (int64_t step = 1; step <= 3; ++step) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m", {.global_step = step})));
  }
  EXPECT_EQ(program.saver.last_checkpoints(), (Strings{directory / "m-3"}));
  EXPECT_EQ(directory.names().size(), 1u + 3 * 3);
}

TEST(SaverState, OfTwoSaversIsTheSecondsWithItsOwnList) {
  const TempDirectory directory;
  SeededModel1 program({.max_to_keep = 1});
  Saver second(program.graph, {.max_to_keep = 1});
  ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "a")));
  ASSERT_TRUE(is_ok(second.save(program.session, directory / "b")));
  EXPECT_EQ(read_test_file(directory / "checkpoint"), state_of(directory / "b", {directory / "b"}));
  // Neither deletes the other's files.
  ASSERT_TRUE(is_ok(second.save(program.session, directory / "c")));
  EXPECT_TRUE(fs::exists(directory / "a.index"));
  EXPECT_FALSE(fs::exists(directory / "b.index"));
}

TEST(SaverState, CanHaveANameOfItsOwn) {
  const TempDirectory directory;
  SeededModel1 program;
  ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m")));
  Saver best(program.graph);
  ASSERT_TRUE(
      is_ok(best.save(program.session, directory / "best", {.latest_filename = "best_state"})));
  EXPECT_EQ(latest_checkpoint(directory.path()), directory / "m");
  EXPECT_EQ(latest_checkpoint(directory.path(), "best_state"), directory / "best");
}

TEST(SaverState, DeletesTheMetaFileOfTheSameSuffix) {
  const TempDirectory directory;
  SeededModel1 program({.max_to_keep = 1});
  for (const int64_t step : {1, 2}) {
    ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "m",
                                         {.global_step = step, .meta_graph_suffix = "graph"})));
  }
  EXPECT_EQ(directory.names(),
            (Strings{"checkpoint", "m-2.data-00000-of-00001", "m-2.graph", "m-2.index"}));
}

TEST(SaverState, IsNotTouchedByRestoring) {
  const TempDirectory directory;
  SeededModel1 program;
  ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "a")));
  ASSERT_TRUE(is_ok(program.saver.save(program.session, directory / "b")));
  const std::string before = read_test_file(directory / "checkpoint");
  ASSERT_TRUE(is_ok(program.saver.restore(program.session, directory / "a")));
  EXPECT_EQ(read_test_file(directory / "checkpoint"), before);
  EXPECT_EQ(program.saver.last_checkpoints(), (Strings{directory / "a", directory / "b"}));
}

TEST(SaverState, StaysWholeWhenThreadsSaveThroughOneSaver) {
  const TempDirectory directory;
  SeededModel1 program({.max_to_keep = 3});
  std::vector<std::thread> threads;
  for (int64_t t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int64_t i = 0; i < 4; ++i) {
        EXPECT_TRUE(is_ok(
            program.saver.save(program.session, directory / "m", {.global_step = 10 * t + i})));
        (void)program.saver.last_checkpoints();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Strings kept = program.saver.last_checkpoints();
  EXPECT_EQ(kept.size(), 3u);
  EXPECT_EQ(read_test_file(directory / "checkpoint"), state_of(kept.back(), kept));
  EXPECT_EQ(directory.names().size(), 1u + 3 * 3);
}

TEST(LatestCheckpoint, IsNoneWithoutAStateFileThatCanBeUsed) {
  const TempDirectory directory;
  EXPECT_EQ(latest_checkpoint(directory.path()), std::nullopt);
  EXPECT_EQ(latest_checkpoint(directory / "none"), std::nullopt);
  for (const std::string_view text : {"", "not a state file", "model_checkpoint_path: \"\"\n",
                                      "model_checkpoint_path: \"gone\"\n"}) {
    write_test_file(directory / "checkpoint", text);
    EXPECT_EQ(latest_checkpoint(directory.path()), std::nullopt) << text;
  }
}

TEST(LatestCheckpoint, ReadsWhatTensorFlowWrote) {
  const std::string keep = written_by_tensorflow("keep");
  EXPECT_EQ(latest_checkpoint(keep), keep + "/model-400");
  EXPECT_EQ(latest_checkpoint(keep, "checkpoint_best"), keep + "/best-3");
}

}  // namespace
}  // namespace holdall::tf1
