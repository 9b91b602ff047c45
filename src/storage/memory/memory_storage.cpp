#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>

#include "base/message.h"
#include "holdall/storage.h"

namespace holdall {
namespace {

using Bytes = std::vector<std::byte>;

// One spelling a file, as a file system has it: "d/f" for "./d//f", "d" for "d/".
std::string normal(const std::string& path) {
  std::string text = std::filesystem::path(path).lexically_normal().string();
  if (text.size() > 1 && text.back() == '/') text.pop_back();
  return text == "." ? "" : text;
}

// What readers and writers share with the storage that made them: they may outlive it.
struct Files {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<const Bytes>> by_path;
  std::set<std::string> directories;
  std::set<std::string> locked;
};

class MemoryLock : public StorageLock {
 public:
  MemoryLock(std::shared_ptr<Files> files, std::string path)
      : files_(std::move(files)), path_(std::move(path)) {}
  MemoryLock(const MemoryLock&) = delete;
  MemoryLock& operator=(const MemoryLock&) = delete;
  ~MemoryLock() override {
    if (!is_held_) return;
    const std::lock_guard lock(files_->mutex);
    files_->locked.erase(path_);
  }

  bool take() {
    const std::lock_guard lock(files_->mutex);
    return is_held_ = files_->locked.insert(path_).second;
  }

 private:
  std::shared_ptr<Files> files_;
  std::string path_;
  bool is_held_ = false;
};

class MemoryReader : public Reader {
 public:
  MemoryReader(std::shared_ptr<const Bytes> bytes, std::shared_ptr<Files> files, std::string path)
      : bytes_(std::move(bytes)), files_(std::move(files)), path_(std::move(path)) {}

  uint64_t size_bytes() const override { return bytes_->size(); }

  Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const override {
    if (offset >= bytes_->size() || into.empty()) return uint64_t{0};
    const uint64_t count = std::min<uint64_t>(into.size(), bytes_->size() - offset);
    std::memcpy(into.data(), bytes_->data() + offset, count);
    return count;
  }

  std::optional<bool> is_current() const override {
    const std::lock_guard lock(files_->mutex);
    const auto file = files_->by_path.find(path_);
    return file != files_->by_path.end() && file->second == bytes_;
  }

  FileSite site() const override { return {"memory", true}; }

  std::shared_ptr<const std::byte> map() const override {
    if (bytes_->empty()) return nullptr;
    return {bytes_, bytes_->data()};
  }

 private:
  std::shared_ptr<const Bytes> bytes_;
  std::shared_ptr<Files> files_;
  std::string path_;
};

class MemoryWriter : public Writer {
 public:
  MemoryWriter(std::shared_ptr<Files> files, std::string path)
      : files_(std::move(files)), path_(std::move(path)) {}

  Status append(std::span<const std::byte> bytes) override {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return {};
  }
  Status close(Durability) override { return {}; }
  Status publish() override {
    const std::lock_guard lock(files_->mutex);
    if (files_->directories.contains(path_)) {
      return invalid_argument("a directory in memory has this name").in_file(path_);
    }
    files_->by_path[path_] = std::make_shared<const Bytes>(std::move(bytes_));
    return {};
  }

 private:
  std::shared_ptr<Files> files_;
  std::string path_;
  Bytes bytes_;
};

class MemoryStorage : public Storage {
 public:
  Result<std::unique_ptr<Reader>> open_reader(const std::string& path) const override {
    const std::lock_guard lock(files_->mutex);
    const auto file = files_->by_path.find(normal(path));
    if (file != files_->by_path.end()) {
      return std::unique_ptr<Reader>(
          std::make_unique<MemoryReader>(file->second, files_, normal(path)));
    }
    if (has_directory(normal(path))) {
      return invalid_argument("this is a directory in memory, a file is expected").in_file(path);
    }
    return missing("no such file in memory", path);
  }

  Result<std::unique_ptr<Writer>> open_writer(const std::string& path) override {
    const std::lock_guard lock(files_->mutex);
    if (!has_directory(directory_of(normal(path)))) {
      return missing("no such directory in memory", path);
    }
    return std::unique_ptr<Writer>(std::make_unique<MemoryWriter>(files_, normal(path)));
  }

  Status sync_directory(const std::string&) override { return {}; }

  Status make_directories(const std::string& directory) override {
    const std::lock_guard lock(files_->mutex);
    std::set<std::string> missing;
    for (std::string path = normal(directory); !path.empty() && path != "/";
         path = directory_of(path)) {
      if (files_->by_path.contains(path)) {
        return invalid_argument("cannot make the directory: a file has its name").in_file(path);
      }
      missing.insert(path);
    }
    files_->directories.merge(missing);
    return {};
  }

  Status remove(const std::string& path) override {
    const std::lock_guard lock(files_->mutex);
    files_->by_path.erase(normal(path));
    return {};
  }

  bool is_directory(const std::string& path) const override {
    const std::lock_guard lock(files_->mutex);
    return has_directory(normal(path));
  }

  Result<std::vector<std::string>> list_directory(const std::string& directory) const override {
    const std::lock_guard lock(files_->mutex);
    const std::string parent = normal(directory);
    if (!has_directory(parent)) return missing("no such directory in memory", directory);
    std::set<std::string> names;
    for (const auto& [path, bytes] : files_->by_path) {
      if (directory_of(path) == parent) names.insert(base_name_of(path));
    }
    for (const std::string& path : files_->directories) {
      if (directory_of(path) == parent) names.insert(base_name_of(path));
    }
    return std::vector<std::string>(names.begin(), names.end());
  }

  Result<std::unique_ptr<StorageLock>> lock(const std::string& path) override {
    auto held = std::make_unique<MemoryLock>(files_, normal(path));
    if (held->take()) return std::unique_ptr<StorageLock>(std::move(held));
    return make_error(Code::kIo, reason::kLocked, "another save to it is going on").in_file(path);
  }

 private:
  static Error missing(std::string_view what, const std::string& path) {
    return make_error(Code::kNotFound, reason::kMissingFile, "{}", what).in_file(path);
  }
  bool has_directory(const std::string& path) const {
    return path.empty() || path == "/" || files_->directories.contains(path);
  }

  std::shared_ptr<Files> files_ = std::make_shared<Files>();
};

}  // namespace

std::shared_ptr<Storage> make_memory_storage() {
  return std::make_shared<MemoryStorage>();
}

}  // namespace holdall
