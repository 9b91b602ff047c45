// The entry of a tensor as TensorFlow and Holdall write it: no slices, its fields in ascending
// order, none of them a later version's. It is what nearly all entries of large indexes are, and to
// parse them takes most of the time that opening takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace holdall::tf_bundle {

struct PlainEntry {
  static constexpr size_t kMostDims = 8;

  uint64_t dtype_code = 0;
  size_t rank = 0;
  std::array<int64_t, kMostDims> dims = {};  // of which `rank` mean something
  uint32_t shard = 0;
  uint64_t offset = 0;
  uint64_t size_bytes = 0;
  uint32_t masked_crc32c = 0;

  // All but the dims, which are the most of it.
  void clear() {
    dtype_code = rank = shard = masked_crc32c = 0;
    offset = size_bytes = 0;
  }
  std::span<const int64_t> shape() const { return std::span(dims).first(rank); }
};

// False if it is another entry, or none: parse_entry() knows, and what both take they read alike.
bool parse_plain_entry(std::span<const std::byte> message, PlainEntry& entry);

}  // namespace holdall::tf_bundle
