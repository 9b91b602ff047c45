// FaultyStorage: another storage that fails, shortens reads and counts, for tests. Header only, so
// that the product carries none of it.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/message.h"
#include "holdall/storage.h"

namespace holdall {

// Shared by the storage and what it opened; tests set and read it at any time.
struct FaultPlan {
  static constexpr uint64_t kNever = UINT64_MAX;
  std::atomic<uint64_t> fail_at_call = kNever;    // this call and all after it fail; the first is 0
  std::atomic<uint64_t> fail_count = kNever;      // ... or only so many
  std::atomic<uint64_t> max_read_bytes = kNever;  // a read gives at most so much
  std::atomic<uint64_t> free_bytes = kNever;      // what the storage says it has room for
  std::atomic<uint64_t> call_count = 0;
  std::atomic<uint64_t> bytes_read = 0;

  Status count_call(std::string_view what, const std::string& path) {
    const uint64_t call = call_count++;
    if (call < fail_at_call || call - fail_at_call >= fail_count) return {};
    return make_error(Code::kIo, reason::kNone, "cannot {}: fault on demand", what).in_file(path);
  }
};

class FaultyStorage : public Storage {
 public:
  FaultyStorage(std::shared_ptr<Storage> inner, std::shared_ptr<FaultPlan> plan)
      : inner_(std::move(inner)), plan_(std::move(plan)) {}

  Result<std::unique_ptr<Reader>> open_reader(const std::string& path) const override {
    if (auto status = plan_->count_call("open", path); !status.ok())
      return std::move(status).error();
    auto reader = inner_->open_reader(path);
    if (!reader.ok()) return reader;
    return std::unique_ptr<Reader>(std::make_unique<FaultyReader>(path, std::move(*reader), plan_));
  }
  Result<std::unique_ptr<Writer>> open_writer(const std::string& path) override {
    if (auto status = plan_->count_call("create", path); !status.ok())
      return std::move(status).error();
    auto writer = inner_->open_writer(path);
    if (!writer.ok()) return writer;
    return std::unique_ptr<Writer>(std::make_unique<FaultyWriter>(path, std::move(*writer), plan_));
  }
  Status sync_directory(const std::string& directory) override {
    if (auto status = plan_->count_call("sync", directory); !status.ok()) return status;
    return inner_->sync_directory(directory);
  }
  Status make_directories(const std::string& directory) override {
    if (auto status = plan_->count_call("make", directory); !status.ok()) return status;
    return inner_->make_directories(directory);
  }
  Status remove(const std::string& path) override {
    if (auto status = plan_->count_call("remove", path); !status.ok()) return status;
    return inner_->remove(path);
  }
  bool is_directory(const std::string& path) const override { return inner_->is_directory(path); }

  std::optional<uint64_t> free_bytes(const std::string& directory) const override {
    const uint64_t bytes = plan_->free_bytes;
    return bytes == FaultPlan::kNever ? inner_->free_bytes(directory) : bytes;
  }
  Result<std::vector<std::string>> list_directory(const std::string& directory) const override {
    if (auto status = plan_->count_call("list", directory); !status.ok())
      return std::move(status).error();
    return inner_->list_directory(directory);
  }
  Result<std::unique_ptr<StorageLock>> lock(const std::string& path) override {
    if (auto status = plan_->count_call("lock", path); !status.ok())
      return std::move(status).error();
    return inner_->lock(path);
  }
  Status remove_leftovers(const std::string& directory,
                          const std::function<bool(const std::string&)>& is_ours) override {
    if (auto status = plan_->count_call("clean", directory); !status.ok()) return status;
    return inner_->remove_leftovers(directory, is_ours);
  }

 private:
  class FaultyReader : public Reader {
   public:
    FaultyReader(std::string path, std::unique_ptr<Reader> inner, std::shared_ptr<FaultPlan> plan)
        : path_(std::move(path)), inner_(std::move(inner)), plan_(std::move(plan)) {}
    uint64_t size_bytes() const override { return inner_->size_bytes(); }
    std::optional<bool> is_current() const override { return inner_->is_current(); }
    Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const override {
      if (auto status = plan_->count_call("read", path_); !status.ok())
        return std::move(status).error();
      auto count = inner_->read_some(
          offset, into.first(std::min<uint64_t>(into.size(), plan_->max_read_bytes)));
      if (count.ok()) plan_->bytes_read += *count;
      return count;
    }

   private:
    std::string path_;
    std::unique_ptr<Reader> inner_;
    std::shared_ptr<FaultPlan> plan_;
  };

  class FaultyWriter : public Writer {
   public:
    FaultyWriter(std::string path, std::unique_ptr<Writer> inner, std::shared_ptr<FaultPlan> plan)
        : path_(std::move(path)), inner_(std::move(inner)), plan_(std::move(plan)) {}
    Status prepare(uint64_t size_bytes, Durability durability) override {
      if (auto status = plan_->count_call("prepare", path_); !status.ok()) return status;
      return inner_->prepare(size_bytes, durability);
    }
    Status append(std::span<const std::byte> bytes) override {
      if (auto status = plan_->count_call("write", path_); !status.ok()) return status;
      return inner_->append(bytes);
    }
    Status close(Durability durability) override {
      if (auto status = plan_->count_call("close", path_); !status.ok()) return status;
      return inner_->close(durability);
    }
    Status publish() override {
      if (auto status = plan_->count_call("publish", path_); !status.ok()) return status;
      return inner_->publish();
    }

   private:
    std::string path_;
    std::unique_ptr<Writer> inner_;
    std::shared_ptr<FaultPlan> plan_;
  };

  std::shared_ptr<Storage> inner_;
  std::shared_ptr<FaultPlan> plan_;
};

}  // namespace holdall
