// A tensor of a checkpoint as the source of one that is saved: read window by window, verified, cut
// and cast on the way.
#pragma once

#include <memory>
#include <optional>

#include "holdall/checkpoint.h"
#include "holdall/saver.h"

namespace holdall {

struct CheckpointSourceOptions {
  std::optional<DType> dtype = {};  // what the elements become; none: what they are
  std::optional<Box> box = {};      // the part; resolved. None: the whole
  uint64_t window_bytes = 0;        // for this tensor
  bool verify = true;
};

// Requires: info is of the checkpoint's catalog, has no problem and elements of a fixed size; the
// cast is possible.
std::shared_ptr<const TensorSource> make_checkpoint_source(const Checkpoint& checkpoint,
                                                           const TensorInfo& info,
                                                           const CheckpointSourceOptions& options);

}  // namespace holdall
