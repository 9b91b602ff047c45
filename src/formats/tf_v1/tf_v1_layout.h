// What reader and writer of V1 checkpoints share: file names and messages (tf_v1.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/checkpoint.h"
#include "holdall/dtype.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall::tf_v1 {

// TensorFlow's limit on the message of one slice, and what its estimate adds to that of the values.
inline constexpr uint64_t kMaxSliceBytes = (uint64_t{1} << 31) - 1;
inline constexpr uint64_t kSliceOverheadBytes = 1024;

// One of the files of a sharded checkpoint, or, without a shard, what stands for all of them.
struct ShardPath {
  std::string_view stem;
  std::optional<uint64_t> shard;
  uint64_t count = 0;
};

// Of "P-00001-of-00003" or TensorFlow's name for the whole, "P-?????-of-00003"; none of another.
std::optional<ShardPath> parse_shard_path(std::string_view path);

std::string shard_file_path(std::string_view stem, uint64_t shard, uint64_t count);
std::string shard_pattern(std::string_view stem, uint64_t count);

// What the entry under the empty key says of a tensor.
struct SavedTensor {
  std::string name;
  Shape shape;
  uint64_t dtype_code = 0;
  std::vector<Box> slices;  // as they are spelled
  Status status;            // whether all this could be read
};

// In the order of the file. Fails: kCorrupt (also where a tensor's name cannot be read);
// kUnsupported if the file asks for a newer reader.
// kExhausted above the limit on their number.
Result<std::vector<SavedTensor>> parse_saved_meta(std::span<const std::byte> message,
                                                  const OpenLimits& limits = {});
std::string encode_saved_meta(std::span<const SavedTensor> tensors);

// The entry of a slice up to its values, which take `value_bytes` in the field of their type; of
// strings they are part of `fields`.
std::string encode_slice_head(std::string_view name, const Box& slice, DType dtype,
                              uint64_t value_bytes, std::string_view fields);

// The slice that is the whole tensor, "-:-".
Box all_of(const Shape& shape);

}  // namespace holdall::tf_v1
