// All that is asked of the operating system about files, over its calls in system_calls.h. Each
// function is one call, repeated where a signal interrupted it or it did part of its work; errno
// becomes an Error in one function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall::local {

// An open descriptor, closed when it goes.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

struct FileStatus {
  uint64_t size_bytes = 0;
  bool is_regular = false;
  bool is_directory = false;
  uint32_t rights = 0;  // who may read, write and run it: the lowest nine bits of its mode
};

// Never waits on a pipe or device: what is not a regular file is told by status_of.
Result<Descriptor> open_for_reading(const std::string& path);
// The same file again, read around the page cache: offsets, sizes and addresses are multiples of
// kDirectAlignment. None if the file system does not do that.
inline constexpr uint64_t kDirectAlignment = 4096;
std::optional<Descriptor> open_directly(const Descriptor& file);
// Fails if the path exists, be it as a dangling link.
Result<Descriptor> create_new(const std::string& path);

// To lock it; made if it is not there and that is asked for. Never through a link.
Result<Descriptor> open_for_locking(const std::string& path, bool create);

Result<FileStatus> status_of(const Descriptor& file);
Result<FileStatus> status_of(const std::string& path);

Result<uint64_t> read_at(const Descriptor& file, uint64_t offset, std::span<std::byte> into);
// Another number of the same opening.
Result<Descriptor> duplicate(const Descriptor& file);
// Fails: kIo, no-space; where room cannot be taken beforehand, there is nothing to fail.
Status reserve(const Descriptor& file, uint64_t size_bytes);
// A hint, whose failure is told by sync_file().
void start_writing(const Descriptor& file, uint64_t offset, uint64_t size_bytes);
Status write_all(const Descriptor& file, std::span<const std::byte> bytes);
Status set_rights(const Descriptor& file, uint32_t rights);
Status sync_file(const Descriptor& file);
// False if another has it. The lock goes with the last descriptor of the same opening.
Result<bool> try_lock(const Descriptor& file);
// Whether the path still names this very file.
Result<bool> is_named(const Descriptor& file, const std::string& path);
// Reports what closing found out late (a full disk, on network file systems).
Status close_file(Descriptor file);

// The kind of file system the file is on, and whether only this machine changes it.
FileSite site_of(const Descriptor& file);

// Null if the file cannot be mapped, or has no bytes.
std::shared_ptr<const std::byte> map_file(const Descriptor& file, uint64_t size_bytes);

// A hint, whose failure changes nothing: the mapping is touched from its first byte to its last, or
// no longer.
void expect_in_order(const std::byte* mapping, uint64_t size_bytes, bool is_in_order);
// That what the system has in memory of the file may go, as far as the device has it.
void forget(const Descriptor& file);

// Whether the page at each of these places of a mapping is in memory; none where that is not known.
std::optional<size_t> count_resident(const std::byte* mapping, std::span<const uint64_t> offsets);

Status rename_file(const std::string& from, const std::string& to);
Status remove_file(const std::string& path);
Status sync_directory(const std::string& path);
Status make_directory(const std::string& path);
Result<std::vector<std::string>> list_directory(const std::string& path);

// That a process without privileges may still write where `path` is; nothing for a file system that
// does not count (0 blocks in all, as some in user space say).
Result<std::optional<uint64_t>> free_bytes(const std::string& path);

}  // namespace holdall::local
