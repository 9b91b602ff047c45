#include "holdall/retention.h"

#include <gtest/gtest.h>

#include "holdall/session.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

class Retention : public testing::Test {
 protected:
  void save(const std::string& path, bool update_state = false) {
    save_checkpoint(storage_, path, {{"w", counting_tensor({2}), {}, {}, 0}},
                    {.update_state = update_state});
  }
  KeepPlan plan(KeepOptions options) {
    options.storage = storage_;
    auto planned = plan_keep("d", options);
    EXPECT_TRUE(is_ok(planned));
    return *std::move(planned);
  }
  static Names removed(const KeepPlan& plan) {
    Names names;
    for (const RemovedCheckpoint& each : plan.removed) names.push_back(each.path);
    return names;
  }
  // "path (reason)" of each.
  static Names kept(const KeepPlan& plan) {
    Names names;
    for (const KeptCheckpoint& each : plan.kept)
      names.push_back(each.path + " (" + each.reason + ")");
    return names;
  }
  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(Retention, KeepsTheLastOfEachSeriesByNumber) {
  for (const int step : {9, 10, 100}) save("d/model-" + std::to_string(step));
  save("d/best-3");
  const KeepPlan keep = plan({.last = 2});
  EXPECT_EQ(removed(keep), (Names{"d/model-9"}));
  EXPECT_EQ(kept(keep), (Names{"d/best-3 (last)", "d/model-10 (last)", "d/model-100 (last)"}));
}

TEST_F(Retention, KeepsMultiplesNamesAndWhatHasNoStep) {
  for (const int step : {100, 150, 200, 250, 300}) save("d/m-" + std::to_string(step));
  save("d/final");
  const KeepPlan keep = plan({.last = 1, .every_steps = 200, .also = {"m-150"}});
  EXPECT_EQ(removed(keep), (Names{"d/m-100", "d/m-250"}));
  EXPECT_EQ(kept(keep),
            (Names{"d/final (no step)", "d/m-150 (also)", "d/m-200 (every)", "d/m-300 (last)"}));
}

TEST_F(Retention, KeepsTheOneThatTheStateFileNames) {
  save("d/m-1", true);
  save("d/m-2");
  save("d/m-3");
  EXPECT_EQ(kept(plan({.last = 1})), (Names{"d/m-1 (newest)", "d/m-3 (last)"}));
}

TEST_F(Retention, LeavesIncompleteOnesAndDoesNotCountThem) {
  for (const int step : {1, 2, 3}) save("d/m-" + std::to_string(step));
  ASSERT_TRUE(is_ok(storage_->remove("d/m-3.data-00000-of-00001")));
  write_file(*storage_, "d/m-4.index", "not an index");
  const KeepPlan keep = plan({.last = 1});
  EXPECT_EQ(removed(keep), (Names{"d/m-1"}));
  EXPECT_EQ(kept(keep), (Names{"d/m-2 (last)", "d/m-3 (incomplete)", "d/m-4 (incomplete)"}));
}

TEST_F(Retention, RemovesIndexThenDataThenGraphAndTheNamesInTheState) {
  save("d/m-1", true);
  save("d/m-2", true);
  write_file(*storage_, "d/m-1.meta", "graph");
  write_file(*storage_, "d/m-1.notes", "somebody's");
  write_file(*storage_, "d/checkpoint",
             "model_checkpoint_path: \"m-2\"\nall_model_checkpoint_paths: \"m-1\"\n"
             "all_model_checkpoint_paths: \"m-2\"\n");
  const KeepPlan keep = plan({.last = 1});
  ASSERT_EQ(keep.removed.size(), 1u);
  EXPECT_EQ(keep.removed[0].files,
            (Names{"d/m-1.index", "d/m-1.data-00000-of-00001", "d/m-1.meta"}));
  uint64_t size_bytes = 0;
  for (const std::string& file : keep.removed[0].files)
    size_bytes += read_file(*storage_, file).size();
  EXPECT_EQ(keep.size_bytes(), size_bytes);
  EXPECT_EQ(*storage_->list_directory("d"),
            (Names{"checkpoint", "m-1.data-00000-of-00001", "m-1.index", "m-1.meta", "m-1.notes",
                   "m-2.data-00000-of-00001", "m-2.index"}));
  ASSERT_TRUE(is_ok(execute(keep)));
  EXPECT_EQ(*storage_->list_directory("d"),
            (Names{"checkpoint", "m-1.notes", "m-2.data-00000-of-00001", "m-2.index"}));
  EXPECT_EQ(read_file(*storage_, "d/checkpoint"),
            "model_checkpoint_path: \"m-2\"\nall_model_checkpoint_paths: \"m-2\"\n");
}

TEST_F(Retention, RemovesAllFilesOfCheckpointsOfOtherFormats) {
  const std::vector<SaveItem> items = {{"a", counting_tensor({3}), {}, {}, 0},
                                       {"b", counting_tensor({3}), {}, {}, 1}};
  for (const std::string step : {"1", "2"}) {
    save_checkpoint(storage_, "d/m-" + step + ".safetensors", items,
                    {.format = "safetensors", .shard_count = 2});
  }
  write_file(*storage_, "d/notes-1.txt", "somebody's");
  const KeepPlan keep = plan({.last = 1});
  EXPECT_EQ(kept(keep), (Names{"d/m-2.safetensors.index.json (last)"}));
  ASSERT_EQ(keep.removed.size(), 1u);
  EXPECT_EQ(keep.removed[0].files,
            (Names{"d/m-1.safetensors.index.json", "d/m-1-00001-of-00002.safetensors",
                   "d/m-1-00002-of-00002.safetensors"}));
  ASSERT_TRUE(is_ok(execute(keep)));
  EXPECT_EQ(*storage_->list_directory("d"),
            (Names{"m-2-00001-of-00002.safetensors", "m-2-00002-of-00002.safetensors",
                   "m-2.safetensors.index.json", "notes-1.txt"}));
}

TEST_F(Retention, RemovesShardsAndGraphOfAV1Checkpoint) {
  const std::vector<SaveItem> items = {{"a", counting_tensor({3}), {}, {}, 0},
                                       {"b", counting_tensor({3}), {}, {}, 1}};
  for (const std::string step : {"1", "2"}) {
    save_checkpoint(storage_, "d/m-" + step, items, {.format = "tf_v1", .shard_count = 2});
    write_file(*storage_, "d/m-" + step + ".meta", "graph");
  }
  ASSERT_TRUE(is_ok(execute(plan({.last = 1}))));
  EXPECT_EQ(*storage_->list_directory("d"),
            (Names{"checkpoint", "m-2-00000-of-00002", "m-2-00001-of-00002", "m-2.meta"}));
}

TEST_F(Retention, TouchesNoOtherFormatBesideAnIndexAndNoTwoAtOnce) {
  const std::vector<SaveItem> item = {{"a", counting_tensor({3}), {}, {}, 0}};
  for (const std::string step : {"1", "2"}) {
    for (const std::string format : {"npy", "npz"})
      save_checkpoint(storage_, "d/m-" + step + "." + format, item, {.format = format});
  }
  EXPECT_TRUE(fails(plan_keep("d", {.last = 1, .storage = storage_}), Code::kInvalidArgument,
                    {"d: it holds numbered files of npy and of npz"}));
  for (const std::string step : {"1", "2"}) save("d/m-" + step);
  EXPECT_EQ(removed(plan({.last = 1})), (Names{"d/m-1"}));
}

TEST_F(Retention, SaysWhatItWouldDo) {
  save("d/m-1");
  save("d/m-2");
  const std::string text = plan({.last = 1}).to_string();
  EXPECT_TRUE(text.starts_with("keep    d/m-2 (last)\nremove  d/m-1 (2 files, ")) << text;
  EXPECT_NE(text.find("1 kept · 1 removed · "), std::string::npos) << text;
  EXPECT_NE(plan({.last = 1}).to_json().find("\"reason\": \"last\""), std::string::npos);
}

TEST_F(Retention, RemovesNothingUnlessItIsToldWhatToKeep) {
  save("d/m-1");
  EXPECT_TRUE(fails(plan_keep("d", {.storage = storage_}), Code::kInvalidArgument,
                    {"d: nothing says what to keep"}));
  EXPECT_TRUE(fails(plan_keep("e", {.last = 1, .storage = storage_}), Code::kNotFound));
  ASSERT_TRUE(is_ok(storage_->make_directories("empty")));
  EXPECT_TRUE(fails(plan_keep("empty", {.last = 1, .storage = storage_}), Code::kNotFound));
}

}  // namespace
}  // namespace holdall
