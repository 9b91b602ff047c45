// Copying: from checkpoints into a new one, of any format, without a session between: tensors
// stream through a window, however large they are. Thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/checkpoint.h"
#include "holdall/restore.h"
#include "holdall/saver.h"
#include "holdall/status.h"

namespace holdall {

// What is taken of a checkpoint, and under which names. `policies` and `replace` do not matter
// here.
struct CopySource {
  Checkpoint checkpoint;
  RestoreOptions options = {};
  std::vector<std::string> left_out = {};  // tensors that are not taken, by name in the checkpoint
};

struct CopyOptions {
  SaveOptions save = {};
  // "float16": every floating tensor is cast; "emb/**=int32": what matches the glob. The last that
  // applies counts. Rounds where it has to.
  std::vector<std::string> casts = {};
  // "emb/**=axis0:8": what matches is cut into 8 slices along axis 0, as partitioned variables are.
  std::vector<std::string> partitions = {};
  // Bytes of tensor data that are in memory at once. Strings do not count: they are read when the
  // copy is planned.
  uint64_t window_bytes = uint64_t{64} << 20;
};

// A save whose items are read when it is executed. Holds the checkpoints open.
// Fails: kInvalidArgument (a cast, a partition, a name that two tensors would have), kNotFound
// (nothing is taken), kUnsupported (a tensor, a cast, the format); kCorrupt, kIo (strings).
HOLDALL_EXPORT Result<SavePlan> plan_copy(std::span<const CopySource> sources,
                                          std::string_view path, const CopyOptions& options = {});

// One save for each scope (first component of the names) of a checkpoint, in which its tensors have
// their names inside the scope. In `pattern`, "{scope}" stands for the scope's name.
// Fails: as plan_copy(); kInvalidArgument (no "{scope}" in the pattern; a tensor in no scope).
HOLDALL_EXPORT Result<std::vector<SavePlan>> plan_split(const Checkpoint& checkpoint,
                                                        std::string_view pattern,
                                                        const CopyOptions& options = {});

}  // namespace holdall
