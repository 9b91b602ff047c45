#include "storage/local/local_file_ops.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/try.h"
#include "storage/local/system_calls.h"

namespace holdall::local {
namespace {

// The largest read or write that Linux does in one call.
constexpr uint64_t kMaxCallBytes = 0x7ffff000;

// Of a file's mode: what is not about who it is for stays out.
constexpr mode_t kRightsMask = 0777;

uint64_t page_bytes() {
  static const auto size_bytes = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return size_bytes;
}

// THE table from errno to Error. `what` completes "cannot ...".
Error system_error(std::string_view what, int number) {
  Code code = Code::kIo;
  std::string_view why = reason::kNone;
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      code = Code::kNotFound;
      why = reason::kMissingFile;
      break;
    case EISDIR:
    case EINVAL:
    case ENAMETOOLONG: code = Code::kInvalidArgument; break;
    case ENOMEM:
    case EMFILE:
    case ENFILE: code = Code::kExhausted; break;
    case ENOSPC:
    case EDQUOT: why = reason::kNoSpace; break;
    default: break;
  }
  Error error =
      make_error(code, why, "cannot {}: {}", what, std::generic_category().message(number));
  error.system_error = number;
  return error;
}

template <class Call>
auto retry_interrupted(Call&& call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

DIR* open_directory(const std::string& path) {
  DIR* directory = system_calls().opendir(path.c_str());
  while (directory == nullptr && errno == EINTR) directory = system_calls().opendir(path.c_str());
  return directory;
}

// The system would take what stands before a NUL for the whole path.
Status check_path(const std::string& path) {
  if (path.find('\0') == std::string::npos) return {};
  return invalid_argument("the path has a NUL byte, which no file's name can have");
}

FileStatus from_stat(const struct stat& status) {
  return {static_cast<uint64_t>(status.st_size), S_ISREG(status.st_mode), S_ISDIR(status.st_mode),
          status.st_mode & kRightsMask};
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) system_calls().close(number_);
}

Result<Descriptor> open_for_reading(const std::string& path) {
  HOLDALL_TRY(check_path(path));
  const int number = retry_interrupted(
      [&] { return system_calls().open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0); });
  if (number < 0) return system_error("open the file", errno);
  return Descriptor(number);
}

// By its number, since the path may lead to another file by now.
std::optional<Descriptor> open_directly(const Descriptor& file) {
  const std::string path = message("/proc/self/fd/{}", file.number());
  const int number = retry_interrupted(
      [&] { return system_calls().open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECT, 0); });
  if (number < 0) return std::nullopt;
  return Descriptor(number);
}

Result<Descriptor> open_for_locking(const std::string& path, bool create) {
  HOLDALL_TRY(check_path(path));
  const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (create ? O_CREAT : 0);
  const int number =
      retry_interrupted([&] { return system_calls().open(path.c_str(), flags, 0666); });
  if (number < 0) return system_error("open the file for its lock", errno);
  return Descriptor(number);
}

Result<Descriptor> create_new(const std::string& path) {
  HOLDALL_TRY(check_path(path));
  const int number = retry_interrupted([&] {
    return system_calls().open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  });
  if (number < 0) return system_error("create the file", errno);
  return Descriptor(number);
}

Result<FileStatus> status_of(const Descriptor& file) {
  struct stat status = {};
  if (retry_interrupted([&] { return system_calls().fstat(file.number(), &status); }) != 0)
    return system_error("ask for the file's size", errno);
  return from_stat(status);
}

Result<FileStatus> status_of(const std::string& path) {
  HOLDALL_TRY(check_path(path));
  struct stat status = {};
  if (retry_interrupted([&] { return system_calls().stat(path.c_str(), &status); }) != 0)
    return system_error("ask for the file's kind", errno);
  return from_stat(status);
}

Result<uint64_t> read_at(const Descriptor& file, uint64_t offset, std::span<std::byte> into) {
  if (offset > INT64_MAX) return uint64_t{0};
  const size_t wanted = std::min<uint64_t>(into.size(), kMaxCallBytes);
  const ssize_t count = retry_interrupted([&] {
    return system_calls().pread(file.number(), into.data(), wanted, static_cast<off_t>(offset));
  });
  if (count < 0) return system_error("read the file", errno);
  return static_cast<uint64_t>(count);
}

Result<Descriptor> duplicate(const Descriptor& file) {
  const int number = retry_interrupted([&] { return system_calls().duplicate(file.number()); });
  if (number < 0) return system_error("keep the file open", errno);
  return Descriptor(number);
}

Status write_all(const Descriptor& file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const size_t wanted = std::min<uint64_t>(bytes.size(), kMaxCallBytes);
    const ssize_t count = retry_interrupted(
        [&] { return system_calls().write(file.number(), bytes.data(), wanted); });
    if (count < 0) return system_error("write the file", errno);
    // A write that does nothing and says so would otherwise be repeated for ever.
    if (count == 0) return system_error("write the file", EIO);
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return {};
}

Status reserve(const Descriptor& file, uint64_t size_bytes) {
  if (size_bytes > PTRDIFF_MAX) return system_error("take room for the file", ENOSPC);
  const int done = retry_interrupted(
      [&] { return system_calls().fallocate(file.number(), static_cast<off_t>(size_bytes)); });
  const bool is_full = done != 0 && (errno == ENOSPC || errno == EDQUOT);
  return is_full ? system_error("take room for the file", errno) : Status();
}

