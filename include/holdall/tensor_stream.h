// A tensor of a checkpoint as a stream of bytes, so that one of any size passes through little
// memory. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "holdall/checkpoint.h"
#include "holdall/export.h"
#include "holdall/progress.h"
#include "holdall/slice.h"
#include "holdall/status.h"

namespace holdall {

using ByteSink = std::function<Status(std::span<const std::byte>)>;

enum class StreamForm : uint8_t {
  kRaw,  // the elements, little-endian, in row-major order; the bytes of one string
  kNpy,  // a .npy file
};

struct StreamOptions {
  std::optional<Slice> slice = {};  // of the tensor's shape; none: all
  StreamForm form = StreamForm::kRaw;
  bool verify = true;                          // compare checksums on the way
  bool verify_parts = false;                   // with a slice: as ReadOptions::verify_parts
  uint64_t window_bytes = uint64_t{64} << 20;  // in memory at once
  Progress progress = {};
};

// Gives the sink all bytes in their order. A checksum is compared when the last byte it covers is
// there: after a failure the sink may have got bytes that are wrong.
// Fails: kNotFound (names like it; data file), kCorrupt, kIo, kInvalidArgument (the slice is not of
// this shape), kUnsupported (several strings; a dtype that NumPy does not have); what the sink
// fails with.
HOLDALL_EXPORT Status stream_tensor(const Checkpoint& checkpoint, std::string_view name,
                                    const StreamOptions& options, const ByteSink& sink);

}  // namespace holdall
