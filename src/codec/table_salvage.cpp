#include "codec/table_salvage.h"

#include "base/endian.h"
#include "checksum/crc32c.h"
#include "codec/stored_block.h"

namespace holdall {
namespace {

// The block at the front of `bytes` with its trailer; none if no checksum holds. One pass, so that
// bytes in which it holds nowhere cost no more than they are.
std::optional<std::span<const std::byte>> find_block(std::span<const std::byte> bytes) {
  constexpr auto kLastType = static_cast<std::byte>(TableCompression::kSnappy);
  uint32_t crc = 0;
  for (size_t end = kTableBlockTrailerSizeBytes; end <= bytes.size(); ++end) {
    const std::byte* const type = bytes.data() + (end - kTableBlockTrailerSizeBytes);
    crc = crc32c_extend(crc, {type, 1});
    if (*type <= kLastType && crc32c_mask(crc) == load_le<uint32_t>(type + 1))
      return bytes.first(end);
  }
  return std::nullopt;
}

// Whether the entries are sound, and above `last_key`.
bool is_sound(const TableBlock& block, const std::optional<std::string>& last_key) {
  TableBlockCursor entries(block);
  if (!entries.next().ok()) return false;
  if (entries.has_entry() && last_key && entries.key() <= *last_key) return false;
  while (entries.has_entry()) {
    if (!entries.next().ok()) return false;
  }
  return true;
}

}  // namespace

std::vector<LostTableRange> visit_sound_entries(const SortedTable& table,
                                                const VisitTableEntry& visit) {
  std::vector<LostTableRange> lost;
  std::optional<std::string> last_key;
  bool is_in_lost = false;
  TableCursor cursor = table.cursor();
  while (true) {
    const Status status = cursor.next();
    if (!status.ok()) {
      if (!is_in_lost) lost.push_back({last_key, std::nullopt, 0, status.error()});
      is_in_lost = true;
      ++lost.back().block_count;
      if (!cursor.skip_block()) return lost;
      continue;
    }
    if (!cursor.has_entry()) return lost;
    if (is_in_lost) lost.back().key_after = cursor.key();
    is_in_lost = false;
    last_key = cursor.key();
    visit(cursor.key(), cursor.value());
  }
}

std::vector<LostTableRange> visit_leading_entries(std::span<const std::byte> file,
                                                  const Error& cause,
                                                  const VisitTableEntry& visit) {
  std::optional<std::string> last_key;
  for (uint64_t offset = 0; offset < file.size();) {
    const auto stored = find_block(file.subspan(offset));
    if (!stored) break;
    const auto decoded = decode_stored_block(*stored, offset);
    if (!decoded.ok() || !is_sound(decoded->block, last_key)) break;
    TableBlockCursor entries(decoded->block);
    if (!entries.next().ok()) break;
    if (!entries.has_entry()) return {};
    while (entries.has_entry()) {
      last_key = entries.key();
      visit(entries.key(), entries.value());
      if (!entries.next().ok()) break;
    }
    offset += stored->size();
  }
  std::vector<LostTableRange> lost;
  lost.push_back({last_key, std::nullopt, 1, cause});
  return lost;
}

}  // namespace holdall
