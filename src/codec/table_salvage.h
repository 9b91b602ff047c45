// What can still be read of a sorted table with damaged blocks: for salvage alone, since to leave
// entries out without a word would be to lie.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/sorted_table_reader.h"
#include "holdall/status.h"

namespace holdall {

// A run of damaged blocks, and the keys of the entries around it. Keys that a damaged block had
// lie between them.
struct LostTableRange {
  std::optional<std::string> key_before;  // of the last entry before it; none if there is none
  std::optional<std::string> key_after;   // of the first entry behind it
  uint64_t block_count = 0;
  Error cause = {};  // of its first block; the message gives its offset
};

using VisitTableEntry = std::function<void(std::string_view key, std::span<const std::byte> value)>;

// Calls `visit` for every entry of every sound block, in key order, and returns what is lost. As
// with a TableCursor, nothing of a block is given out before the whole of it was checked.
std::vector<LostTableRange> visit_sound_entries(const SortedTable& table,
                                                const VisitTableEntry& visit);

// The same of a file whose footer or index block is damaged (`cause`), by its data blocks alone:
// from the front, each as long as its checksum holds for, up to the first that has none. One range
// is lost unless they go on to the block without entries that stands behind them.
std::vector<LostTableRange> visit_leading_entries(std::span<const std::byte> file,
                                                  const Error& cause, const VisitTableEntry& visit);

}  // namespace holdall
