// Checkpoint: one saved set of tensors, opened for reading. Opening reads headers and indexes only.
// A Checkpoint is a cheap handle; copies share what is open. All calls are thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/status.h"
#include "holdall/storage.h"
#include "holdall/tensor.h"

namespace holdall {

struct OpenOptions {
  std::shared_ptr<Storage> storage =
      {};  // null: chosen by the path (plain paths and file:// are local)
};

// How tensor bytes come in.
enum class IoMode : uint8_t {
  kCopy,  // read into memory of our own: immune to whatever happens to the file afterwards
  kMap,   // pages of the file where it can be mapped and its alignment fits, else as kCopy.
          // A file that somebody cuts while it is mapped ends the process: see Reader::map
};

struct ReadOptions {
  IoMode io = IoMode::kCopy;
  bool verify = true;    // compare every stored checksum
  unsigned threads = 0;  // 0: as many as there are cores
};

// One row a format: what `holdall ls --formats` and error texts list.
struct FormatInfo {
  std::string name;
  std::string about;  // a few words for people
  bool can_write = false;
};
HOLDALL_EXPORT std::vector<FormatInfo> formats();

class HOLDALL_EXPORT Checkpoint {
 public:
  // `path`: a prefix ("save/model1"), one of its files ("save/model1.index", ".data-...", ".meta"),
  // or a directory with a `checkpoint` state file (its newest checkpoint). Paths are never globbed.
  // Fails: kNotFound (says what was looked for and what is there), kCorrupt, kUnsupported, kIo.
  static Result<Checkpoint> open(std::string_view path, const OpenOptions& options = {});

  // The prefix or file that was opened, whatever the spelling was.
  const std::string& path() const;
  const Catalog& catalog() const;

  // One tensor, whole; its bytes are verified. Fails: kNotFound (no such tensor, data file
  // missing), kCorrupt (checksum, cut file, damaged entry), kUnsupported, kIo, kExhausted.
  Result<Tensor> read(std::string_view name, const ReadOptions& options = {}) const;

  // A part of it. Only pieces that the box touches are read. Fails: also kInvalidArgument (the box
  // does not lie within the tensor).
  Result<Tensor> read_box(std::string_view name, const Box& box,
                          const ReadOptions& options = {}) const;

 private:
  friend class CheckpointAccess;  // src/saver/checkpoint_access.h
  struct Rep;
  std::shared_ptr<const Rep> rep_;
};

}  // namespace holdall
