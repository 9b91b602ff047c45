// What reader and writer of safetensors share: limits, file names, dtype codes (safetensors.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "holdall/dtype.h"

namespace holdall::safetensors {

inline constexpr std::string_view kSuffix = ".safetensors";
inline constexpr std::string_view kIndexSuffix = ".safetensors.index.json";
inline constexpr std::string_view kMetadataKey = "__metadata__";

// Of the metadata, the one that says which library's tensors they are.
inline constexpr std::string_view kFormatKey = "format";

// Names beyond a file's tensors. Each takes the memory of the tensor that it is tied to: without a
// limit a small file could fill any machine's. Deflated archives can give about as much.
inline constexpr size_t kMaxAliases = 1000;

// The header's length, before it.
inline constexpr uint64_t kLengthBytes = 8;

// The reference's limit: no header is longer.
inline constexpr uint64_t kMaxHeaderBytes = 100'000'000;

// Ours, for the index file, which has a line a tensor.
inline constexpr uint64_t kMaxIndexBytes = 100'000'000;

// The reference's writer pads the header with spaces, so that the tensors begin at a multiple.
inline constexpr uint64_t kHeaderAlignment = 8;

// JSON's numbers are doubles to some parsers, which hold integers exactly below this.
inline constexpr uint64_t kMaxDimension = (uint64_t{1} << 53) - 1;

// Shards are counted in five digits.
inline constexpr uint32_t kMaxShardCount = 99'999;

// One row a code, in the order in which the reference's writer sorts tensors, the last first.
struct DTypeCode {
  std::string_view code;
  unsigned bits = 0;              // of one element
  DType dtype = DType::kUnknown;  // kUnknown: Holdall has no such type, or stores it otherwise
};
std::span<const DTypeCode> dtype_codes();

// The row of that code or type; null if there is none.
const DTypeCode* find_code(std::string_view code);
const DTypeCode* find_code(DType dtype);

// "model-00001-of-00003.safetensors" for "model.safetensors" or "model"; shards count from 0 here.
std::string shard_path(std::string_view path, uint32_t shard, uint32_t shard_count);

// Whether shard_path() of `of` makes such a path, with five digits in both places.
bool is_shard_path(std::string_view path, std::string_view of);

// "model.safetensors.index.json" for "model.safetensors" or "model".
std::string index_path(std::string_view path);

}  // namespace holdall::safetensors
