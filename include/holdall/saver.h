// Saving: what a save will do and did, as data. A plan can be printed, tested and refused before a
// byte moves. Plans are values; making one is thread-safe. Restoring is in restore.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/progress.h"
#include "holdall/restore.h"
#include "holdall/status.h"

namespace holdall {

// Elements that come when they are asked for, so that a tensor need not be in memory to be saved.
// Its calls come from one thread at a time.
class HOLDALL_EXPORT TensorSource {
 public:
  virtual ~TensorSource() = default;
  virtual DType dtype() const = 0;  // of elements with a fixed size
  virtual const Shape& shape() const = 0;

  // All elements in row-major order and this machine's byte order, in runs from front to back. Each
  // call begins at the front. Fails: whatever `take` fails with; kIo, kCorrupt (perhaps only after
  // the last run), kExhausted.
  using Take = std::function<Status(std::span<const std::byte>)>;
  virtual Status read(const Take& take) const = 0;
};

// A tensor on its way into a checkpoint.
struct HOLDALL_EXPORT SaveItem {
  std::string name = {};
  Tensor tensor;
  // If the tensor is a part of a larger one: which, and the larger one's shape. Parts of one name
  // stand together in the file; a length of kAll is kept as such (TensorFlow spells it "-").
  std::optional<Box> box = {};
  std::optional<Shape> whole_shape = {};
  uint32_t shard = 0;
  std::shared_ptr<const TensorSource> source = {};  // in place of `tensor`

  DType dtype() const;
  const Shape& shape() const;
  uint64_t size_bytes() const;  // of the elements; of strings, of all together

  // The elements' bytes, in runs, wherever they are.
  Status read(const TensorSource::Take& take) const;
};

struct SaveOptions {
  std::string format = {};  // "tf" is short for "tf_bundle"; "": told from the path's ending
  std::shared_ptr<Storage> storage = {};
  Durability durability = Durability::kDurable;
  ByteOrder byte_order = ByteOrder::kLittle;
  uint32_t shard_count = 1;  // data files; every SaveItem::shard is below it
  unsigned threads = 0;      // 0: one a core. A data file is written by one of them
  // Every tensor starts at a multiple of it in its file, so that it can be mapped as it lies. 1: no
  // gaps, TensorFlow's own packing. 0: the format's default, which is 64 for "tf_bundle".
  uint64_t alignment = 0;
  bool compress_index = false;  // Snappy blocks, as a few TensorFlow builds wrote
  bool compress = false;        // deflate the tensors; "npz" alone can
  // What was written is read back from the device and compared before it becomes the checkpoint: a
  // device that keeps something else is found out while the old one is still there.
  bool reread = false;
  bool update_state = true;   // rewrite the `checkpoint` state file beside it
  std::string scope = {};     // Session::save: only this scope's variables ("" all)
  bool inside_scope = false;  // Session::save: under their names inside the scope
  // Session::save: what becomes of those names; what rules leave out is not saved. The inverse of a
  // load's rules, with `inside_scope`, gives a checkpoint its own names back.
  NameRules rules = {};
  Progress progress = {};
};

// One file that will be written.
struct PlannedFile {
  std::string path;
  uint64_t size_bytes = 0;  // 0 where it is known only once the file is written
};

struct HOLDALL_EXPORT SavePlan {
  std::string path;             // as options.storage understands it
  SaveOptions options;          // with the storage that serves the path
  std::vector<SaveItem> items;  // in the order in which their bytes will lie
  std::vector<PlannedFile> files;

  uint64_t size_bytes() const;
  std::string to_string() const;

  // docs/json.md, "save plan".
  std::string to_json() const;
};

// Checks names, dtypes and layout; touches no file. `items` are written in the order given.
// Fails: kInvalidArgument (name twice, parts that disagree or overlap), kUnsupported (dtype,
// format).
HOLDALL_EXPORT Result<SavePlan> plan_save(std::string_view path, std::vector<SaveItem> items,
                                          const SaveOptions& options = {});

struct SaveReport {
  std::string path;
  std::vector<PlannedFile> files;
  uint64_t tensor_count = 0;
  uint64_t bytes_written = 0;
  double seconds = 0;
  std::vector<std::string> notes;  // what could not be cleaned up, a sentence each

  HOLDALL_EXPORT std::string summary() const;

  // docs/json.md, "save report".
  HOLDALL_EXPORT std::string to_json() const;
};

// Whether there is room for the plan's files beside what is there: what has their names stays until
// they are whole. Success where the storage cannot tell. Fails: kExhausted (needed and available).
HOLDALL_EXPORT Status check_space(const SavePlan& plan);

// Writes data files, then the index, then the state file, each under a temporary name first. What
// fails before the index has its name leaves the checkpoint that had the path as it was, also if it
// is the same path: the new data files then have names that the old index does not use (one data
// file more in their count), and the old ones go last. docs/reliability.md has the whole promise.
// Fails: as check_space(), before anything is written; kIo (names file and cause; reasons locked:
// another save to the path is going on, no-space, checksum-mismatch: `reread` found other bytes),
// kExhausted.
HOLDALL_EXPORT Result<SaveReport> execute(const SavePlan& plan);

}  // namespace holdall
