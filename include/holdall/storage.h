// Storage: where files live. Holdall brings local files and memory; a user may bring another by
// deriving from these three classes. A Storage and its Readers are used from many threads at once;
// a Writer from one thread at a time. Paths are opaque to everything above: never globbed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/status.h"

namespace holdall {

// Where a file lies, as far as its storage knows.
struct FileSite {
  std::string kind = "an unknown kind of storage";  // "ext4", "memory"; for people
  // Whether all who may change it are programs on this machine.
  bool is_local = false;
};

// An open file. It goes on showing the bytes it was opened on, also when the path is replaced.
class HOLDALL_EXPORT Reader {
 public:
  virtual ~Reader() = default;

  // Size in bytes when the file was opened.
  virtual uint64_t size_bytes() const = 0;

  // Reads into the front of `into`, from `offset` bytes into the file, and says how many bytes
  // came: fewer than asked is fine, 0 means the end. Fails: kIo.
  virtual Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const = 0;

  // The whole file as memory that lives as long as the pointer, or null where that is not offered.
  // Touching a page of a file that somebody cuts meanwhile ends the process (SIGBUS).
  virtual std::shared_ptr<const std::byte> map() const { return nullptr; }

  virtual FileSite site() const { return {}; }

  // The same file, read around the system's cache, which then keeps what it has: for files that are
  // read once. Null where that is not offered.
  virtual std::shared_ptr<const Reader> direct() const { return nullptr; }

  // A hint, which changes nothing but time: from now on the bytes of map() are touched from the
  // first to the last, or no longer.
  virtual void expect_in_order(bool is_in_order) const;

  // Whether most of a large file would have to come from a device, judged by some of its pages.
  virtual bool is_cold() const { return false; }

  // Whether the name that the file was opened by still leads to this very file; none where that is
  // not known.
  virtual std::optional<bool> is_current() const { return std::nullopt; }

  // Fills `into` from `offset` on. Fails: kIo, with reason changed-while-reading if the file was
  // cut since it was opened; kCorrupt with reason cut-short if it ends first.
  Status read_exact(uint64_t offset, std::span<std::byte> into) const;
};

// How much a finished write survives. docs/reliability.md says what a save promises in each.
enum class Durability : uint8_t {
  kDurable,  // a power cut: bytes and names are on the device before the call returns
  kAtomic,   // the end of the process, not of the machine
  kNone,     // for scratch: as kAtomic for a file; a save of several files over a checkpoint is not
             // safe, keeps nobody else away, and has the plain file names
};

// "durable", "atomic", "none"; and which of them a word stands for.
HOLDALL_EXPORT std::string_view durability_name(Durability durability);
HOLDALL_EXPORT std::optional<Durability> find_durability(std::string_view name);

// A file in the making. It has no name until publish() gives it its own in one step; one that is
// destroyed before that leaves nothing behind.
class HOLDALL_EXPORT Writer {
 public:
  virtual ~Writer() = default;

  // Says, before the first byte, how many are coming and how they will be kept, so that there is
  // room for them and what has to reach the device is on its way early. Need not be called.
  // Fails: kIo with reason no-space.
  virtual Status prepare(uint64_t size_bytes, Durability durability);

  // Whoever may read and write the file at `path` may this one, and nobody else; without such a
  // file the system's own rules hold. Before the first byte. Need not be called. Fails: kIo.
  virtual Status keep_rights_of(const std::string& path);

  // Fails: kIo (no space, no rights, ...). After a failure the writer can only be destroyed.
  virtual Status append(std::span<const std::byte> bytes) = 0;

  // All bytes are written, and kept as asked. No append afterwards.
  virtual Status close(Durability durability) = 0;

  // What the device has of the file, read around the system's cache where that can be; null where
  // that is not offered. Requires: close() succeeded, publish() was not called. Fails: kIo.
  virtual Result<std::unique_ptr<Reader>> reread() const;

  // Gives the file its name, replacing what had it. Requires: close() succeeded.
  virtual Status publish() = 0;
};

// Keeps other writers away until it goes, or its process ends.
class HOLDALL_EXPORT StorageLock {
 public:
  virtual ~StorageLock() = default;
};

class HOLDALL_EXPORT Storage {
 public:
  virtual ~Storage() = default;

  // Fails: kNotFound with reason missing-file; kInvalidArgument for a directory; kIo.
  virtual Result<std::unique_ptr<Reader>> open_reader(const std::string& path) const = 0;

  // A file that will be called `path`. Its directory must exist. Fails: kNotFound (directory), kIo.
  virtual Result<std::unique_ptr<Writer>> open_writer(const std::string& path) = 0;

  // Makes the names published in `directory` so far survive a power cut.
  virtual Status sync_directory(const std::string& directory) = 0;

  // With all missing parents; one that exists is fine.
  virtual Status make_directories(const std::string& directory) = 0;

  // A path that does not exist is fine.
  virtual Status remove(const std::string& path) = 0;

  virtual bool is_directory(const std::string& path) const = 0;

  // Names (not paths) in `directory`, sorted. Fails: kNotFound, kIo.
  virtual Result<std::vector<std::string>> list_directory(const std::string& directory) const = 0;

  // What follows has a default that offers nothing, for storages that cannot do it.

  // Excludes everybody else who asks for the same, in any process; the path itself need not exist,
  // and is not touched. Null where there are no locks. Fails: kIo with reason locked; kIo.
  virtual Result<std::unique_ptr<StorageLock>> lock(const std::string& path);

  // Removes what writers that died left of files in `directory` of whose path `is_ours` says true.
  // What a writer that lives is at work on is never touched. Fails: kIo.
  virtual Status remove_leftovers(const std::string& directory,
                                  const std::function<bool(const std::string& path)>& is_ours);

  // Bytes that new files in `directory`, which need not exist yet, may take; nothing where that is
  // not known.
  virtual std::optional<uint64_t> free_bytes(const std::string& directory) const {
    static_cast<void>(directory);
    return std::nullopt;
  }
};

// This machine's files. One object for the whole process would do; each call makes one.
HOLDALL_EXPORT std::shared_ptr<Storage> make_local_storage();

// Files that live in memory and die with the object.
HOLDALL_EXPORT std::shared_ptr<Storage> make_memory_storage();

// "a/b" for "a/b/c", "" for "c", "/" for "/c".
HOLDALL_EXPORT std::string directory_of(std::string_view path);

// "c" for "a/b/c"; "" if the path ends in "/".
HOLDALL_EXPORT std::string base_name_of(std::string_view path);

// `directory` and `name` with one "/" between them; `name` alone if `directory` is empty.
HOLDALL_EXPORT std::string join_path(std::string_view directory, std::string_view name);

}  // namespace holdall
