#include "holdall/checkpoint.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "formats/format.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

std::vector<SaveItem> one_tensor(float first = 0) {
  return {{"w", counting_tensor({3}, first), {}, {}, 0}};
}

class CheckpointTest : public testing::Test {
 protected:
  Result<Checkpoint> open(std::string_view path) const {
    return Checkpoint::open(path, {storage_});
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(CheckpointTest, IsOpenedByEachOfItsSpellings) {
  save_checkpoint(storage_, "d/m-1", one_tensor());
  for (const std::string_view path : {"d/m-1", "d/m-1.index", "d/m-1.data-00000-of-00001",
                                      "d/m-1.meta", "d", "d/", "d/checkpoint", "./d/m-1"}) {
    const auto checkpoint = open(path);
    ASSERT_TRUE(is_ok(checkpoint)) << path;
    EXPECT_EQ(base_name_of(checkpoint->path()), "m-1") << path;
    EXPECT_EQ(*checkpoint->read("w"), counting_tensor({3}));
  }
}

TEST_F(CheckpointTest, NeedsOnlyTheDataFilesOfTheBox) {
  const Shape whole({4});
  save_checkpoint(storage_, "m",
                  {{"p", counting_tensor({2}), Box{{0}, {2}}, whole, 0},
                   {"p", counting_tensor({2}, 2), Box{{2}, {2}}, whole, 1}},
                  {.shard_count = 2, .update_state = false});
  ASSERT_TRUE(is_ok(storage_->remove("m.data-00001-of-00002")));
  EXPECT_EQ(*open("m")->read_box("p", {{0}, {2}}), counting_tensor({2}));
  EXPECT_TRUE(
      fails(open("m")->read_box("p", {{1}, {2}}), Code::kNotFound, {"m.data-00001-of-00002"}));
}

TEST_F(CheckpointTest, RefusesAWordOfTheEnvironmentThatItDoesNotKnow) {
  save_checkpoint(storage_, "m", one_tensor());
  ASSERT_EQ(setenv("HOLDALL_IO", "cpoy", 1), 0);
  const auto refused = open("m")->read("w");
  const auto asked = open("m")->read("w", {.io = IoMode::kCopy});
  ASSERT_EQ(setenv("HOLDALL_IO", "", 1), 0);
  const auto empty = open("m")->read("w");
  unsetenv("HOLDALL_IO");
  EXPECT_TRUE(fails(refused, Code::kInvalidArgument,
                    {"HOLDALL_IO is 'cpoy'", "known are auto, copy, map, map-copy and direct"}));
  EXPECT_TRUE(is_ok(asked));
  EXPECT_TRUE(is_ok(empty));
}

TEST_F(CheckpointTest, PrefersAPrefixToTheFileOfAnother) {
  save_checkpoint(storage_, "m", one_tensor(1), {.update_state = false});
  save_checkpoint(storage_, "m.index", one_tensor(2), {.update_state = false});
  save_checkpoint(storage_, "m.meta", one_tensor(3), {.update_state = false});
  EXPECT_EQ(*open("m")->read("w"), counting_tensor({3}, 1));
  EXPECT_EQ(*open("m.index")->read("w"), counting_tensor({3}, 2));
  EXPECT_EQ(*open("m.meta")->read("w"), counting_tensor({3}, 3));
  EXPECT_EQ(*open("m.meta.index")->read("w"), counting_tensor({3}, 3));
}

TEST_F(CheckpointTest, TakesPatternCharactersAsTheyAre) {
  save_checkpoint(storage_, "m[1]*?", one_tensor());
  EXPECT_TRUE(is_ok(open("m[1]*?")));
  EXPECT_TRUE(fails(open("m*"), Code::kNotFound));
}

TEST_F(CheckpointTest, IsTheNewestThatTheStateFileNames) {
  save_checkpoint(storage_, "d/m-1", one_tensor(1));
  save_checkpoint(storage_, "d/m-2", one_tensor(2));
  EXPECT_EQ(open("d")->path(), "d/m-2");
  write_file(*storage_, "d/checkpoint", "model_checkpoint_path: 'm-1'");
  EXPECT_EQ(open("d")->path(), "d/m-1");
  write_file(*storage_, "d/checkpoint", "model_checkpoint_path: '/moved/from/here/m-2'");
  EXPECT_EQ(open("d")->path(), "d/m-2");
}

TEST_F(CheckpointTest, TellsWhatIsWrongWithAStateFile) {
  save_checkpoint(storage_, "d/m", one_tensor());
  write_file(*storage_, "d/checkpoint", "model_checkpoint_path: 'gone'");
  EXPECT_TRUE(fails(open("d"), Code::kNotFound,
                    {"d: its state file names 'gone' as the newest checkpoint", "'d/gone'"}));
  write_file(*storage_, "d/checkpoint", "nonsense");
  EXPECT_TRUE(fails(open("d"), Code::kCorrupt, {"d/checkpoint: line 1:"}));
}

TEST_F(CheckpointTest, SaysWhatWasLookedForAndWhatIsThere) {
  save_checkpoint(storage_, "d/model-10", one_tensor());
  save_checkpoint(storage_, "d/other", one_tensor());
  const auto missing = open("d/model-1");
  EXPECT_TRUE(fails(missing, Code::kNotFound,
                    {"d/model-1: no checkpoint is there", "'d/model-1.index' was looked for",
                     "checkpoints in that directory: 'd/model-10'"}));
  EXPECT_EQ(missing.error().reason, reason::kMissingFile);
  EXPECT_TRUE(fails(open("d/zzz"), Code::kNotFound, {"'d/model-10', 'd/other'"}));
  EXPECT_TRUE(fails(open("e/m"), Code::kNotFound, {"there is no directory 'e'"}));
  ASSERT_TRUE(is_ok(storage_->make_directories("empty")));
  EXPECT_TRUE(fails(open("empty/m"), Code::kNotFound, {"its directory holds no '*.index' file"}));
  EXPECT_TRUE(fails(open(""), Code::kInvalidArgument, {"the path of a checkpoint is empty"}));
}

TEST_F(CheckpointTest, DoesNotCallMissingWhatCannotBeOpened) {
  ASSERT_TRUE(is_ok(storage_->make_directories("m.index")));
  EXPECT_TRUE(fails(open("m"), Code::kInvalidArgument, {"m.index: this is a directory"}));
}

TEST_F(CheckpointTest, IsMissingNearNamesThatAreThere) {
  const Checkpoint checkpoint =
      save_and_open(storage_, "m", {{"layer/kernel", counting_tensor({3}), {}, {}, 0}});
  EXPECT_TRUE(fails(checkpoint.read("layer/kernels"), Code::kNotFound,
                    {"m: Key layer/kernels not found in checkpoint; near it are 'layer/kernel'"}));
  EXPECT_EQ(checkpoint.stored_name("layer/kernel"), "layer/kernel");
  EXPECT_EQ(checkpoint.stored_name("layer/kernels"), "");
  EXPECT_FALSE(checkpoint.is_object_based());
  EXPECT_TRUE(checkpoint.notes().empty());
}

TEST_F(CheckpointTest, RefusesAFileOfNoFormat) {
  write_file(*storage_, "notes.txt", "hello");
  EXPECT_TRUE(fails(open("notes.txt"), Code::kUnsupported,
                    {"notes.txt: it is a file of 5 bytes that no format of this build claims"}));
}

TEST_F(CheckpointTest, RefusesStoragesThatItDoesNotKnow) {
  EXPECT_TRUE(fails(Checkpoint::open("s3://bucket/m"), Code::kUnsupported, {"no storage for"}));
}

TEST_F(CheckpointTest, NamesWhatItCannotRead) {
  const Checkpoint checkpoint = save_and_open(storage_, "d/m", one_tensor());
  EXPECT_TRUE(fails(checkpoint.read("v"), Code::kNotFound, {"d/m: Key v not found in checkpoint"}));
  EXPECT_TRUE(fails(checkpoint.read("v\n"), Code::kNotFound, {R"(Key v\n not found)"}));
  EXPECT_TRUE(fails(checkpoint.read_box("w", {{2}, {2}}), Code::kInvalidArgument,
                    {"tensor 'w': box '2,2' leaves dimension 0 of shape [3]"}));
  EXPECT_TRUE(fails(checkpoint.read_box("w", {}), Code::kInvalidArgument, {"has 0 dimensions"}));
  EXPECT_EQ(*checkpoint.read_box("w", {{1}, {2}}), counting_tensor({2}, 1));
  EXPECT_EQ(*checkpoint.read_box("w", {{0}, {Box::kAll}}), counting_tensor({3}));
}

TEST_F(CheckpointTest, OpensFilesOnceAndWhenTheyAreNeeded) {
  save_checkpoint(storage_, "m", one_tensor());
  const auto plan = std::make_shared<FaultPlan>();
  const auto counting = std::make_shared<FaultyStorage>(storage_, plan);
  const auto checkpoint = Checkpoint::open("m", {counting});
  const uint64_t index_size_bytes = read_file(*storage_, "m.index").size();
  EXPECT_EQ(plan->bytes_read, index_size_bytes);
  ASSERT_TRUE(is_ok(checkpoint->read("w")));
  EXPECT_EQ(plan->bytes_read, index_size_bytes + 12);
  const uint64_t calls = plan->call_count;
  ASSERT_TRUE(is_ok(checkpoint->read("w")));
  EXPECT_EQ(plan->call_count, calls + 1);
}

TEST_F(CheckpointTest, ReadsShortReadsToTheirEnd) {
  save_checkpoint(storage_, "m", one_tensor());
  const auto plan = std::make_shared<FaultPlan>();
  plan->max_read_bytes = 5;
  const auto checkpoint = Checkpoint::open("m", {std::make_shared<FaultyStorage>(storage_, plan)});
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(*checkpoint->read("w"), counting_tensor({3}));
}

TEST_F(CheckpointTest, FailsOrReadsRightWhicheverCallFails) {
  save_checkpoint(storage_, "m", one_tensor());
  for (uint64_t at = 0;; ++at) {
    const auto plan = std::make_shared<FaultPlan>();
    plan->fail_at_call = at;
    const auto checkpoint =
        Checkpoint::open("m", {std::make_shared<FaultyStorage>(storage_, plan)});
    if (!checkpoint.ok()) {
      EXPECT_TRUE(fails(checkpoint, Code::kIo, {"m.index", "fault on demand"})) << at;
      continue;
    }
    const auto tensor = checkpoint->read("w");
    if (plan->call_count <= at) {
      EXPECT_EQ(*tensor, counting_tensor({3}));
      break;
    }
    EXPECT_TRUE(fails(tensor, Code::kIo, {"m.", "tensor 'w'", "fault on demand"}));
  }
}

TEST_F(CheckpointTest, KeepsShowingTheFilesItOpened) {
  const Checkpoint checkpoint = save_and_open(storage_, "m", one_tensor(1));
  ASSERT_TRUE(is_ok(checkpoint.read("w")));
  save_checkpoint(storage_, "m", one_tensor(5));
  EXPECT_EQ(*checkpoint.read("w"), counting_tensor({3}, 1));
  EXPECT_EQ(*open("m")->read("w"), counting_tensor({3}, 5));
}

TEST_F(CheckpointTest, NeverMixesTwoSaves) {
  const Checkpoint checkpoint = save_and_open(storage_, "m", one_tensor(1));
  save_checkpoint(storage_, "m", one_tensor(5));
  const auto tensor = checkpoint.read("w");
  EXPECT_TRUE(fails(tensor, Code::kIo, {"it was saved anew while it was read; open it again"}));
  EXPECT_EQ(tensor.error().reason, reason::kChangedWhileReading);
}

TEST_F(CheckpointTest, ServesManyThreads) {
  std::vector<SaveItem> items;
  for (uint32_t i = 0; i < 8; ++i) {
    items.push_back({std::to_string(i), counting_tensor({100}, static_cast<float>(i)), {}, {}, i});
  }
  const Checkpoint checkpoint = save_and_open(storage_, "m", items, {.shard_count = 8});
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, copy = checkpoint] {
        for (const SaveItem& item : items) {
          const auto tensor = copy.read(item.name);
          if (!tensor.ok() || !(*tensor == item.tensor)) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
}

TEST(Formats, AreListedAndFoundByName) {
  ASSERT_FALSE(formats().empty());
  EXPECT_EQ(formats()[0].name, "tf_bundle");
  EXPECT_TRUE(formats()[0].can_write);
  EXPECT_EQ((*find_format("tf"))->info().name, "tf_bundle");
  for (const FormatInfo& info : formats()) {
    ASSERT_TRUE(is_ok(find_format(info.name)));
    EXPECT_EQ((*find_format(info.name))->info().name, info.name);
    EXPECT_FALSE(info.about.empty());
  }
  EXPECT_TRUE(fails(find_format("onnx"), Code::kUnsupported,
                    {"no format is called 'onnx'; this build has tf_bundle"}));
}

}  // namespace
}  // namespace holdall
