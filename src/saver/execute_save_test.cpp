#include <gtest/gtest.h>

#include "codec/json.h"
#include "holdall/saver.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

std::vector<SaveItem> items_from(float first) {
  return {{"a", counting_tensor({3}, first), {}, {}, 0},
          {"b", counting_tensor({4, 2}, first + 100), {}, {}, 0}};
}

SavePlan plan_in(const std::shared_ptr<Storage>& storage, const std::string& path,
                 std::vector<SaveItem> items, SaveOptions options = {}) {
  options.storage = storage;
  options.alignment = 1;
  return *plan_save(path, std::move(items), options);
}

TEST(ExecuteSave, ReportsWhatItWrote) {
  const auto storage = make_memory_storage();
  const auto report = execute(plan_in(storage, "new/dir/m", items_from(0)));
  ASSERT_TRUE(is_ok(report));
  const uint64_t index_size_bytes = read_file(*storage, "new/dir/m.index").size();
  EXPECT_EQ(report->path, "new/dir/m");
  EXPECT_EQ(report->tensor_count, 2u);
  ASSERT_EQ(report->files.size(), 2u);
  EXPECT_EQ(report->files[1].path, "new/dir/m.index");
  EXPECT_EQ(report->files[1].size_bytes, index_size_bytes);
  EXPECT_EQ(report->bytes_written, 44 + index_size_bytes);
  EXPECT_EQ(report->summary(), "2 tensors saved to new/dir/m · " +
                                   std::to_string(44 + index_size_bytes) + " B in 2 files");
  EXPECT_EQ(*storage->list_directory("new/dir"),
            (std::vector<std::string>{"checkpoint", "m.data-00000-of-00001", "m.index"}));
}

TEST(ExecuteSave, WritesTheStateFileAsTensorFlowDoes) {
  const std::string folder = "src/formats/tf_bundle/testdata/good/two_models_seeded/";
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "./save/model1", items_from(0));
  EXPECT_EQ(read_file(*storage, "save/checkpoint"),
            read_test_file(source_path(folder + "checkpoint.after_model1")));
  save_checkpoint(storage, "./save/model2", items_from(0));
  EXPECT_EQ(read_file(*storage, "save/checkpoint"),
            read_test_file(source_path(folder + "save/checkpoint")));
  save_checkpoint(storage, "/abs/m", items_from(0));
  EXPECT_EQ(read_file(*storage, "/abs/checkpoint"),
            "model_checkpoint_path: \"/abs/m\"\nall_model_checkpoint_paths: \"/abs/m\"\n");
  save_checkpoint(storage, "other/m", items_from(0), {.update_state = false});
  EXPECT_EQ(storage->list_directory("other")->size(), 2u);
}

TEST(ExecuteSave, SyncsOnlyIfTheSaveIsToBeDurable) {
  const auto call_count = [](Durability durability) {
    const auto faults = std::make_shared<FaultPlan>();
    const auto storage = std::make_shared<FaultyStorage>(make_memory_storage(), faults);
    EXPECT_TRUE(is_ok(execute(plan_in(storage, "d/m", items_from(1), {.durability = durability}))));
    return faults->call_count.load();
  };
  // The new directory's parent, data files, index, state file.
  EXPECT_EQ(call_count(Durability::kDurable), call_count(Durability::kAtomic) + 4);
  EXPECT_LT(call_count(Durability::kNone), call_count(Durability::kAtomic));
}

TEST(ExecuteSave, WritesManyDataFilesAtOnce) {
  const auto storage = make_memory_storage();
  std::vector<SaveItem> items;
  for (uint32_t i = 0; i < 200; ++i) {
    items.push_back(
        {"t" + std::to_string(i), counting_tensor({50}, static_cast<float>(i)), {}, {}, i % 100});
  }
  const Checkpoint checkpoint = save_and_open(storage, "m", items, {.shard_count = 100});
  EXPECT_EQ(checkpoint.catalog().files().size(), 100u);
  for (const SaveItem& item : items) EXPECT_EQ(*checkpoint.read(item.name), item.tensor);
}

TEST(ExecuteSave, RefusesADirectoryThatIsAFile) {
  const auto storage = make_memory_storage();
  write_file(*storage, "d", "text");
  EXPECT_TRUE(fails(execute(plan_in(storage, "d/m", items_from(1))), Code::kInvalidArgument,
                    {"a file has its name"}));
}

TEST(ExecuteSave, AsksForRoomBeforeItWrites) {
  const auto faults = std::make_shared<FaultPlan>();
  const auto storage = std::make_shared<FaultyStorage>(make_memory_storage(), faults);
  const SavePlan plan = plan_in(storage, "d/m", items_from(1));
  faults->free_bytes = 43;
  const auto report = execute(plan);
  EXPECT_TRUE(fails(report, Code::kExhausted,
                    {"d/m: no space: the files need 44 B (44 bytes), 43 B (43 bytes)"}));
  EXPECT_EQ(faults->call_count, 0u);
  faults->free_bytes = 44;
  EXPECT_TRUE(is_ok(execute(plan)));
}

TEST(ExecuteSave, TellsItsReportAsJson) {
  SaveReport report{"d/m", {{"d/m.index", 7}}, 2, 7, 0.5, {"one is left"}};
  EXPECT_EQ(*Json::parse(report.to_json()),
            *Json::parse(R"({"schema": 1, "checkpoint": "d/m", "tensor_count": 2,
                "files": [{"path": "d/m.index", "size_bytes": 7}],
                "bytes_written": 7, "seconds": 0.5, "notes": ["one is left"]})"));
}

}  // namespace
}  // namespace holdall
