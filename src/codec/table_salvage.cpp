#include "codec/table_salvage.h"

namespace holdall {

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

}  // namespace holdall
