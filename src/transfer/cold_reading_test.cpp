// A file that is not in memory is read from its front to its end by one thread, whatever the number
// of threads: that is what systems read ahead for. Several such files are read at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "holdall/session.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "transfer/read_units.h"

namespace holdall {
namespace {

// What readers were asked for, by path.
struct ReadLog {
  struct OfFile {
    std::vector<uint64_t> offsets;
    std::set<std::thread::id> threads;
    std::vector<bool> hints;
  };
  std::mutex mutex;
  std::map<std::string, OfFile> files;
};

class ColdReader : public Reader {
 public:
  ColdReader(std::string path, std::unique_ptr<Reader> inner, std::shared_ptr<ReadLog> log)
      : path_(std::move(path)), inner_(std::move(inner)), log_(std::move(log)) {}

  uint64_t size_bytes() const override { return inner_->size_bytes(); }
  bool is_cold() const override { return path_.find(".data-") != std::string::npos; }
  Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const override {
    const std::lock_guard lock(log_->mutex);
    ReadLog::OfFile& file = log_->files[path_];
    file.offsets.push_back(offset);
    file.threads.insert(std::this_thread::get_id());
    return inner_->read_some(offset, into);
  }
  void expect_in_order(bool is_in_order) const override {
    const std::lock_guard lock(log_->mutex);
    log_->files[path_].hints.push_back(is_in_order);
  }

 private:
  std::string path_;
  std::unique_ptr<Reader> inner_;
  std::shared_ptr<ReadLog> log_;
};

class ColdStorage : public FaultyStorage {
 public:
  ColdStorage(std::shared_ptr<Storage> inner, std::shared_ptr<ReadLog> log)
      : FaultyStorage(std::move(inner), std::make_shared<FaultPlan>()), log_(std::move(log)) {}

  Result<std::unique_ptr<Reader>> open_reader(const std::string& path) const override {
    auto reader = FaultyStorage::open_reader(path);
    if (!reader.ok()) return reader;
    return std::unique_ptr<Reader>(std::make_unique<ColdReader>(path, *std::move(reader), log_));
  }

 private:
  std::shared_ptr<ReadLog> log_;
};

TEST(ColdReading, GoesThroughEachFileInOrder) {
  const auto memory = make_memory_storage();
  std::vector<SaveItem> items;
  for (uint32_t i = 0; i < 6; ++i) {
    const auto count = static_cast<int64_t>(kUnitBytes / sizeof(float)) * (i % 3 + 1) / 2;
    items.push_back(
        {"t" + std::to_string(i), counting_tensor({count}, static_cast<float>(i)), {}, {}, i % 2});
  }
  save_checkpoint(memory, "m", items, {.shard_count = 2});
  const auto log = std::make_shared<ReadLog>();
  LoadOptions options{.storage = std::make_shared<ColdStorage>(memory, log)};
  options.read.threads = 4;
  Session session;
  ASSERT_TRUE(is_ok(session.load("m", options)));
  for (const SaveItem& item : items) EXPECT_EQ(*session.find(item.name), item.tensor);
  size_t file_count = 0;
  for (const auto& [path, file] : log->files) {
    if (path.find(".data-") == std::string::npos) continue;
    ++file_count;
    EXPECT_GT(file.offsets.size(), 10u) << path;
    EXPECT_TRUE(std::is_sorted(file.offsets.begin(), file.offsets.end())) << path;
    EXPECT_EQ(file.threads.size(), 1u) << path;
    EXPECT_EQ(file.hints, (std::vector<bool>{true, false})) << path;
  }
  EXPECT_EQ(file_count, 2u);
}

}  // namespace
}  // namespace holdall
