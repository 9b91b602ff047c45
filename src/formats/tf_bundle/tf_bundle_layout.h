// What reader and writer of a tensor bundle share: file names, the header and the entry of a
// tensor, and their messages (tf_bundle.md, "The header" and "Entries").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall::tf_bundle {

inline constexpr std::string_view kIndexSuffix = ".index";
inline constexpr std::string_view kDataMark = ".data-";
inline constexpr std::string_view kMetaSuffix = ".meta";

// To what tensors may be aligned. Above it, padding would dwarf them; pages and direct I/O need
// 4096.
inline constexpr uint64_t kMaxAlignment = 1 << 20;

// "P.data-00002-of-00003": shard counts from 0; five digits at least.
std::string data_file_path(std::string_view prefix, uint64_t shard, uint64_t shard_count);

// `path` without ".data-SSSSS-of-NNNNN", or "" if it does not end so.
std::string_view strip_data_suffix(std::string_view path);

// The entry whose key is the empty string.
struct Header {
  int64_t shard_count = 0;
  ByteOrder byte_order = ByteOrder::kLittle;
};

// Fails: kCorrupt; kUnsupported if the file asks for a newer reader.
Result<Header> parse_header(std::span<const std::byte> message);
std::string encode_header(const Header& header);

// The entry of a tensor, of a slice, or of a partitioned tensor (which has `slices` and no bytes).
struct Entry {
  uint64_t dtype_code = 0;
  Shape shape;
  int64_t shard = 0;
  int64_t offset = 0;
  int64_t size_bytes = 0;
  uint32_t masked_crc32c = 0;
  std::vector<Box> slices;
};

// Fails: kCorrupt. Sizes and offsets are as the file has them; the reader checks them.
Result<Entry> parse_entry(std::span<const std::byte> message);
std::string encode_entry(const Entry& entry);

}  // namespace holdall::tf_bundle
