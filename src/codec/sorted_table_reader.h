// Reads a sorted table (sorted_table_layout.h) that lies in memory, mapped or read. It does no I/O.
//
//   HOLDALL_ASSIGN(const SortedTable table, SortedTable::open(file));
//   TableCursor cursor = table.cursor();
//   while (true) {
//     HOLDALL_TRY(cursor.next());
//     if (!cursor.has_entry()) break;
//     use(cursor.key(), cursor.value());
//   }
//
// A block is decoded when it is first needed, checked as a whole, and only then are its entries
// given out. A damaged block is an error, where TensorFlow's reader silently steps over it if there
// is another one. Messages give offsets in the file, not its name.
//
// The file's bytes are borrowed by the table and by its cursors and must outlive both; the table
// must outlive its cursors. A table is read-only and may be shared; a cursor belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "codec/sorted_table_layout.h"
#include "codec/stored_block.h"
#include "codec/table_block.h"
#include "holdall/status.h"

namespace holdall {

class TableCursor {
 public:
  // Moves to the next entry, in key order, or after the last. kCorrupt if the block it comes to is
  // damaged; the error stays, since to go on would be to leave that block out.
  Status next();

  // After next() failed: forgets the error, so that the next call goes on behind the damaged block.
  // False, and the error stays, if that was not of a block. For those who tell what they leave out
  // (table_salvage.h).
  bool skip_block();

  // Moves to the entry with this key and returns its value; none, and after the last entry, if
  // there is no such key. kCorrupt if the block where the key belongs is damaged. Searches that
  // stay in one block decode it once. Requires: `key` is not a view of this cursor's own key().
  Result<std::optional<std::span<const std::byte>>> find(std::string_view key) &;

  bool has_entry() const { return entries_.has_entry(); }

  // The current entry. Both live until the cursor moves; the value of a block that is not
  // compressed lies in the file and lives as long as that. Requires: has_entry().
  std::string_view key() const { return entries_.key(); }
  std::span<const std::byte> value() const { return entries_.value(); }

  // Where the current entry's block begins in the file. Requires: has_entry().
  uint64_t block_offset_in_file() const { return entries_.block().offset_in_file(); }

 private:
  friend class SortedTable;
  TableCursor(std::span<const std::byte> file, const TableBlock& index)
      : file_(file), index_block_(index), index_(index) {}

  Status advance();
  Status seek(std::string_view key);
  // Goes before the first entry of the block that the current index entry names.
  Status enter_block();

  std::span<const std::byte> file_;
  TableBlock index_block_;
  TableBlockCursor index_;
  DecodedTableBlock block_;
  // Where in the file block_ comes from, if it passed all checks.
  std::optional<uint64_t> checked_block_offset_;
  TableBlockCursor entries_;
  Status fault_;
};

class SortedTable {
 public:
  // Checks the footer and the whole index block: its checksum, keys and handles. kCorrupt, with
  // reason::kCutShort or reason::kChecksum where they apply.
  static Result<SortedTable> open(std::span<const std::byte> file);

  // Stands before the first entry.
  TableCursor cursor() const { return {file_, index_.block}; }

  // Visits the entries of blocks `first` to `end` - 1, in key order, in half of the time of a
  // cursor's walk: that looks at a block as a whole before it gives out anything of it. Several
  // visits may run at once. Fails as TableCursor::next(), and as `visit`.
  Status visit(size_t first, size_t end, const VisitBlockEntry& visit) const;

  // Visits the first entry, if there is one, whatever is wrong behind it in its block.
  Status visit_first(const VisitBlockEntry& visit) const;

  size_t block_count() const { return block_count_; }

 private:
  SortedTable(std::span<const std::byte> file, DecodedTableBlock index, size_t block_count)
      : file_(file), index_(std::move(index)), block_count_(block_count) {}

  std::span<const std::byte> file_;
  DecodedTableBlock index_;
  size_t block_count_ = 0;
};

}  // namespace holdall
