// A sorted table, as SortedTableWriter makes it, whose values are partly not at hand: for tensors
// that stream into a file. What is known is laid out; the gaps are for the caller to fill, and the
// checksums of the blocks come once those of the gaps' bytes are known.
//
//   text(0) | gap 0 | text(1) | gap 1 | ... | text(gap_count())
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/sorted_table_writer.h"

namespace holdall {

class TableOutline {
 public:
  // Requires: options without compression.
  explicit TableOutline(const TableWriterOptions& options = {});

  // Requires: `key` is above all keys before it, and key and value have at most 2^32 - 1 bytes.
  void add(std::string_view key, std::span<const std::byte> value);
  // The value ends with a gap.
  void add(std::string_view key, std::span<const std::byte> value_head, uint64_t gap_bytes);
  // Requires: the last call that changes anything.
  void finish();

  size_t gap_count() const { return gap_bytes_.size(); }
  uint64_t size_bytes() const { return offset_in_file_; }

  // What stands before gap `number`, or behind the last. `checksum_of` gives the CRC-32C of what is
  // in a gap, and is asked for gaps before this one only. Requires: number <= gap_count().
  std::string text(size_t number, const std::function<uint32_t(size_t gap)>& checksum_of) const;

 private:
  // Where among the texts.
  struct Position {
    size_t text = 0;
    size_t offset = 0;
  };
  // A checksum to come, of everything from the start of its block on.
  struct LateChecksum {
    Position block_start;
    size_t offset = 0;
  };
  struct Text {
    std::string bytes;
    std::optional<LateChecksum> checksum = {};  // between two gaps ends one block with gaps at most
  };

  void add_entry(std::string_view key, std::span<const std::byte> value, uint64_t gap_bytes);
  void flush();
  TableBlockHandle end_block(uint64_t size_bytes, std::string_view end);

  TableWriterOptions options_;
  TableBlockBuilder data_block_;
  TableIndexBuilder index_;
  std::string last_key_;
  Position block_start_;
  uint64_t offset_in_file_ = 0;
  std::vector<Text> texts_ = std::vector<Text>(1);
  std::vector<uint64_t> gap_bytes_;
};

}  // namespace holdall
