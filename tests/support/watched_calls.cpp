#include "support/watched_calls.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <mutex>

#include "storage/local/system_calls.h"

namespace holdall {
namespace {

thread_local bool is_inside = false;  // the seam
std::atomic<bool> is_watching = false;
std::atomic<uint64_t> seam_count = 0;
std::mutex mutex;
std::string watched_directory;
std::vector<std::string> names;

// Notes what a call is about, unless it came through the seam.
void note(const char* name, const std::string& path) {
  if (!path.starts_with(watched_directory)) return;
  if (is_inside) {
    ++seam_count;
    return;
  }
  const std::lock_guard lock(mutex);
  names.emplace_back(name);
}

void see(const char* name, const char* path) {
  if (is_watching && path != nullptr) note(name, path);
}

void see(const char* name, int file) {
  if (!is_watching) return;
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = ::readlink(link.c_str(), path, sizeof path);
  if (size > 0) note(name, std::string(path, static_cast<size_t>(size)));
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));  // NOLINT: that is its interface
}

class Inside {
 public:
  Inside() { is_inside = true; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() { is_inside = false; }
};

class SeenCalls : public local::SystemCalls {
 public:
  int open(const char* path, int flags, mode_t mode) override {
    const Inside inside;
    return SystemCalls::open(path, flags, mode);
  }
  ssize_t pread(int file, void* into, size_t size_bytes, off_t offset) override {
    const Inside inside;
    return SystemCalls::pread(file, into, size_bytes, offset);
  }
  ssize_t write(int file, const void* bytes, size_t size_bytes) override {
    const Inside inside;
    return SystemCalls::write(file, bytes, size_bytes);
  }
  int fsync(int file) override {
    const Inside inside;
    return SystemCalls::fsync(file);
  }
  int rename(const char* from, const char* to) override {
    const Inside inside;
    return SystemCalls::rename(from, to);
  }
  int unlink(const char* path) override {
    const Inside inside;
    return SystemCalls::unlink(path);
  }
  int mkdir(const char* path, mode_t mode) override {
    const Inside inside;
    return SystemCalls::mkdir(path, mode);
  }
  DIR* opendir(const char* path) override {
    const Inside inside;
    return SystemCalls::opendir(path);
  }
};

SeenCalls seen_calls;
local::SystemCalls* before = nullptr;

}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
bool can_watch_calls() {
  return false;
}
#else
bool can_watch_calls() {
  return true;
}
#endif

WatchedCalls::WatchedCalls(std::string directory) {
  names.clear();
  seam_count = 0;
  watched_directory = std::move(directory);
  before = local::replace_system_calls(&seen_calls);
  is_watching = true;
}

WatchedCalls::~WatchedCalls() {
  is_watching = false;
  local::replace_system_calls(before);
}

uint64_t WatchedCalls::count() const {
  return seam_count;
}

std::vector<std::string> WatchedCalls::bypassing() const {
  const std::lock_guard lock(mutex);
  return names;
}

}  // namespace holdall

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

// In front of the C library's, whoever calls them.
extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  holdall::see("open", path);
  static auto* const real = holdall::next<int(const char*, int, ...)>("open");
  return real(path, flags, mode);
}

int creat(const char* path, mode_t mode) {
  holdall::see("creat", path);
  static auto* const real = holdall::next<int(const char*, mode_t)>("creat");
  return real(path, mode);
}

FILE* fopen(const char* path, const char* mode) {
  holdall::see("fopen", path);
  static auto* const real = holdall::next<FILE*(const char*, const char*)>("fopen");
  return real(path, mode);
}

ssize_t read(int file, void* into, size_t size) {
  holdall::see("read", file);
  static auto* const real = holdall::next<ssize_t(int, void*, size_t)>("read");
  return real(file, into, size);
}

ssize_t pread(int file, void* into, size_t size, off_t offset) {
  holdall::see("pread", file);
  static auto* const real = holdall::next<ssize_t(int, void*, size_t, off_t)>("pread");
  return real(file, into, size, offset);
}

ssize_t write(int file, const void* bytes, size_t size) {
  holdall::see("write", file);
  static auto* const real = holdall::next<ssize_t(int, const void*, size_t)>("write");
  return real(file, bytes, size);
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  holdall::see("pwrite", file);
  static auto* const real = holdall::next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return real(file, bytes, size, offset);
}

int fsync(int file) {
  holdall::see("fsync", file);
  static auto* const real = holdall::next<int(int)>("fsync");
  return real(file);
}

int fdatasync(int file) {
  holdall::see("fdatasync", file);
  static auto* const real = holdall::next<int(int)>("fdatasync");
  return real(file);
}

int ftruncate(int file, off_t size) noexcept {
  holdall::see("ftruncate", file);
  static auto* const real = holdall::next<int(int, off_t)>("ftruncate");
  return real(file, size);
}

int truncate(const char* path, off_t size) noexcept {
  holdall::see("truncate", path);
  static auto* const real = holdall::next<int(const char*, off_t)>("truncate");
  return real(path, size);
}

int rename(const char* from, const char* to) noexcept {
  holdall::see("rename", to);
  static auto* const real = holdall::next<int(const char*, const char*)>("rename");
  return real(from, to);
}

int unlink(const char* path) noexcept {
  holdall::see("unlink", path);
  static auto* const real = holdall::next<int(const char*)>("unlink");
  return real(path);
}

int mkdir(const char* path, mode_t mode) noexcept {
  holdall::see("mkdir", path);
  static auto* const real = holdall::next<int(const char*, mode_t)>("mkdir");
  return real(path, mode);
}

DIR* opendir(const char* path) {
  holdall::see("opendir", path);
  static auto* const real = holdall::next<DIR*(const char*)>("opendir");
  return real(path);
}

}  // extern "C"

#endif
