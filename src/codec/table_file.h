// Reads a sorted table (sorted_table_layout.h) from its file, block by block, so that one whose
// values are tensors is never in memory as a whole. SortedTable is for tables that are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "codec/stored_block.h"
#include "codec/table_block.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// Bytes of a file, checked to lie within it. Fails: kCorrupt, cut-short; kIo, kExhausted.
Result<std::vector<std::byte>> read_run(const Reader& file, uint64_t offset, uint64_t size_bytes);

// Moving keeps `decoded` valid.
struct LoadedTableBlock {
  std::vector<std::byte> stored;  // with the trailer
  DecodedTableBlock decoded;      // borrows `stored` unless that is compressed

  bool is_compressed() const { return !decoded.uncompressed.empty(); }
  std::span<const std::byte> contents() const {
    return is_compressed() ? std::span<const std::byte>(decoded.uncompressed) : stored;
  }
};

// Bytes of a table that its blocks' checksums cover: all but the footer and what nobody reads. 0 if
// it is none. Fails: kIo.
Result<uint64_t> count_checked_bytes(const Reader& file);

// A table is read-only and may be shared.
class TableFile {
 public:
  // Reads the footer and the whole index block, and checks them as SortedTable does. Borrows
  // `file`. Fails: kCorrupt, kIo, kExhausted.
  static Result<TableFile> open(const Reader& file);

  // Stands before the first entry; each is one data block (parse_index_value).
  TableBlockCursor blocks() const { return TableBlockCursor(index_.decoded.block); }

  // The block that the cursor stands on, checked as a whole. Fails: kCorrupt, kIo, kExhausted.
  Result<LoadedTableBlock> load(const TableBlockCursor& at) const;

 private:
  TableFile(const Reader& file, LoadedTableBlock index) : file_(&file), index_(std::move(index)) {}

  friend class TableFinder;

  const Reader* file_;
  LoadedTableBlock index_;
};

// Looks entries up. Of each block that one may be in the checksum is compared, but of its entries
// only what a search passes is checked, as TableBlockCursor says: in a file whose keys are out of
// order it may miss one. Blocks that no search comes to are not read. Belongs to one thread.
class TableFinder {
 public:
  // Borrows `table` and its file.
  explicit TableFinder(const TableFile& table) : table_(&table) {}

  // The value under the key, which lives until the next call; none if there is no such key.
  // Searches that stay in one block read it once. Fails: kCorrupt, kIo, kExhausted.
  Result<std::optional<std::span<const std::byte>>> find(std::string_view key);

 private:
  const TableFile* table_;
  std::optional<uint64_t> offset_in_file_;  // of block_
  LoadedTableBlock block_;
};

}  // namespace holdall
