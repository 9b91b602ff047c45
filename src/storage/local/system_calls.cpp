#include "storage/local/system_calls.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

namespace holdall::local {

int SystemCalls::open(const char* path, int flags, mode_t mode) {
  return ::open(path, flags, mode);
}
int SystemCalls::duplicate(int file) {
  return ::fcntl(file, F_DUPFD_CLOEXEC, 0);
}
int SystemCalls::close(int file) {
  return ::close(file);
}
int SystemCalls::fstat(int file, struct stat* status) {
  return ::fstat(file, status);
}
int SystemCalls::stat(const char* path, struct stat* status) {
  return ::stat(path, status);
}
int SystemCalls::lstat(const char* path, struct stat* status) {
  return ::lstat(path, status);
}
ssize_t SystemCalls::pread(int file, void* into, size_t size_bytes, off_t offset) {
  return ::pread(file, into, size_bytes, offset);
}
ssize_t SystemCalls::write(int file, const void* bytes, size_t size_bytes) {
  return ::write(file, bytes, size_bytes);
}
int SystemCalls::fallocate(int file, off_t size_bytes) {
  return ::fallocate(file, FALLOC_FL_KEEP_SIZE, 0, size_bytes);
}
int SystemCalls::start_writing(int file, off_t offset, off_t size_bytes) {
  return ::sync_file_range(file, offset, size_bytes, SYNC_FILE_RANGE_WRITE);
}
int SystemCalls::fsync(int file) {
  return ::fsync(file);
}
int SystemCalls::fchmod(int file, mode_t mode) {
  return ::fchmod(file, mode);
}
int SystemCalls::rename(const char* from, const char* to) {
  return ::rename(from, to);
}
int SystemCalls::unlink(const char* path) {
  return ::unlink(path);
}
int SystemCalls::mkdir(const char* path, mode_t mode) {
  return ::mkdir(path, mode);
}
DIR* SystemCalls::opendir(const char* path) {
  return ::opendir(path);
}
dirent* SystemCalls::readdir(DIR* directory) {
  return ::readdir(directory);
}
int SystemCalls::closedir(DIR* directory) {
  return ::closedir(directory);
}
int SystemCalls::statvfs(const char* path, struct statvfs* status) {
  return ::statvfs(path, status);
}

int SystemCalls::try_lock(int file) {
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return ::fcntl(file, F_OFD_SETLK, &whole);
}

void* SystemCalls::mmap(size_t size_bytes, int file) {
  return ::mmap(nullptr, size_bytes, PROT_READ, MAP_SHARED, file, 0);
}
int SystemCalls::munmap(void* memory, size_t size_bytes) {
  return ::munmap(memory, size_bytes);
}
int SystemCalls::madvise(void* memory, size_t size_bytes, int advice) {
  return ::madvise(memory, size_bytes, advice);
}
int SystemCalls::fadvise(int file, off_t offset, off_t size_bytes, int advice) {
  return ::posix_fadvise(file, offset, size_bytes, advice);
}
int SystemCalls::mincore(void* memory, size_t size_bytes, unsigned char* is_resident) {
  return ::mincore(memory, size_bytes, is_resident);
}
int SystemCalls::fstatfs(int file, struct statfs* status) {
  return ::fstatfs(file, status);
}

namespace {

std::atomic<SystemCalls*> replaced = nullptr;

}  // namespace

SystemCalls* replace_system_calls(SystemCalls* calls) {
  return replaced.exchange(calls);
}

SystemCalls& system_calls() {
  static SystemCalls direct;
  SystemCalls* calls = replaced.load(std::memory_order_acquire);
  return calls == nullptr ? direct : *calls;
}

}  // namespace holdall::local
