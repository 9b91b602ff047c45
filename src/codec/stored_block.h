// The ways into a sorted table, for its readers: footer, handles and blocks as they are stored.
// All is checked against the size of the file; messages give offsets in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "codec/sorted_table_layout.h"
#include "codec/table_block.h"
#include "holdall/status.h"

namespace holdall {

struct TableFooter {
  TableBlockHandle metaindex;
  TableBlockHandle index;
};

// `tail` is the end of a file of `file_size` bytes: the footer, or all of it if that is shorter.
// Fails: kCorrupt.
Result<TableFooter> parse_table_footer(std::span<const std::byte> tail, uint64_t file_size);

// The offset of the first byte after the block and its trailer. Both must end before the footer;
// TensorFlow asks only that they end in the file. Fails: kCorrupt.
Result<uint64_t> checked_block_end(uint64_t file_size, const TableBlockHandle& handle);

// The handle that the cursor's entry of an index block is. Fails: kCorrupt.
Result<TableBlockHandle> parse_index_value(const TableBlockCursor& index);

// Whether data blocks come in the order of the index and do not overlap: as every writer lays them
// out, and so that to decode all of them is work in proportion to the file. Returns how many they
// are. Fails: kCorrupt.
Result<size_t> check_table_index(uint64_t file_size, const TableBlock& index);

// A block as the file has it, or as Snappy gives it. Moving keeps `block` valid.
struct DecodedTableBlock {
  DecodedTableBlock() = default;
  DecodedTableBlock(DecodedTableBlock&&) = default;
  DecodedTableBlock& operator=(DecodedTableBlock&&) = default;

  std::vector<std::byte> uncompressed;
  TableBlock block;  // borrows `uncompressed` or the file
};

// `stored` is the block with its trailer, which the block borrows. Fails: kCorrupt (checksum, type,
// what Snappy refuses).
Result<DecodedTableBlock> decode_stored_block(std::span<const std::byte> stored,
                                              uint64_t offset_in_file);

// Stands on the entry that is visited. A failure ends the visit.
using VisitBlockEntry = std::function<Status(const TableBlockCursor& entry)>;

// Visits all entries, and checks that the keys lie within what `index`, at this block's entry,
// says. Keys thereby increase over the whole file, and a search comes to the right block. What is
// wrong with an entry, or with the last key, is found once those before it were visited.
Status visit_table_entries(const TableBlock& block, const TableBlockCursor& index,
                           const VisitBlockEntry& visit);
Status check_table_entries(const TableBlock& block, const TableBlockCursor& index);

}  // namespace holdall
