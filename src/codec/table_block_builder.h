// Builds one block of a sorted table (table_block.h), uncompressed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdall {

class TableBlockBuilder {
 public:
  // Every `restart_interval`-th entry shares nothing with the one before it. Requires: not 0.
  explicit TableBlockBuilder(uint32_t restart_interval) : restart_interval_(restart_interval) {}

  // Requires: `key` is above the keys before it; key and value have at most 2^32 - 1 bytes each,
  // and the block has no more than that yet.
  void add(std::string_view key, std::span<const std::byte> value) { add(key, value, 0); }
  // The value goes on with bytes that are not at hand: take() has to come next.
  void add(std::string_view key, std::span<const std::byte> value_head, uint64_t missing_bytes);

  // What there is up to those bytes, which count as if they were here. The rest comes by the next
  // take() or by finish().
  std::string take();

  bool is_empty() const { return taken_bytes_ == 0 && contents_.empty(); }
  // Of the block that finish() would end now.
  uint64_t size_bytes() const;
  // The block; the builder is empty again.
  std::string finish();

 private:
  uint32_t restart_interval_;
  uint32_t entries_since_restart_ = 0;
  std::string contents_;
  uint64_t taken_bytes_ = 0;    // what is before contents_
  uint64_t missing_bytes_ = 0;  // and right behind it
  // The first restart is there even if no entry ever is.
  std::vector<uint32_t> restarts_ = {0};
  std::string last_key_;
};

}  // namespace holdall
