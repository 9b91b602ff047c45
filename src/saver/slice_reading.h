// One tensor by its name, and the elements of a slice of it in their order, in bounded memory.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "holdall/checkpoint.h"
#include "holdall/slice.h"
#include "holdall/tensor_stream.h"
#include "transfer/progress_meter.h"

namespace holdall {

struct SliceOptions {
  std::optional<Box> box = {};  // none: all
  bool verify = true;
  bool verify_parts = false;  // as ReadOptions::verify_parts
  uint64_t window_bytes = uint64_t{64} << 20;
};

// What the meter of read_slice() will have counted.
uint64_t slice_size_bytes(const TensorInfo& info, const std::optional<Box>& box);

// Passes the elements on in this machine's byte order, whole ones, in row-major order.
// Requires: a dtype with elements of a fixed size; the box lies within the tensor.
// Fails: as TensorWindows; what the sink fails with.
Status read_slice(const Checkpoint& checkpoint, const TensorInfo& info, const SliceOptions& options,
                  ProgressMeter& meter, const ByteSink& sink);

}  // namespace holdall
