#include "support/lost_writes.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <set>

#include "support/test_files.h"

namespace holdall {

namespace fs = std::filesystem;

RecordedCalls::RecordedCalls(std::string root, uint64_t failing_sync)
    : root_(std::move(root)), failing_sync_(failing_sync) {
  read_in(root_);
  now_.synced_names = names_;
  keep();
  before_ = local::replace_system_calls(this);
}

RecordedCalls::~RecordedCalls() {
  local::replace_system_calls(before_);
}

void RecordedCalls::read_in(const std::string& directory) {
  const size_t number = now_.files.size();
  now_.files.push_back({{}, {}, true, false});
  names_[directory] = number;
  directories_[number] = directory;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string path = entry.path().string();
    if (entry.is_directory()) {
      read_in(path);
      continue;
    }
    const std::string bytes = read_test_file(path);
    names_[path] = now_.files.size();
    now_.files.push_back({bytes, bytes, false, false});
  }
}

std::optional<size_t> RecordedCalls::file_at(const std::string& path) const {
  const auto found = names_.find(path);
  return found == names_.end() ? std::nullopt : std::optional(found->second);
}

void RecordedCalls::change_name(NameChange change) {
  if (!change.gone.empty()) names_.erase(change.gone);
  if (!change.comes.empty()) names_[change.comes] = change.file;
  now_.pending.push_back(std::move(change));
  keep();
}

int RecordedCalls::open(const char* path, int flags, mode_t mode) {
  const std::lock_guard lock(mutex_);
  const int file = SystemCalls::open(path, flags, mode);
  if (file < 0) return file;
  auto number = file_at(path);
  if (!number && (flags & O_CREAT) != 0) {
    number = now_.files.size();
    now_.files.emplace_back();
    change_name({directory_of(path), {}, path, *number});
  }
  if (number) opened_[file] = *number;
  return file;
}

int RecordedCalls::duplicate(int file) {
  const std::lock_guard lock(mutex_);
  const int other = SystemCalls::duplicate(file);
  if (other >= 0 && opened_.contains(file)) opened_[other] = opened_[file];
  return other;
}

int RecordedCalls::close(int file) {
  const std::lock_guard lock(mutex_);
  opened_.erase(file);
  return SystemCalls::close(file);
}

ssize_t RecordedCalls::write(int file, const void* bytes, size_t size_bytes) {
  const std::lock_guard lock(mutex_);
  const ssize_t count = SystemCalls::write(file, bytes, size_bytes);
  if (count > 0 && opened_.contains(file)) {
    now_.files[opened_[file]].written.append(static_cast<const char*>(bytes),
                                             static_cast<size_t>(count));
    keep();
  }
  return count;
}

void RecordedCalls::sync(size_t number, bool is_failing) {
  RecordedFile& file = now_.files[number];
  if (!file.is_directory) {
    if (is_failing) file.is_lost = true;
    // The pages count as clean after the failure, so that a second sync writes nothing.
    if (!file.is_lost) file.synced = file.written;
    return;
  }
  std::vector<NameChange> left;
  for (NameChange& change : now_.pending) {
    const bool is_here = change.directory == directories_[number];
    if (is_here && is_failing) change.is_doubtful = true;
    if (!is_here || change.is_doubtful) {
      left.push_back(std::move(change));
      continue;
    }
    if (!change.gone.empty()) now_.synced_names.erase(change.gone);
    if (!change.comes.empty()) now_.synced_names[change.comes] = change.file;
  }
  now_.pending = std::move(left);
}

// Without the wait for the device.
int RecordedCalls::fsync(int file) {
  const std::lock_guard lock(mutex_);
  const bool is_failing = sync_count_++ == failing_sync_;
  if (opened_.contains(file)) sync(opened_[file], is_failing);
  keep();
  if (is_failing) errno = EIO;
  return is_failing ? -1 : 0;
}

int RecordedCalls::rename(const char* from, const char* to) {
  const std::lock_guard lock(mutex_);
  const int done = SystemCalls::rename(from, to);
  if (done == 0) change_name({directory_of(to), from, to, *file_at(from)});
  return done;
}

int RecordedCalls::unlink(const char* path) {
  const std::lock_guard lock(mutex_);
  const int done = SystemCalls::unlink(path);
  if (done == 0) change_name({directory_of(path), path, {}, 0});
  return done;
}

