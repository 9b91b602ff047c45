// What a power cut may leave, by the weakest promises that a file system makes: bytes stay once
// their file was synced, names once their directory was, and of the rest any part may be there.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "holdall/storage.h"
#include "storage/local/system_calls.h"

namespace holdall {

// A file, by its number; or a directory.
struct RecordedFile {
  std::string synced;   // what a cut leaves for certain
  std::string written;  // what programs see
  bool is_directory = false;
  bool is_lost = false;  // a sync of it failed: what was not synced then never will be
};

// A change of names in one directory.
struct NameChange {
  std::string directory;
  std::string gone;   // a path that leads nowhere any more; "" if none
  std::string comes;  // a path that leads to `file` now; "" if none
  size_t file = 0;
  bool is_doubtful = false;  // the sync of its directory failed
};

// What the files under a directory are at one moment.
struct RecordedState {
  std::vector<RecordedFile> files;
  std::map<std::string, size_t> synced_names;
  std::vector<NameChange> pending;  // in their order
};

// Calls go through to the system, and after each that changes something the state is kept.
class RecordedCalls : public local::SystemCalls {
 public:
  static constexpr uint64_t kNever = UINT64_MAX;

  // All that is under `root` now counts as synced.
  explicit RecordedCalls(std::string root, uint64_t failing_sync = kNever);
  RecordedCalls(const RecordedCalls&) = delete;
  RecordedCalls& operator=(const RecordedCalls&) = delete;
  ~RecordedCalls() override;

  const std::vector<RecordedState>& states() const { return states_; }
  uint64_t sync_count() const { return sync_count_; }

  int open(const char* path, int flags, mode_t mode) override;
  int duplicate(int file) override;
  int close(int file) override;
  ssize_t write(int file, const void* bytes, size_t size_bytes) override;
  int fsync(int file) override;
  int rename(const char* from, const char* to) override;
  int unlink(const char* path) override;
  int mkdir(const char* path, mode_t mode) override;

 private:
  void read_in(const std::string& directory);
  std::optional<size_t> file_at(const std::string& path) const;
  void change_name(NameChange change);
  void sync(size_t file, bool is_failing);
  void keep() { states_.push_back(now_); }

  std::mutex mutex_;  // data files are written by a thread each
  std::string root_;
  uint64_t failing_sync_;
  uint64_t sync_count_ = 0;
  RecordedState now_;
  std::map<std::string, size_t> names_;        // as programs see them
  std::map<size_t, std::string> directories_;  // by their files' numbers
  std::map<int, size_t> opened_;
  std::vector<RecordedState> states_;
  local::SystemCalls* before_ = nullptr;
};

// Calls `look` with what a cut at this moment may leave: every prefix and every choice of the
// changes of names, with what was not synced of files kept, gone, zero or half there. Changes
// beyond `most_changes` are chosen from at random. Returns how many there were.
uint64_t for_each_cut(const RecordedState& state, size_t most_changes, std::mt19937_64& random,
                      const std::function<void(const std::shared_ptr<Storage>&)>& look);

}  // namespace holdall
