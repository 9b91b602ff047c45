// The windows of any tensor of a checkpoint that has elements of a fixed size: read as they are
// asked for where the file's bytes are the elements, and cut from the whole tensor where they have
// to be decoded first.
#pragma once

#include <memory>
#include <optional>

#include "holdall/checkpoint.h"
#include "transfer/window_reading.h"

namespace holdall {

class TensorWindows {
 public:
  // Requires: the checkpoint outlives the windows; info is of its catalog and has no problem; a
  // dtype with elements of a fixed size.
  // Fails: kNotFound (data file), kCorrupt (extents, gaps), kIo, kExhausted.
  static Result<TensorWindows> open(const Checkpoint& checkpoint, const TensorInfo& info,
                                    const WindowOptions& options);

  // As WindowReader::next().
  Result<std::optional<TensorWindow>> next();

 private:
  TensorWindows(const TensorInfo& info, const WindowOptions& options);

  const TensorInfo* info_;
  WindowOptions options_;
  std::unique_ptr<WindowReader> reader_;  // or:
  Tensor whole_;
  WindowBoxes boxes_;
  uint64_t bytes_done_ = 0;
};

}  // namespace holdall
