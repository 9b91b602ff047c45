// Files that stay what they were when a checkpoint's index was read, while others overwrite it
// (docs/reliability.md, "Readers").
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/storage.h"
#include "transfer/transfer.h"

namespace holdall {

// A storage for reading that opens each file once, so that a header and the data behind it are of
// one file whatever becomes of its name.
class PinningStorage : public Storage {
 public:
  explicit PinningStorage(const Storage& inner) : inner_(inner) {}

  // A file, and the checksums of its bytes as far as they were read from the front on.
  struct Opened {
    std::shared_ptr<const Reader> reader;
    uint64_t summed_bytes = 0;
    uint32_t crc32c = 0;
    uint32_t crc32 = 0;
  };

  // Null if the file was not opened.
  std::shared_ptr<const Reader> find(const std::string& path) const;
  const std::map<std::string, std::shared_ptr<Opened>>& opened() const { return opened_; }

  Result<std::unique_ptr<Reader>> open_reader(const std::string& path) const override;
  Result<std::unique_ptr<Writer>> open_writer(const std::string& path) override;
  Status sync_directory(const std::string& directory) override;
  Status make_directories(const std::string& directory) override;
  Status remove(const std::string& path) override;
  bool is_directory(const std::string& path) const override;
  Result<std::vector<std::string>> list_directory(const std::string& directory) const override;

 private:
  const Storage& inner_;
  mutable std::map<std::string, std::shared_ptr<Opened>> opened_;
};

// What the files that tell of the data were like when they were read: which files, held open so
// that no other can pass for them, and size and two checksums of their bytes, for those who write
// in place and for storages that do not tell files apart.
class IndexMark {
 public:
  // Of the files that were opened and hold no data of `catalog`. Fails: kIo.
  static Result<IndexMark> of(const PinningStorage& pinned, const std::vector<std::string>& data);

  // Whether the names still lead to those files; the bytes decide where the storage does not tell
  // files apart, or where all bytes are to be compared. Fails: kIo.
  enum class Bytes { kIfNeeded, kAll };
  Result<bool> is_current(const Storage& storage, Bytes bytes) const;

 private:
  struct File {
    std::string path;
    uint64_t size_bytes = 0;
    uint32_t crc32c = 0;
    uint32_t crc32 = 0;
    std::shared_ptr<const Reader> reader = {};
    bool has_bytes_of(const File& other) const;
  };
  static Result<File> measure(const std::string& path, const PinningStorage::Opened& opened);

  std::vector<File> files_;
};

// "it was saved anew while it was read".
Error changed_while_reading(const std::string& path);

// Calls `attempt` again, after a moment, as long as it fails because files changed; at most so many
// times in all.
inline constexpr int kMaxAttempts = 10;
void wait_before_attempt(int attempt);

template <class Attempt>
auto retry_if_changed(const Attempt& attempt) {
  for (int i = 1;; ++i) {
    auto result = attempt();
    if (result.ok() || result.error().reason != reason::kChangedWhileReading || i == kMaxAttempts)
      return result;
    wait_before_attempt(i);
  }
}

}  // namespace holdall
