// Opening and planning read headers and indexes: no data file is as much as opened.
#include <gtest/gtest.h>

#include "holdall/copy.h"
#include "holdall/holdall.h"
#include "support/bundle_files.h"
#include "support/recording_storage.h"
#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

class CatalogOnly : public testing::Test {
 protected:
  CatalogOnly() {
    for (const char* name : {"a", "b"}) {
      save_checkpoint(
          files_, name,
          {{"w", counting_tensor({40, 50}), {}, {}, 0}, {"v", counting_tensor({7}), {}, {}, 0}});
    }
    save_checkpoint(files_, "c.safetensors", {{"w", counting_tensor({40, 50}), {}, {}, 0}});
  }

  // What was opened that is no index.
  std::vector<std::string> data_files_opened() const {
    std::vector<std::string> data;
    for (const std::string& path : storage_->opened()) {
      if (path.find(".data-") != std::string::npos) data.push_back(path);
    }
    return data;
  }

  std::shared_ptr<Storage> files_ = make_memory_storage();
  std::shared_ptr<RecordingStorage> storage_ = std::make_shared<RecordingStorage>(files_);
};

TEST_F(CatalogOnly, OpeningReadsTheIndexAlone) {
  const auto checkpoint = Checkpoint::open("a", {storage_});
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_GT(storage_->bytes_read("a.index"), 0u);
  EXPECT_TRUE(data_files_opened().empty());
  ASSERT_TRUE(is_ok(checkpoint->read("v")));  // and this does open it
  EXPECT_EQ(data_files_opened().size(), 1u);
}

TEST_F(CatalogOnly, PlansOverSeveralCheckpointsAndTargetsReadNothing) {
  const auto a = Checkpoint::open("a", {storage_});
  const auto b = Checkpoint::open("b", {storage_});
  ASSERT_TRUE(is_ok(a));
  ASSERT_TRUE(is_ok(b));
  storage_->forget();

  ASSERT_TRUE(is_ok(plan_restore(a->catalog(), {.scope = "x"})));
  const auto into_b = plan_restore(a->catalog(), targets_of(b->catalog()));
  ASSERT_TRUE(is_ok(into_b));
  EXPECT_EQ(into_b->items.size(), 2u);
  const std::vector<CopySource> sources{{*a, {.scope = "a"}}, {*b, {.scope = "b"}}};
  const auto copy = plan_copy(sources, "both", {.save = {.storage = storage_}});
  ASSERT_TRUE(is_ok(copy));
  EXPECT_EQ(copy->items.size(), 4u);
  EXPECT_FALSE(copy->to_string().empty());
  EXPECT_TRUE(storage_->opened().empty());
  EXPECT_TRUE(storage_->reads().empty());
}

TEST_F(CatalogOnly, ASaveIsPlannedWithoutAFile) {
  const auto plan =
      plan_save("new", {{"w", counting_tensor({2}), {}, {}, 0}}, {.storage = storage_});
  ASSERT_TRUE(is_ok(plan));
  EXPECT_TRUE(storage_->opened().empty());
  EXPECT_FALSE(files_->open_reader("new.index").ok());
}

TEST_F(CatalogOnly, OfAFileThatHoldsBothOnlyTheHeaderIsRead) {
  const auto checkpoint = Checkpoint::open("c.safetensors", {storage_});
  ASSERT_TRUE(is_ok(checkpoint));
  const uint64_t data_begins = checkpoint->catalog().begin()->pieces[0].extent.offset_in_file;
  EXPECT_GT(storage_->bytes_read("c.safetensors"), 0u);
  for (const ReadRange& read : storage_->reads())
    EXPECT_LE(read.offset + read.size_bytes, data_begins) << read.path;
}

}  // namespace
}  // namespace holdall