void start_writing(const Descriptor& file, uint64_t offset, uint64_t size_bytes) {
  (void)system_calls().start_writing(file.number(), static_cast<off_t>(offset),
                                     static_cast<off_t>(size_bytes));
}

Result<bool> try_lock(const Descriptor& file) {
  if (retry_interrupted([&] { return system_calls().try_lock(file.number()); }) == 0) return true;
  if (errno == EAGAIN) return false;
  return system_error("lock the file", errno);
}

Result<bool> is_named(const Descriptor& file, const std::string& path) {
  struct stat held = {};
  if (retry_interrupted([&] { return system_calls().fstat(file.number(), &held); }) != 0)
    return system_error("ask for the file's identity", errno);
  struct stat named = {};
  if (retry_interrupted([&] { return system_calls().lstat(path.c_str(), &named); }) != 0) {
    if (errno == ENOENT) return false;
    return system_error("ask for the file's identity", errno);
  }
  return held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

Status set_rights(const Descriptor& file, uint32_t rights) {
  if (retry_interrupted([&] { return system_calls().fchmod(file.number(), rights); }) != 0)
    return system_error("set the file's access rights", errno);
  return {};
}

Status sync_file(const Descriptor& file) {
  if (retry_interrupted([&] { return system_calls().fsync(file.number()); }) != 0) {
    return system_error("make the file durable", errno);
  }
  return {};
}

Status close_file(Descriptor file) {
  // Linux frees the descriptor also when close is interrupted; a second close could hit another
  // file.
  if (system_calls().close(file.release()) != 0 && errno != EINTR)
    return system_error("close the file", errno);
  return {};
}

std::shared_ptr<const std::byte> map_file(const Descriptor& file, uint64_t size_bytes) {
  if (size_bytes == 0 || size_bytes > PTRDIFF_MAX) return nullptr;
  void* memory = system_calls().mmap(size_bytes, file.number());
  if (memory == MAP_FAILED) return nullptr;
  return {static_cast<const std::byte*>(memory), [size_bytes](const std::byte* p) {
            system_calls().munmap(const_cast<std::byte*>(p), size_bytes);
          }};
}

void expect_in_order(const std::byte* mapping, uint64_t size_bytes, bool is_in_order) {
  (void)system_calls().madvise(const_cast<std::byte*>(mapping), size_bytes,
                               is_in_order ? MADV_SEQUENTIAL : MADV_NORMAL);
}

void forget(const Descriptor& file) {
  (void)system_calls().fadvise(file.number(), 0, 0, POSIX_FADV_DONTNEED);
}

std::optional<size_t> count_resident(const std::byte* mapping, std::span<const uint64_t> offsets) {
  size_t count = 0;
  for (const uint64_t offset : offsets) {
    const std::byte* const page = mapping + offset / page_bytes() * page_bytes();
    unsigned char is_resident = 0;
    if (system_calls().mincore(const_cast<std::byte*>(page), 1, &is_resident) != 0)
      return std::nullopt;
    count += is_resident & 1;
  }
  return count;
}

Status rename_file(const std::string& from, const std::string& to) {
  if (retry_interrupted([&] { return system_calls().rename(from.c_str(), to.c_str()); }) != 0)
    return system_error("put the file in place", errno);
  return {};
}

Status remove_file(const std::string& path) {
  HOLDALL_TRY(check_path(path));
  // A parent that is a file holds nothing, so there is nothing to remove either.
  if (retry_interrupted([&] { return system_calls().unlink(path.c_str()); }) != 0 &&
      errno != ENOENT && errno != ENOTDIR) {
    return system_error("remove the file", errno);
  }
  return {};
}

Status sync_directory(const std::string& path) {
  HOLDALL_TRY(check_path(path));
  const int number = retry_interrupted(
      [&] { return system_calls().open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0); });
  if (number < 0) return system_error("open the directory", errno);
  const Descriptor directory(number);
  // Some file systems cannot sync a directory and need not: they say EINVAL.
  if (retry_interrupted([&] { return system_calls().fsync(directory.number()); }) != 0 &&
      errno != EINVAL) {
    return system_error("make the directory durable", errno);
  }
  return {};
}

Status make_directory(const std::string& path) {
  HOLDALL_TRY(check_path(path));
  if (retry_interrupted([&] { return system_calls().mkdir(path.c_str(), 0777); }) != 0 &&
      errno != EEXIST) {
    return system_error("make the directory", errno);
  }
  return {};
}

Result<std::vector<std::string>> list_directory(const std::string& path) {
  HOLDALL_TRY(check_path(path));
  const auto close = [](DIR* each) { (void)system_calls().closedir(each); };
  const std::unique_ptr<DIR, decltype(close)> directory(open_directory(path), close);
  if (directory == nullptr) return system_error("list the directory", errno);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = system_calls().readdir(directory.get());
    if (entry == nullptr && errno == EINTR) continue;
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return system_error("list the directory", errno);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::optional<uint64_t>> free_bytes(const std::string& path) {
  HOLDALL_TRY(check_path(path));
  struct statvfs status = {};
  if (retry_interrupted([&] { return system_calls().statvfs(path.c_str(), &status); }) != 0) {
    return system_error("ask for the free space", errno);
  }
  if (status.f_blocks == 0) return std::optional<uint64_t>();
  return checked_mul(uint64_t{status.f_bavail}, uint64_t{status.f_frsize});
}

}  // namespace holdall::local