int RecordedCalls::mkdir(const char* path, mode_t mode) {
  const std::lock_guard lock(mutex_);
  const int done = SystemCalls::mkdir(path, mode);
  if (done == 0) {
    const size_t number = now_.files.size();
    now_.files.push_back({{}, {}, true, false});
    directories_[number] = path;
    change_name({directory_of(path), {}, path, number});
  }
  return done;
}

namespace {

enum class Loss : uint8_t { kKept, kGone, kZeros, kHalf };
constexpr size_t kLossCount = 4;

std::string bytes_after(const RecordedFile& file, Loss loss) {
  if (file.written == file.synced) return file.synced;
  if (file.is_lost && loss == Loss::kKept) loss = Loss::kZeros;
  switch (loss) {
    case Loss::kKept: return file.written;
    case Loss::kGone: return file.synced;
    case Loss::kZeros:
      return file.synced + std::string(file.written.size() - file.synced.size(), '\0');
    case Loss::kHalf: break;
  }
  return file.written.substr(0, (file.written.size() + file.synced.size()) / 2);
}

class Cuts {
 public:
  Cuts(const RecordedState& state, std::mt19937_64& random,
       const std::function<void(const std::shared_ptr<Storage>&)>& look)
      : state_(state), random_(random), look_(look) {}

  // With these of the pending changes.
  void try_changes(const std::vector<bool>& is_kept) {
    std::map<std::string, size_t> names = state_.synced_names;
    for (size_t i = 0; i < is_kept.size(); ++i) {
      const NameChange& change = state_.pending[i];
      if (!is_kept[i]) continue;
      if (!change.gone.empty()) names.erase(change.gone);
      if (!change.comes.empty()) names[change.comes] = change.file;
    }
    if (!tried_.insert(names).second) return;
    size_t doubtful = 0;
    for (const auto& [path, number] : names) {
      const RecordedFile& file = state_.files[number];
      doubtful += file.written != file.synced ? 1u : 0u;
    }
    const size_t choices = doubtful == 0 ? 1 : kLossCount * (doubtful == 1 ? 1 : 3);
    for (size_t i = 0; i < choices; ++i) {
      look_(storage_of(names, i));
      ++count_;
    }
  }

  uint64_t count() const { return count_; }

 private:
  // The first choices lose the same of all files, the others something of each.
  std::shared_ptr<Storage> storage_of(const std::map<std::string, size_t>& names, size_t choice) {
    auto storage = make_memory_storage();
    for (const auto& [path, number] : names) {
      const RecordedFile& file = state_.files[number];
      // What lies in a directory that is not there is not there.
      if (!file.is_directory && is_reached(names, path))
        write_file(*storage, path, bytes_after(file, loss_of(choice)));
    }
    return storage;
  }

  Loss loss_of(size_t choice) {
    return static_cast<Loss>(choice < kLossCount ? choice : random_() % kLossCount);
  }

  // Of a directory that was made in the meantime, the entry has to be there.
  bool is_reached(const std::map<std::string, size_t>& names, const std::string& path) const {
    const std::string directory = directory_of(path);
    for (const NameChange& change : state_.pending) {
      const bool is_made = change.comes == directory && state_.files[change.file].is_directory;
      if (is_made && !names.contains(directory)) return false;
    }
    return directory.size() <= 1 || is_reached(names, directory);
  }

  const RecordedState& state_;
  std::mt19937_64& random_;
  const std::function<void(const std::shared_ptr<Storage>&)>& look_;
  std::set<std::map<std::string, size_t>> tried_;
  uint64_t count_ = 0;
};

}  // namespace

uint64_t for_each_cut(const RecordedState& state, size_t most_changes, std::mt19937_64& random,
                      const std::function<void(const std::shared_ptr<Storage>&)>& look) {
  Cuts cuts(state, random, look);
  const size_t count = state.pending.size();
  for (size_t kept = 0; kept <= count; ++kept) {
    std::vector<bool> is_kept(count, false);
    std::fill_n(is_kept.begin(), kept, true);
    cuts.try_changes(is_kept);
  }
  const uint64_t choices = uint64_t{1} << std::min(count, most_changes);
  for (uint64_t bits = 0; bits < choices; ++bits) {
    const uint64_t chosen = count <= most_changes ? bits : random();
    std::vector<bool> is_kept(count);
    for (size_t i = 0; i < count; ++i) is_kept[i] = (chosen >> (i % 64) & 1) != 0;
    cuts.try_changes(is_kept);
  }
  return cuts.count();
}

}  // namespace holdall
