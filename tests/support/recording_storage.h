// RecordingStorage: another storage that remembers what was opened, listed and read. Header only.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "holdall/storage.h"

namespace holdall {

struct ReadRange {
  std::string path;
  uint64_t offset = 0;
  uint64_t size_bytes = 0;
};

class RecordingStorage : public Storage {
 public:
  explicit RecordingStorage(std::shared_ptr<Storage> inner) : inner_(std::move(inner)) {}

  std::vector<std::string> opened() const {
    const std::lock_guard lock(record_->mutex);
    return record_->opened;
  }
  std::vector<ReadRange> reads() const {
    const std::lock_guard lock(record_->mutex);
    return record_->reads;
  }
  std::set<std::thread::id> reading_threads() const {
    const std::lock_guard lock(record_->mutex);
    return record_->reading_threads;
  }
  // Of files whose path contains `part`.
  uint64_t bytes_read(std::string_view part) const {
    uint64_t sum = 0;
    for (const ReadRange& read : reads()) {
      if (read.path.find(part) != std::string::npos) sum += read.size_bytes;
    }
    return sum;
  }
  void forget() {
    const std::lock_guard lock(record_->mutex);
    record_->opened.clear();
    record_->reads.clear();
    record_->reading_threads.clear();
  }

  Result<std::unique_ptr<Reader>> open_reader(const std::string& path) const override {
    {
      const std::lock_guard lock(record_->mutex);
      record_->opened.push_back(path);
    }
    auto reader = inner_->open_reader(path);
    if (!reader.ok()) return reader;
    return std::unique_ptr<Reader>(
        std::make_unique<RecordingReader>(path, *std::move(reader), record_));
  }
  Result<std::unique_ptr<Writer>> open_writer(const std::string& path) override {
    return inner_->open_writer(path);
  }
  Status sync_directory(const std::string& directory) override {
    return inner_->sync_directory(directory);
  }
  Status make_directories(const std::string& directory) override {
    return inner_->make_directories(directory);
  }
  Status remove(const std::string& path) override { return inner_->remove(path); }
  bool is_directory(const std::string& path) const override { return inner_->is_directory(path); }
  Result<std::vector<std::string>> list_directory(const std::string& directory) const override {
    return inner_->list_directory(directory);
  }
  Result<std::unique_ptr<StorageLock>> lock(const std::string& path) override {
    return inner_->lock(path);
  }
  Status remove_leftovers(const std::string& directory,
                          const std::function<bool(const std::string&)>& is_ours) override {
    return inner_->remove_leftovers(directory, is_ours);
  }

 private:
  struct Record {
    std::mutex mutex;
    std::vector<std::string> opened;
    std::vector<ReadRange> reads;
    std::set<std::thread::id> reading_threads;
  };

  class RecordingReader : public Reader {
   public:
    RecordingReader(std::string path, std::unique_ptr<Reader> inner, std::shared_ptr<Record> record)
        : path_(std::move(path)), inner_(std::move(inner)), record_(std::move(record)) {}
    uint64_t size_bytes() const override { return inner_->size_bytes(); }
    std::optional<bool> is_current() const override { return inner_->is_current(); }
    Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const override {
      auto count = inner_->read_some(offset, into);
      if (count.ok()) {
        const std::lock_guard lock(record_->mutex);
        record_->reads.push_back({path_, offset, *count});
        record_->reading_threads.insert(std::this_thread::get_id());
      }
      return count;
    }

   private:
    std::string path_;
    std::unique_ptr<Reader> inner_;
    std::shared_ptr<Record> record_;
  };

  std::shared_ptr<Storage> inner_;
  std::shared_ptr<Record> record_ = std::make_shared<Record>();
};

}  // namespace holdall
