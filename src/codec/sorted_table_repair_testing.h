// For fuzz targets of formats that are sorted tables: damaged files whose checksums are right,
// since nothing behind a wrong one is ever reached.
#pragma once

#include <algorithm>
#include <span>
#include <string>

#include "base/byte_cursor.h"
#include "base/checked_math.h"
#include "checksum/crc32c.h"
#include "codec/sorted_table_layout.h"
#include "codec/table_block.h"

namespace holdall {

inline std::span<std::byte> writable_bytes(std::string& text) {
  return std::as_writable_bytes(std::span(text));
}

// Makes the checksum of the block right that the handle names; the block, or nothing.
inline std::span<const std::byte> repair_block(std::string& file, ByteCursor& handle) {
  const auto offset = handle.read_varint64();
  const auto size_bytes = handle.read_varint64();
  const auto end = offset && size_bytes ? checked_add(*offset, *size_bytes) : std::nullopt;
  if (!end || !fits_in(*end, kTableBlockTrailerSizeBytes, file.size())) return {};
  const auto covered = writable_bytes(file).subspan(*offset, *size_bytes + 1);
  store_le(writable_bytes(file).data() + *end + 1, crc32c_mask(crc32c(covered)));
  return covered.first(*size_bytes);
}

// Makes the checksums of a table right, as far as there is one.
inline void repair_table(std::string& file) {
  if (file.size() < kTableFooterSizeBytes) return;
  const std::string handles = file.substr(file.size() - kTableFooterSizeBytes);
  // Twice, since one block's checksum may lie in another block.
  for (int round = 0; round < 2; ++round) {
    ByteCursor footer(bytes_of(handles));
    repair_block(file, footer);
    const std::string index(text_of(repair_block(file, footer)));
    const auto block = TableBlock::parse(bytes_of(index), 0);
    if (!block.ok()) return;
    TableBlockCursor entry(*block);
    while (entry.next().ok() && entry.has_entry()) {
      ByteCursor handle(entry.value());
      repair_block(file, handle);
    }
  }
}

// The same in place.
inline void repair_table_bytes(std::span<std::byte> bytes) {
  std::string file(text_of(bytes));
  repair_table(file);
  std::copy_n(bytes_of(file).begin(), bytes.size(), bytes.begin());
}

}  // namespace holdall
