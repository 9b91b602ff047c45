// What some neighbouring blocks of an index list. Parts of one index are read by several threads,
// so a part looks at nothing but its own entries: those that are more than one run of bytes, or
// that something is wrong with, are put aside until all parts are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/tensor_rows.h"
#include "formats/tf_bundle/plain_entry.h"

namespace holdall::tf_bundle {

struct OtherEntry {
  size_t row = 0;  // where its tensor goes, among the part's rows
  std::string value;
};

struct SliceEntry {
  std::string key;
  std::string value;
};

// On cache lines of its own, as two threads fill neighbours.
class alignas(128) IndexPart {
 public:
  explicit IndexPart(uint64_t shard_count) : shard_count_(shard_count) {}

  // In the order of the keys.
  void add(std::string_view key, std::span<const std::byte> value);

  // Of what was added, which is slices and tensors.
  uint64_t count() const { return rows.count() + slices.size(); }

  // Room for as many tensors as there will be if all bytes of the part's blocks hold as many as
  // those up to here: with a million of them, to grow step by step would be half of the work.
  void make_room(uint64_t bytes_before, uint64_t bytes_of_all);

  TensorRows rows;
  std::vector<uint64_t> shards;  // by the rows' Extent::file_index
  std::deque<OtherEntry> others;
  std::deque<SliceEntry> slices;

 private:
  bool add_plain(std::string_view name, std::span<const std::byte> value);
  uint32_t file_index_of(uint64_t shard);

  uint64_t shard_count_;
  PlainEntry plain_entry_;
  std::unordered_map<uint64_t, uint32_t> file_of_shard_;
  uint32_t last_file_index_ = 0;  // most are in the file of the one before
};

}  // namespace holdall::tf_bundle
