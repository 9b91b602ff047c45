// The operating system's file calls, counted, one of which fails, is cut short, or does what a test
// wants done just before or after it.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <functional>
#include <string>

#include "storage/local/system_calls.h"

namespace holdall {

// What becomes of a call.
struct CallFault {
  enum Kind { kErrno, kShort, kZero };  // fails; moves half of the bytes; says that it moved none
  Kind kind = kErrno;
  int number = EIO;
  bool is_lasting = false;  // all calls after it, too
};

class FailingCalls : public local::SystemCalls {
 public:
  static constexpr uint64_t kNever = UINT64_MAX;

  explicit FailingCalls(uint64_t at = kNever, CallFault fault = {}) : at_(at), fault_(fault) {
    before_ = local::replace_system_calls(this);
  }
  FailingCalls(const FailingCalls&) = delete;
  FailingCalls& operator=(const FailingCalls&) = delete;
  ~FailingCalls() override { local::replace_system_calls(before_); }

  // In place of a fault.
  void run_at(uint64_t at, bool is_after, std::function<void()> action) {
    at_ = at;
    action_ = std::move(action);
    is_action_after_ = is_after;
  }

  // Behind the first call of this name.
  void run_after(std::string name, std::function<void()> action) {
    awaited_ = std::move(name);
    action_ = std::move(action);
    is_action_after_ = true;
  }

  void wait_for_the_device() { is_syncing_ = true; }

  uint64_t count() const { return count_; }
  const char* failed_call() const { return failed_call_; }  // the first; "" if none was

  int open(const char* path, int flags, mode_t mode) override {
    return call("open", -1, [&] { return SystemCalls::open(path, flags, mode); });
  }
  int duplicate(int file) override {
    return call("duplicate", -1, [&] { return SystemCalls::duplicate(file); });
  }
  int fallocate(int file, off_t size_bytes) override {
    return call("fallocate", -1, [&] { return SystemCalls::fallocate(file, size_bytes); });
  }
  int start_writing(int file, off_t offset, off_t size_bytes) override {
    return call("start_writing", -1,
                [&] { return SystemCalls::start_writing(file, offset, size_bytes); });
  }
  // A close that fails has closed.
  int close(int file) override {
    int done = 0;
    const auto number = call("close", -1, [&] { return 0; });
    const int error = errno;
    done = SystemCalls::close(file);
    errno = error;
    return number < 0 ? number : done;
  }
  int fstat(int file, struct stat* status) override {
    return call("fstat", -1, [&] { return SystemCalls::fstat(file, status); });
  }
  int stat(const char* path, struct stat* status) override {
    return call("stat", -1, [&] { return SystemCalls::stat(path, status); });
  }
  int lstat(const char* path, struct stat* status) override {
    return call("lstat", -1, [&] { return SystemCalls::lstat(path, status); });
  }
  ssize_t pread(int file, void* into, size_t size_bytes, off_t offset) override {
    return move("pread", size_bytes,
                [&](size_t size) { return SystemCalls::pread(file, into, size, offset); });
  }
  ssize_t write(int file, const void* bytes, size_t size_bytes) override {
    return move("write", size_bytes,
                [&](size_t size) { return SystemCalls::write(file, bytes, size); });
  }
  // Without the wait for the device, as long as nobody cuts the power here.
  int fsync(int file) override {
    return call("fsync", -1, [&] { return is_syncing_ ? SystemCalls::fsync(file) : 0; });
  }
  int fchmod(int file, mode_t mode) override {
    return call("fchmod", -1, [&] { return SystemCalls::fchmod(file, mode); });
  }
  int rename(const char* from, const char* to) override {
    return call("rename", -1, [&] { return SystemCalls::rename(from, to); });
  }
  int unlink(const char* path) override {
    return call("unlink", -1, [&] { return SystemCalls::unlink(path); });
  }
  int mkdir(const char* path, mode_t mode) override {
    return call("mkdir", -1, [&] { return SystemCalls::mkdir(path, mode); });
  }
  DIR* opendir(const char* path) override {
    return call("opendir", static_cast<DIR*>(nullptr), [&] { return SystemCalls::opendir(path); });
  }
  dirent* readdir(DIR* directory) override {
    return call("readdir", static_cast<dirent*>(nullptr),
                [&] { return SystemCalls::readdir(directory); });
  }
  int statvfs(const char* path, struct statvfs* status) override {
    return call("statvfs", -1, [&] { return SystemCalls::statvfs(path, status); });
  }
  int try_lock(int file) override {
    return call("try_lock", -1, [&] { return SystemCalls::try_lock(file); });
  }
  void* mmap(size_t size_bytes, int file) override {
    return call("mmap", MAP_FAILED, [&] { return SystemCalls::mmap(size_bytes, file); });
  }
  int madvise(void* memory, size_t size_bytes, int advice) override {
    return call("madvise", -1, [&] { return SystemCalls::madvise(memory, size_bytes, advice); });
  }
  int mincore(void* memory, size_t size_bytes, unsigned char* is_resident) override {
    return call("mincore", -1,
                [&] { return SystemCalls::mincore(memory, size_bytes, is_resident); });
  }
  int fadvise(int file, off_t offset, off_t size_bytes, int advice) override {
    return call("fadvise", -1,
                [&] { return SystemCalls::fadvise(file, offset, size_bytes, advice); });
  }
  int fstatfs(int file, struct statfs* status) override {
    return call("fstatfs", -1, [&] { return SystemCalls::fstatfs(file, status); });
  }

 private:
  enum class Turn { kPlain, kFault, kBefore, kAfter };

  Turn next(const char* name) {
    const uint64_t number = count_++;
    if (awaited_ == name) {
      awaited_.clear();
      at_ = number;
    }
    if (number < at_ || (number > at_ && (action_ || !fault_.is_lasting))) return Turn::kPlain;
    if (number == at_) failed_call_ = name;
    if (action_) return is_action_after_ ? Turn::kAfter : Turn::kBefore;
    return Turn::kFault;
  }

  template <class Value, class Call>
  Value call(const char* name, Value failure, const Call& body) {
    const Turn turn = next(name);
    if (turn == Turn::kFault && fault_.kind == CallFault::kErrno) {
      errno = fault_.number;
      return failure;
    }
    return around(turn, body);
  }

  template <class Call>
  ssize_t move(const char* name, size_t size_bytes, const Call& body) {
    const Turn turn = next(name);
    if (turn == Turn::kFault) {
      if (fault_.kind == CallFault::kErrno) return errno = fault_.number, -1;
      if (fault_.kind == CallFault::kZero) return 0;
      size_bytes = std::min(size_bytes, std::max<size_t>(1, size_bytes / 2));
    }
    return around(turn, [&] { return body(size_bytes); });
  }

  template <class Call>
  auto around(Turn turn, const Call& body) {
    if (turn == Turn::kBefore) run_action();
    auto result = body();
    const int number = errno;
    if (turn == Turn::kAfter) run_action();
    errno = number;
    return result;
  }

  // What it does itself is no call of the code under test.
  void run_action() {
    local::SystemCalls* mine = local::replace_system_calls(nullptr);
    action_();
    local::replace_system_calls(mine);
  }

  local::SystemCalls* before_ = nullptr;
  uint64_t at_;
  CallFault fault_;
  std::function<void()> action_;
  std::string awaited_;
  bool is_action_after_ = false;
  bool is_syncing_ = false;
  std::atomic<uint64_t> count_ = 0;
  std::atomic<const char*> failed_call_ = "";
};

}  // namespace holdall
