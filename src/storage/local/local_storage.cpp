#include <mutex>
#include <random>

#include "base/message.h"
#include "base/try.h"
#include "holdall/storage.h"
#include "storage/local/local_file_ops.h"

namespace holdall {
namespace {

// The code that opened a file adds its name to every message about it.
template <class T>
Result<T> about_file(Result<T> result, const std::string& path) {
  if (!result.ok()) return std::move(result).error().in_file(path);
  return result;
}

class LocalReader : public Reader {
 public:
  LocalReader(std::string path, local::Descriptor file, uint64_t size_bytes)
      : path_(std::move(path)), file_(std::move(file)), size_bytes_(size_bytes) {}

  uint64_t size_bytes() const override { return size_bytes_; }

  Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const override {
    return about_file(local::read_at(file_, offset, into), path_);
  }

  // One mapping serves all tensors of the file: a process may have some 65,000 of them.
  std::shared_ptr<const std::byte> map() const override {
    const std::lock_guard lock(mutex_);
    auto mapping = mapping_.lock();
    if (mapping == nullptr) {
      // A file that was cut since it was opened would give pages that cannot be touched.
      const auto status = local::status_of(file_);
      if (!status.ok() || status->size_bytes < size_bytes_) return nullptr;
      mapping = local::map_file(file_, size_bytes_);
      mapping_ = mapping;
    }
    return mapping;
  }

 private:
  std::string path_;
  local::Descriptor file_;
  uint64_t size_bytes_;
  mutable std::mutex mutex_;
  mutable std::weak_ptr<const std::byte> mapping_;
};

class LocalWriter : public Writer {
 public:
  LocalWriter(std::string path, std::string temporary_path)
      : path_(std::move(path)), temporary_path_(std::move(temporary_path)) {}

  ~LocalWriter() override {
    if (has_temporary_) (void)local::remove_file(temporary_path_);
  }

  // The object is there before the file is, or nobody would remove that if memory runs out.
  Status create() {
    HOLDALL_ASSIGN(file_, about_file(local::create_new(temporary_path_), path_));
    has_temporary_ = true;
    return {};
  }

  Status append(std::span<const std::byte> bytes) override {
    if (buffer_.size() + bytes.size() > kBufferBytes) HOLDALL_TRY(flush());
    if (bytes.size() >= kBufferBytes) {
      return about_file(local::write_all(file_, bytes), temporary_path_);
    }
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    return {};
  }

  Status close(Durability durability) override {
    HOLDALL_TRY(flush());
    if (durability == Durability::kDurable) {
      HOLDALL_TRY(about_file(local::sync_file(file_), temporary_path_));
    }
    return about_file(local::close_file(std::move(file_)), temporary_path_);
  }

  Status publish() override {
    HOLDALL_TRY(about_file(local::rename_file(temporary_path_, path_), path_));
    has_temporary_ = false;
    return {};
  }

 private:
  // Small pieces are gathered, since each call to the system costs as much as copying some KiB.
  static constexpr size_t kBufferBytes = size_t{256} * 1024;

  Status flush() {
    HOLDALL_TRY(about_file(local::write_all(file_, buffer_), temporary_path_));
    buffer_.clear();
    return {};
  }

  std::string path_;
  std::string temporary_path_;
  local::Descriptor file_;
  std::vector<std::byte> buffer_;
  bool has_temporary_ = false;
};

// In the same directory, so that publishing is a rename; random, so that two writers never share
// one.
std::string temporary_path_for(const std::string& path) {
  static constexpr size_t kMaxStem = 200;  // of the 255 bytes a name may have
  std::random_device random;
  std::string digits;
  for (int i = 0; i < 2; ++i) {
    for (uint32_t word = random(), k = 0; k < 8; ++k, word >>= 4)
      digits += "0123456789abcdef"[word & 15];
  }
  return join_path(directory_of(path), base_name_of(path).substr(0, kMaxStem) + ".tmp" + digits);
}

class LocalStorage : public Storage {
 public:
  Result<std::unique_ptr<Reader>> open_reader(const std::string& path) const override {
    return about_file(open_regular(path), path);
  }

  Result<std::unique_ptr<Writer>> open_writer(const std::string& path) override {
    auto writer = std::make_unique<LocalWriter>(path, temporary_path_for(path));
    HOLDALL_TRY(writer->create());
    return std::unique_ptr<Writer>(std::move(writer));
  }

  Status sync_directory(const std::string& directory) override {
    return about_file(local::sync_directory(directory.empty() ? "." : directory), directory);
  }

  Status make_directories(const std::string& directory) override {
    if (directory.empty() || is_directory(directory)) return {};
    HOLDALL_TRY(make_directories(directory_of(directory)));
    if (directory.back() == '/') return {};
    HOLDALL_TRY(about_file(local::make_directory(directory), directory));
    if (!is_directory(directory)) {
      return invalid_argument("cannot make the directory: a file has its name").in_file(directory);
    }
    return {};
  }

  Status remove(const std::string& path) override {
    return about_file(local::remove_file(path), path);
  }

  bool is_directory(const std::string& path) const override {
    const auto status = local::status_of(path.empty() ? "." : path);
    return status.ok() && status->is_directory;
  }

  Result<std::vector<std::string>> list_directory(const std::string& directory) const override {
    return about_file(local::list_directory(directory.empty() ? "." : directory), directory);
  }

  std::optional<uint64_t> free_bytes(const std::string& directory) const override {
    std::string nearest = directory;
    while (!nearest.empty() && !is_directory(nearest)) nearest = directory_of(nearest);
    const auto bytes = local::free_bytes(nearest.empty() ? "." : nearest);
    return bytes.ok() ? *bytes : std::nullopt;
  }

 private:
  static Result<std::unique_ptr<Reader>> open_regular(const std::string& path) {
    HOLDALL_ASSIGN(local::Descriptor file, local::open_for_reading(path));
    HOLDALL_ASSIGN(const local::FileStatus status, local::status_of(file));
    if (status.is_directory) return invalid_argument("this is a directory, a file is expected");
    if (!status.is_regular) return invalid_argument("this is not a regular file");
    return std::unique_ptr<Reader>(
        std::make_unique<LocalReader>(path, std::move(file), status.size_bytes));
  }
};

}  // namespace

std::shared_ptr<Storage> make_local_storage() {
  return std::make_shared<LocalStorage>();
}

}  // namespace holdall
