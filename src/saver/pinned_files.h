// Files that stay what they were when a checkpoint's index was read, while others overwrite it
// (docs/reliability.md, "Readers").
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
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

  // What was read one after the other, and two checksums of it.
  struct Run {
    uint64_t offset_in_file = 0;
    uint64_t size_bytes = 0;
    uint32_t crc32c = 0;
    uint32_t crc32 = 0;

    void add(std::span<const std::byte> bytes);
    bool operator==(const Run&) const = default;
  };
  struct Opened {
    std::shared_ptr<const Reader> reader;
    std::vector<Run> runs = {};
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
// that no other can pass for them, and size and checksums of what was read, for those who write in
// place and for storages that do not tell files apart.
class IndexMark {
 public:
  // Of the files that were opened and are not of `data`.
  static IndexMark of(const PinningStorage& pinned, const std::vector<std::string>& data);

  // Whether the names still lead to those files; the bytes decide where the storage does not tell
  // files apart, or where all bytes are to be compared. Fails: kIo.
  enum class Bytes { kIfNeeded, kAll };
  Result<bool> is_current(const Storage& storage, Bytes bytes) const;

 private:
  struct File {
    std::string path;
    PinningStorage::Opened opened;
    // Whether `now` has the bytes that were read. Fails: kIo.
    Result<bool> is_matched_by(const Reader& now) const;
  };

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
