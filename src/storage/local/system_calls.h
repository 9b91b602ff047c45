// The seam between Holdall and the operating system's files: every call that touches one goes
// through an object of this class, so that tests can make each call fail, end the process there, or
// count. Calls do and return what POSIX says of them, errno included.
#pragma once

#include <dirent.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/types.h>

#include <cstddef>

namespace holdall::local {

class SystemCalls {
 public:
  virtual ~SystemCalls() = default;

  virtual int open(const char* path, int flags, mode_t mode);
  virtual int duplicate(int file);
  virtual int close(int file);
  virtual int fstat(int file, struct stat* status);
  virtual int stat(const char* path, struct stat* status);
  virtual int lstat(const char* path, struct stat* status);
  virtual ssize_t pread(int file, void* into, size_t size_bytes, off_t offset);
  virtual ssize_t write(int file, const void* bytes, size_t size_bytes);
  virtual int fsync(int file);
  // Room for a file's first bytes, whose size stays what it is.
  virtual int fallocate(int file, off_t size_bytes);
  // Begins to write dirty pages to the device, and does not wait.
  virtual int start_writing(int file, off_t offset, off_t size_bytes);
  virtual int fchmod(int file, mode_t mode);
  virtual int rename(const char* from, const char* to);
  virtual int unlink(const char* path);
  virtual int mkdir(const char* path, mode_t mode);
  virtual DIR* opendir(const char* path);
  virtual dirent* readdir(DIR* directory);
  virtual int closedir(DIR* directory);
  virtual int statvfs(const char* path, struct statvfs* status);
  // Takes the whole file for writing, without waiting (an open file description's lock).
  virtual int try_lock(int file);
  virtual void* mmap(size_t size_bytes, int file);  // shared, for reading
  virtual int munmap(void* memory, size_t size_bytes);
  virtual int madvise(void* memory, size_t size_bytes, int advice);
  virtual int fadvise(int file, off_t offset, off_t size_bytes, int advice);
  virtual int mincore(void* memory, size_t size_bytes, unsigned char* is_resident);
  virtual int fstatfs(int file, struct statfs* status);
};

// Those that all of local storage uses from now on; null: the operating system's. Returns those
// before. For tests, while nothing else runs.
SystemCalls* replace_system_calls(SystemCalls* calls);

SystemCalls& system_calls();

}  // namespace holdall::local
