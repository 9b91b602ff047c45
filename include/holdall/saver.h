// Plans and reports: what a restore or a save will do and did, as data. A plan is made from
// catalogs alone and can be printed, tested and refused before a byte of tensor data moves. Plans
// are values; making one is thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/status.h"

namespace holdall {

class Session;

// A variable that wants a value from a checkpoint.
struct RestoreTarget {
  std::string name = {};                  // in the session
  std::string source_name = {};           // in the checkpoint
  std::optional<DType> dtype = {};        // what it must be; none: whatever is stored
  std::optional<Shape> shape = {};        // of the variable; none: whatever is stored
  std::optional<Box> box = {};            // the part of the stored tensor it takes; none: the whole
  std::optional<Shape> whole_shape = {};  // with `box`: the shape the stored tensor must have
};

// Why a target cannot be restored. `error` names the tensor and says found and expected.
struct RestoreProblem {
  std::string name;         // in the session
  std::string source_name;  // in the checkpoint
  Error error;  // kNotFound: missing; kInvalidArgument with shape- or dtype-mismatch; ...
};

struct RestoreItem {
  std::string name = {};
  std::string source_name = {};
  DType dtype = DType::kUnknown;
  Shape shape;
  std::optional<Box> box = {};
  uint64_t size_bytes = 0;  // stored bytes that will be read
};

struct HOLDALL_EXPORT RestorePlan {
  std::string checkpoint_path;
  std::string scope;
  std::vector<RestoreItem> items;
  std::vector<RestoreProblem> problems;
  std::vector<std::string> unused;  // names in the checkpoint that no target asked for
  std::string advice;               // what would make missing names match; "" if nothing is known
  bool replaces_values = true;      // false: a scope that exists, or a name, is refused

  uint64_t size_bytes() const;

  // Success, or one error that tells all problems, missing names first, and the advice.
  Status check() const;

  // A table for people, one line an item.
  std::string to_string() const;
};

// Every tensor of the catalog as `scope`/name ("" is the session's root).
HOLDALL_EXPORT Result<RestorePlan> plan_restore(const Catalog& catalog, std::string_view scope);

// Just these targets; what is not asked for stands in `unused`. No targets is kInvalidArgument.
HOLDALL_EXPORT Result<RestorePlan> plan_restore(const Catalog& catalog,
                                                std::span<const RestoreTarget> targets);

struct RestoreReport {
  std::string checkpoint_path;
  std::string scope;
  std::vector<RestoreItem> restored;
  std::vector<std::string> unused;
  uint64_t bytes_read = 0;
  uint64_t bytes_verified = 0;
  uint64_t mapped_count = 0;  // tensors that are pages of the file
  double seconds = 0;

  // "167/167 restored into dna/ · 83.1 MB verified · 0 unused · copied"
  HOLDALL_EXPORT std::string summary() const;
};

// Reads, verifies and publishes: all of the plan's variables change in one step, or none does.
// Fails: what check() says; kIo, kCorrupt, kExhausted while reading.
HOLDALL_EXPORT Result<RestoreReport> execute(const RestorePlan& plan, const Checkpoint& checkpoint,
                                             Session& session, const ReadOptions& options = {});

// A tensor on its way into a checkpoint.
struct SaveItem {
  std::string name = {};
  Tensor tensor;
  // If the tensor is a part of a larger one: which, and the larger one's shape. Parts of one name
  // stand together in the file; a length of kAll is kept as such (TensorFlow spells it "-").
  std::optional<Box> box = {};
  std::optional<Shape> whole_shape = {};
  uint32_t shard = 0;
};

struct SaveOptions {
  std::string format = "tf";  // "tf" is short for "tf_bundle"
  std::shared_ptr<Storage> storage = {};
  Durability durability = Durability::kDurable;
  ByteOrder byte_order = ByteOrder::kLittle;
  uint32_t shard_count = 1;  // data files; every SaveItem::shard is below it
  uint64_t alignment = 1;    // every tensor starts at a multiple of it; 1 is TensorFlow's packing
  bool compress_index = false;  // Snappy blocks, as a few TensorFlow builds wrote
  bool update_state = true;     // rewrite the `checkpoint` state file beside it
  std::string scope = {};       // Session::save: only this scope's variables ("" all)
};

// One file that will be written.
struct PlannedFile {
  std::string path;
  uint64_t size_bytes = 0;  // 0 for an index: its size is known when the checksums are
};

struct HOLDALL_EXPORT SavePlan {
  std::string path;             // as options.storage understands it
  SaveOptions options;          // with the storage that serves the path
  std::vector<SaveItem> items;  // in the order in which their bytes will lie
  std::vector<PlannedFile> files;

  uint64_t size_bytes() const;
  std::string to_string() const;
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

  HOLDALL_EXPORT std::string summary() const;
};

// Writes data files, then the index, then the state file, each under a temporary name first. A
// failure before the index is published leaves the checkpoint that had the name as it was.
// Fails: kIo (names file and cause), kExhausted.
HOLDALL_EXPORT Result<SaveReport> execute(const SavePlan& plan);

}  // namespace holdall
