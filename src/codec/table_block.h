// One block of a sorted table, uncompressed: its entries, in key order, and the ways to them.
//
//   block := entry* restart* restart_count             restart, restart_count: fixed32
//   entry := shared suffix_size value_size suffix value           the sizes: varint32
//
// A key is the first `shared` bytes of the key before it and the suffix. Restarts are the offsets,
// in the block, of entries that share nothing; the first entry is one. Checksums, compression and
// what keys and values mean are not known here (sorted_table_reader.h).
//
// Both classes borrow the block's bytes. Every number is checked where it is used, not only once
// before, so that a mapped file which another process changes meanwhile gives wrong entries at
// worst.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "holdall/status.h"

namespace holdall {

class TableBlock {
 public:
  // A block without entries.
  TableBlock() = default;

  // Looks for the restart array only; restarts and entries are checked as a TableBlockCursor passes
  // them. Messages of both name the block by `offset_in_file`. Fails with kCorrupt.
  static Result<TableBlock> parse(std::span<const std::byte> bytes, uint64_t offset_in_file);

  uint64_t offset_in_file() const { return offset_in_file_; }
  std::span<const std::byte> entries() const { return entries_; }
  uint32_t restart_count() const { return restart_count_; }
  // Requires: index < restart_count(). The value is unchecked.
  uint32_t restart(uint32_t index) const;

 private:
  std::span<const std::byte> entries_;
  std::span<const std::byte> restarts_;
  uint32_t restart_count_ = 0;
  uint64_t offset_in_file_ = 0;
};

// Stands before the first entry, on an entry, or after the last one. An entry is given out only if
// it lies within the block, its key is above the key before it, and the restarts so far are entries
// that share nothing. All calls that move fail with kCorrupt; a cursor that failed is of no use.
class TableBlockCursor {
 public:
  TableBlockCursor() = default;
  explicit TableBlockCursor(const TableBlock& block) : block_(block) {}

  // Moves to the next entry, or after the last.
  Status next();
  // Moves to the first entry whose key is not below `target`, or after the last. In a block that
  // was not walked to its end before, what is skipped is unchecked.
  Status seek(std::string_view target);

  const TableBlock& block() const { return block_; }
  bool has_entry() const { return has_entry_; }
  bool has_more() const { return next_entry_ < block_.entries().size(); }

  // The current entry; the key lives until the cursor moves, the value as long as the block.
  // Requires: has_entry().
  std::string_view key() const { return key_; }
  std::span<const std::byte> value() const { return value_; }

  // Whether the entry before the current one has a key below `key`; true if there is none.
  // Requires: has_entry().
  bool previous_key_is_below(std::string_view key) const;

 private:
  struct Entry {
    uint32_t shared = 0;
    std::string_view suffix;
    std::span<const std::byte> value;
    uint64_t size_bytes = 0;
  };
  // Both require: `offset_in_block` lies within the entries.
  bool read_entry(uint64_t offset_in_block, Entry& entry) const;
  Error bad_entry(uint64_t offset_in_block) const;
  Status check_place_of(const Entry& entry);
  Status enter(const Entry& entry);
  Status leave();
  // The offset in the block of a restart that a search starts from.
  Result<uint64_t> checked_restart(uint32_t index) const;
  Result<uint32_t> count_restarts_below(std::string_view target) const;
  Error misplaced_restart(uint32_t index) const;

  TableBlock block_;
  uint64_t next_entry_ = 0;    // offset in the block
  uint32_t next_restart_ = 0;  // the first one not passed yet
  bool has_entry_ = false;
  std::string key_;
  // The previous key is the first shared_ bytes of key_ and previous_tail_. Keeping the tail alone
  // makes a walk linear in the size of the block, however long the keys are that it shares.
  size_t shared_ = 0;
  std::string previous_tail_;
  bool has_previous_ = false;
  std::span<const std::byte> value_;
};

}  // namespace holdall
