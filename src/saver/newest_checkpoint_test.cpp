#include "saver/newest_checkpoint.h"

#include <gtest/gtest.h>

#include "base/message.h"
#include "holdall/checkpoint.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/recording_storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

class NewestCheckpointTest : public testing::Test {
 protected:
  void save(const std::string& path) {
    save_checkpoint(storage_, path, {{"w", counting_tensor({3}), {}, {}, 0}},
                    {.update_state = false});
  }
  void write_state(std::string_view text) { write_file(*storage_, "d/checkpoint", text); }
  void remove(const std::string& path) { ASSERT_TRUE(is_ok(storage_->remove(path))); }

  Result<Checkpoint> open(std::string_view path = "d") const {
    return Checkpoint::open(path, {storage_});
  }
  Result<std::string> latest(std::string_view directory = "d") const {
    const auto found = find_latest_checkpoint(directory, {.storage = storage_});
    if (!found.ok()) return found.error();
    return found->path;
  }
  // The sentences, one a line.
  static std::string notes_of(const Result<Checkpoint>& checkpoint) {
    std::string text;
    for (const std::string& note : checkpoint->notes()) text += note + "\n";
    return text;
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(NewestCheckpointTest, IsTheStateFilesWithoutANote) {
  save("d/m-1");
  save("d/m-2");
  write_state("model_checkpoint_path: 'm-1'");
  EXPECT_EQ(open()->path(), "d/m-1");
  EXPECT_EQ(notes_of(open()), "");
  EXPECT_EQ(*latest(), "d/m-1");
  EXPECT_EQ(*latest("d/"), "d/m-1");
}

TEST_F(NewestCheckpointTest, IsFoundBesideAStateFileThatWasMoved) {
  save("d/m-10");
  for (const std::string_view recorded : {"/old/home/m-10", "file:///old/m-10", "old/m-10"}) {
    write_state("model_checkpoint_path: '" + std::string(recorded) + "'");
    EXPECT_EQ(open()->path(), "d/m-10") << recorded;
    EXPECT_EQ(*latest(), "d/m-10");
  }
  write_state("model_checkpoint_path: '/old/home/m-10'");
  EXPECT_EQ(notes_of(open()),
            "the state file points to '/old/home/m-10', which is not there; 'm-10' beside it was "
            "opened\n");
}

TEST_F(NewestCheckpointTest, IsTakenFromAnAbsolutePathThatIsThere) {
  save("/else/m-1");
  save("d/m-1");
  write_state("model_checkpoint_path: '/else/m-1'");
  EXPECT_EQ(open()->path(), "/else/m-1");
  write_state("model_checkpoint_path: 'file:///else/m-1'");
  EXPECT_EQ(open()->path(), "/else/m-1");
  EXPECT_EQ(*latest(), "/else/m-1");
}

TEST_F(NewestCheckpointTest, IsASavedModelsVariablesWhereThereIsNothingElse) {
  save("d/variables/variables");
  ASSERT_TRUE(is_ok(latest()));
  EXPECT_EQ(*latest(), "d/variables/variables");
  save("d/m-1");
  EXPECT_EQ(*latest(), "d/m-1");
}

TEST_F(NewestCheckpointTest, IsTakenFromBesideWhereOnlyThatIsComplete) {
  save("/else/m-1");
  save("d/m-1");
  write_state("model_checkpoint_path: '/else/m-1'");
  remove("/else/m-1.data-00000-of-00001");
  EXPECT_EQ(open()->path(), "d/m-1");
  EXPECT_EQ(notes_of(open()),
            "a newer checkpoint is not complete (/else/m-1: its data file "
            "'/else/m-1.data-00000-of-00001' is not there); 'd/m-1' was opened\n");
}

TEST_F(NewestCheckpointTest, IsTheNewestOfWhichAllFilesAreThere) {
  for (const char* path : {"d/m-1", "d/m-2", "d/m-3"}) save(path);
  write_state("model_checkpoint_path: 'm-3' all_model_checkpoint_paths: ['m-1', 'm-2', 'm-3']");
  EXPECT_EQ(open()->path(), "d/m-3");
  remove("d/m-3.data-00000-of-00001");
  EXPECT_EQ(open()->path(), "d/m-2");
  EXPECT_EQ(notes_of(open()),
            "a newer checkpoint is not complete (d/m-3: its data file 'd/m-3.data-00000-of-00001' "
            "is not there); 'd/m-2' was opened\n");
  EXPECT_EQ(*latest(), "d/m-2");
  remove("d/m-3.index");
  EXPECT_EQ(notes_of(open()), "the newest checkpoint 'm-3' is not there; 'd/m-2' was opened\n");
  write_file(*storage_, "d/m-2.data-00000-of-00001", "cut");
  EXPECT_EQ(open()->path(), "d/m-1");
  EXPECT_NE(notes_of(open()).find("has 3 of 12 bytes"), std::string::npos) << notes_of(open());
}

TEST_F(NewestCheckpointTest, PassesByAnIndexThatIsCut) {
  save("d/m-1");
  save("d/m-2");
  write_state("model_checkpoint_path: 'm-2' all_model_checkpoint_paths: ['m-1', 'm-2']");
  write_file(*storage_, "d/m-2.index", read_file(*storage_, "d/m-2.index").substr(0, 60));
  EXPECT_EQ(open()->path(), "d/m-1");
  EXPECT_NE(notes_of(open()).find("its index cannot be read: not an sstable"), std::string::npos);
}

TEST_F(NewestCheckpointTest, IsOpenedIncompleteWhereNoneIsComplete) {
  save("d/m-1");
  write_state("model_checkpoint_path: 'm-1'");
  remove("d/m-1.data-00000-of-00001");
  const auto checkpoint = open();
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(checkpoint->catalog().count(), 1u);
  EXPECT_EQ(notes_of(checkpoint),
            "no checkpoint is complete; of 'd/m-1', its data file 'd/m-1.data-00000-of-00001' is "
            "not there\n");
  EXPECT_TRUE(fails(latest(), Code::kNotFound,
                    {"d: no checkpoint in it is complete; looked at: its state file, 1 "
                     "checkpoint that it holds\n  'd/m-1' was passed over: its data file "
                     "'d/m-1.data-00000-of-00001' is not there"}));
}

TEST_F(NewestCheckpointTest, IsTheOnlyOneWithoutAStateFile) {
  save("d/m");
  EXPECT_EQ(open()->path(), "d/m");
  EXPECT_EQ(notes_of(open()), "'d' has no state file; 'm', its only checkpoint, was opened\n");
  EXPECT_EQ(*latest(), "d/m");
  write_state("");
  EXPECT_EQ(open()->path(), "d/m");
  EXPECT_EQ(*latest(), "d/m");
}

TEST_F(NewestCheckpointTest, HasTheGreatestStepWithoutAStateFile) {
  for (const char* path : {"d/m-9", "d/m-100", "d/m-20"}) save(path);
  EXPECT_EQ(open()->path(), "d/m-100");
  EXPECT_EQ(notes_of(open()), "'d' has no state file; 'm-100', one of 3, was opened\n");
  remove("d/m-100.data-00000-of-00001");
  EXPECT_EQ(open()->path(), "d/m-20");
  EXPECT_NE(notes_of(open()).find("a newer checkpoint is not complete (d/m-100"),
            std::string::npos);
}

TEST_F(NewestCheckpointTest, MayBeOfAnyFormat) {
  for (const FormatInfo& format : formats()) {
    if (!format.can_write) continue;
    const std::string directory = "any_" + format.name;
    for (const int step : {9, 100, 20}) {
      save_checkpoint(storage_, directory + "/m-" + std::to_string(step) + format.suffix,
                      {{"w", counting_tensor({3}), {}, {}, 0}},
                      {.format = format.name, .update_state = false});
    }
    const std::string newest = directory + "/m-100" + format.suffix;
    EXPECT_EQ(*latest(directory), newest);
    ASSERT_TRUE(is_ok(open(directory)));
    EXPECT_EQ(open(directory)->path(), newest);
  }
}

TEST_F(NewestCheckpointTest, MayBeASetOfFilesAllOfWhichAreThere) {
  for (const int step : {9, 100}) {
    save_checkpoint(
        storage_, "d/m-" + std::to_string(step) + ".safetensors",
        {{"a", counting_tensor({3}), {}, {}, 0}, {"b", counting_tensor({3}), {}, {}, 1}},
        {.format = "safetensors", .shard_count = 2});
  }
  EXPECT_EQ(*latest(), "d/m-100.safetensors.index.json");
  ASSERT_TRUE(is_ok(open()));
  EXPECT_EQ(open()->path(), "d/m-100.safetensors.index.json");
  remove("d/m-100-00002-of-00002.safetensors");
  EXPECT_EQ(*latest(), "d/m-9.safetensors.index.json");
  ASSERT_TRUE(is_ok(open()));
  EXPECT_EQ(open()->path(), "d/m-9.safetensors.index.json");
  EXPECT_NE(notes_of(open()).find("a newer checkpoint is not complete"), std::string::npos);
}

TEST_F(NewestCheckpointTest, IsNotGuessedFromNamesThatDoNotTell) {
  save("d/m-9");
  save("d/best-10");
  EXPECT_TRUE(fails(open(), Code::kNotFound,
                    {"d: it is a directory without a 'checkpoint' state file that says which",
                     "give the prefix of one: 'd/best-10', 'd/m-9'"}));
  // Who asks for the latest of a directory means its steps, whatever stands before them.
  EXPECT_EQ(*latest(), "d/best-10");
  for (const char* path : {"e/m", "e/m-1"}) save(path);
  EXPECT_TRUE(fails(open("e"), Code::kNotFound, {"'e/m', 'e/m-1'"}));
  for (const char* path : {"f/m-", "f/m-1x"}) save(path);
  EXPECT_TRUE(fails(open("f"), Code::kNotFound, {"give the prefix of one"}));
}

TEST_F(NewestCheckpointTest, SaysWhatIsNotThere) {
  ASSERT_TRUE(is_ok(storage_->make_directories("d")));
  EXPECT_TRUE(
      fails(open(), Code::kNotFound, {"without a 'checkpoint' state file and without '*.index'"}));
  EXPECT_TRUE(fails(latest(), Code::kNotFound,
                    {"d: no checkpoint in it is complete; looked at: no state file, 0 "
                     "checkpoints that it holds"}));
  save("d/m");
  write_state("model_checkpoint_path: '/a/gone'");
  EXPECT_TRUE(fails(open(), Code::kNotFound,
                    {"names '/a/gone' as the newest checkpoint, which is neither there nor at "
                     "'d/gone'; checkpoints in that directory: 'd/m'"}));
  EXPECT_EQ(*latest(), "d/m");
  EXPECT_EQ(find_latest_checkpoint("d", {.storage = storage_})->notes,
            std::vector<std::string>{"its state file names '/a/gone', which is not there"});
  write_state("nonsense");
  EXPECT_EQ(*latest(), "d/m");
  const auto notes = find_latest_checkpoint("d", {.storage = storage_})->notes;
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].find("its state file cannot be read: line 1:"), 0u) << notes[0];
  remove("d/m.index");
  EXPECT_TRUE(fails(latest(), Code::kNotFound, {"its state file cannot be read: line 1:"}));
  EXPECT_TRUE(fails(latest("nowhere"), Code::kNotFound));
}

