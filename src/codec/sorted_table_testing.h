// For tests of sorted tables: entries in and out, and tables put together by hand, right or wrong,
// without the writer that is under test.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/try.h"
#include "checksum/crc32c.h"
#include "codec/proto_wire.h"
#include "codec/sorted_table_layout.h"
#include "codec/sorted_table_reader.h"
#include "codec/sorted_table_writer.h"

namespace holdall {

struct OwnedEntry {
  std::string key;
  std::string value;
  bool operator==(const OwnedEntry&) const = default;
};
using OwnedEntries = std::vector<OwnedEntry>;

// Pairs of hexadecimal digits; anything else is left out.
inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  std::optional<unsigned> high;
  for (const char c : hex) {
    const size_t digit = std::string_view("0123456789abcdef").find(c);
    if (digit == std::string_view::npos) continue;
    if (high) bytes += static_cast<char>(*high << 4 | static_cast<unsigned>(digit));
    high = high ? std::nullopt : std::optional(static_cast<unsigned>(digit));
  }
  return bytes;
}

inline Result<std::string> write_table(const OwnedEntries& entries,
                                       const TableWriterOptions& options = {}) {
  std::vector<TableEntry> borrowed;
  for (const OwnedEntry& entry : entries) borrowed.push_back({entry.key, bytes_of(entry.value)});
  return make_sorted_table(borrowed, options);
}

// All entries by iteration, each of them found again by its key.
inline Result<OwnedEntries> read_table(std::string_view file) {
  HOLDALL_ASSIGN(const SortedTable table, SortedTable::open(bytes_of(file)));
  OwnedEntries entries;
  TableCursor cursor = table.cursor();
  while (true) {
    HOLDALL_TRY(cursor.next());
    if (!cursor.has_entry()) break;
    entries.push_back({std::string(cursor.key()), std::string(text_of(cursor.value()))});
  }
  TableCursor finder = table.cursor();
  for (const OwnedEntry& entry : entries) {
    HOLDALL_ASSIGN(const auto value, finder.find(entry.key));
    if (!value || text_of(*value) != entry.value) {
      return Error{Code::kInvalidArgument, {}, {}, "test: " + entry.key + " is not found again"};
    }
  }
  return entries;
}

inline std::string draft_entry(uint32_t shared, std::string_view suffix, std::string_view value) {
  std::string entry;
  append_varint(entry, shared);
  append_varint(entry, suffix.size());
  append_varint(entry, value.size());
  return entry.append(suffix).append(value);
}

inline std::string draft_block(std::string_view entries, const std::vector<uint32_t>& restarts) {
  std::string block(entries);
  for (const uint32_t restart : restarts) append_fixed(block, restart);
  append_fixed(block, static_cast<uint32_t>(restarts.size()));
  return block;
}

inline std::string draft_handle(uint64_t offset_in_file, uint64_t size_bytes) {
  std::string handle;
  append_varint(handle, offset_in_file);
  append_varint(handle, size_bytes);
  return handle;
}

struct DraftBlock {
  std::string index_key;
  std::string stored;
  uint8_t type = 0;
  std::optional<std::string> index_value = std::nullopt;  // instead of the right handle
};

inline void append_draft_block(std::string& file, const DraftBlock& block) {
  std::string stored = block.stored;
  stored += static_cast<char>(block.type);
  append_fixed(stored, crc32c_mask(crc32c(bytes_of(stored))));
  file += stored;
}

inline std::string draft_footer(const std::string& handles) {
  std::string footer = handles;
  footer.resize(kTableFooterHandlesSizeBytes);
  append_fixed(footer, kTableMagic);
  return footer;
}

// Data blocks, and then what a table has around them; all checksums are right.
inline std::string draft_table(const std::vector<DraftBlock>& blocks) {
  std::string file;
  std::string index;
  std::vector<uint32_t> restarts;
  for (const DraftBlock& block : blocks) {
    const auto handle = block.index_value.value_or(draft_handle(file.size(), block.stored.size()));
    restarts.push_back(static_cast<uint32_t>(index.size()));
    index += draft_entry(0, block.index_key, handle);
    append_draft_block(file, block);
  }
  if (restarts.empty()) restarts = {0};
  const uint64_t metaindex_offset = file.size();
  append_draft_block(file, {"", draft_block("", {0})});
  const uint64_t index_offset = file.size();
  const std::string index_block = draft_block(index, restarts);
  append_draft_block(file, {"", index_block});
  return file + draft_footer(draft_handle(metaindex_offset, 8) +
                             draft_handle(index_offset, index_block.size()));
}

}  // namespace holdall