// One file of it cannot be opened, whoever asks.
class LockedFile : public RecordingStorage {
 public:
  LockedFile(std::shared_ptr<Storage> inner, std::string path)
      : RecordingStorage(std::move(inner)), path_(std::move(path)) {}
  Result<std::unique_ptr<Reader>> open_reader(const std::string& path) const override {
    if (path != path_) return RecordingStorage::open_reader(path);
    return make_error(Code::kIo, reason::kNone, "permission denied").in_file(path);
  }

 private:
  std::string path_;
};

TEST_F(NewestCheckpointTest, IsNotAnotherWhereItCannotBeOpened) {
  save("d/m-1");
  save("d/m-2");
  write_state("model_checkpoint_path: 'm-2' all_model_checkpoint_paths: ['m-1', 'm-2']");
  const auto storage = std::make_shared<LockedFile>(storage_, "d/m-2.index");
  EXPECT_TRUE(fails(find_latest_checkpoint("d", {.storage = storage}), Code::kIo,
                    {"d/m-2.index: permission denied"}));
  EXPECT_TRUE(fails(Checkpoint::open("d", {storage}), Code::kIo, {"d/m-2.index"}));
}

TEST_F(NewestCheckpointTest, IsNotGuessedAfterAFault) {
  save("d/m-1");
  save("d/m-2");
  write_state("model_checkpoint_path: 'm-2' all_model_checkpoint_paths: ['m-1', 'm-2']");
  for (uint64_t at = 0;; ++at) {
    const auto plan = std::make_shared<FaultPlan>();
    plan->fail_at_call = at;
    const auto found =
        find_latest_checkpoint("d", {.storage = std::make_shared<FaultyStorage>(storage_, plan)});
    if (plan->call_count <= at) {
      EXPECT_EQ(found->path, "d/m-2");
      break;
    }
    if (found.ok()) {
      EXPECT_EQ(found->path, "d/m-2") << at;
    } else {
      EXPECT_TRUE(fails(found, Code::kIo, {"fault on demand"})) << at;
    }
  }
}

}  // namespace
}  // namespace holdall
