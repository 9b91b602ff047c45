// Fuzzes the reader of sorted tables. The input is taken as a file; as a file whose checksums are
// made right first, or no mutation would get past them; and as a script for drafting a table that
// is nearly right. Beyond not failing: what a walk gives, a search gives too.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_cursor.h"
#include "base/checked_math.h"
#include "base/endian.h"
#include "base/fuzz_require_testing.h"
#include "base/message.h"
#include "checksum/crc32c.h"
#include "codec/repairing_mutator_testing.h"
#include "codec/snappy_block.h"
#include "codec/sorted_table_reader.h"
#include "codec/sorted_table_testing.h"
#include "codec/table_salvage.h"

namespace holdall {
namespace {

// The block's bytes, if the handle that the cursor is before leads to any; its checksum is right
// now.
std::span<const std::byte> repair_block(std::span<std::byte> file, ByteCursor& handle) {
  const auto offset_in_file = handle.read_varint64();
  const auto size_bytes = handle.read_varint64();
  if (!offset_in_file || !size_bytes || *size_bytes > file.size()) return {};
  if (!fits_in(*offset_in_file, *size_bytes + kTableBlockTrailerSizeBytes, file.size())) return {};
  const auto stored = file.subspan(*offset_in_file, *size_bytes + 1);
  store_le(stored.data() + stored.size(), crc32c_mask(crc32c(stored)));
  return stored.first(*size_bytes);
}

// Repairs the blocks that the entries of an index block name, as far as the entries can be read.
void repair_data_blocks(std::span<std::byte> file, std::span<const std::byte> index_block) {
  // A copy, since the blocks to repair may overlap it.
  const std::vector<std::byte> index(index_block.begin(), index_block.end());
  ByteCursor cursor(index);
  while (true) {
    const auto shared = cursor.read_varint32();
    const auto suffix_size_bytes = cursor.read_varint32();
    const auto value_size_bytes = cursor.read_varint32();
    if (!shared || !suffix_size_bytes || !value_size_bytes) return;
    const auto suffix = cursor.read_bytes(*suffix_size_bytes);
    const auto value = cursor.read_bytes(*value_size_bytes);
    if (!suffix || !value) return;
    ByteCursor handle(*value);
    repair_block(file, handle);
  }
}

void repair(std::span<std::byte> file) {
  if (file.size() < kTableFooterSizeBytes) return;
  const auto footer = file.last(kTableFooterSizeBytes);
  store_le(footer.data() + kTableFooterHandlesSizeBytes, kTableMagic);
  // Twice, since a data block's checksum may lie in the index block.
  for (int i = 0; i < 2; ++i) {
    ByteCursor handles(footer.first(kTableFooterHandlesSizeBytes));
    repair_block(file, handles);
    const auto index = repair_block(file, handles);
    if (i == 1 || index.empty()) continue;
    const auto uncompressed = snappy_decompress(index);
    const bool is_snappy = *(index.data() + index.size()) == std::byte{1} && uncompressed.ok();
    repair_data_blocks(file, is_snappy ? *uncompressed : index);
  }
}

// Reads a script; at its end all numbers are 0 and all texts empty.
class TableScript {
 public:
  explicit TableScript(std::span<const std::byte> script) : script_(script) {}

  bool is_at_end() const { return script_.is_at_end(); }
  uint64_t below(uint64_t limit) { return script_.read_u8().value_or(0) % limit; }
  std::string_view text(uint64_t limit) {
    const uint64_t size_bytes = below(limit);
    return text_of(*script_.read_bytes(std::min(size_bytes, script_.remaining_bytes())));
  }

  // Mostly `right`; else a number that may meet a bound, or wrap.
  uint64_t nearly(uint64_t right) {
    switch (below(32)) {
      case 31: return UINT32_MAX - below(64);
      case 30: return uint64_t{1} << 31;
      case 29: return UINT64_MAX - below(64);
      case 28: return right + 1;
      case 27: return right - 1;
      case 26: return below(256);
      default: return right;
    }
  }

 private:
  ByteCursor script_;
};

std::string draft_scripted_block(TableScript& script) {
  std::string entries;
  std::vector<uint32_t> restarts;
  const uint64_t entry_count = script.below(8);
  for (uint64_t i = 0; i < entry_count; ++i) {
    const bool is_restart = i == 0 || script.below(3) == 0;
    if (is_restart) restarts.push_back(static_cast<uint32_t>(script.nearly(entries.size())));
    append_varint(entries, is_restart ? script.nearly(0) : script.below(4));
    const auto suffix = script.text(8);
    const auto value = script.text(32);
    append_varint(entries, script.nearly(suffix.size()));
    append_varint(entries, script.nearly(value.size()));
    entries.append(suffix).append(value);
  }
  std::string block = draft_block(entries, restarts);
  if (script.below(8) == 1) block.resize(block.size() - 1);
  return block;
}

std::string draft_scripted_table(TableScript script) {
  std::vector<DraftBlock> blocks;
  uint64_t offset_in_file = 0;
  while (!script.is_at_end() && blocks.size() < 8) {
    DraftBlock block;
    block.stored = draft_scripted_block(script);
    block.index_key = script.text(8);
    block.type = static_cast<uint8_t>(script.below(4));
    if (block.type == 1) block.stored = snappy_compress(bytes_of(block.stored));
    const uint64_t size_bytes = block.stored.size();
    block.index_value = draft_handle(script.nearly(offset_in_file), script.nearly(size_bytes));
    offset_in_file += size_bytes + kTableBlockTrailerSizeBytes;
    blocks.push_back(std::move(block));
  }
  return draft_table(blocks);
}

struct SeenEntry {
  std::string key;
  std::vector<std::byte> value;
};

// A visit gives what a walk gives, of a damaged block perhaps more, and says the same.
void check_visit(const SortedTable& table, const std::vector<SeenEntry>& seen,
                 const Status& status) {
  size_t count = 0;
  const Status visited =
      table.visit(0, table.block_count(), [&](const TableBlockCursor& entry) -> Status {
        const size_t i = count++;
        if (i >= seen.size()) return {};
        require(seen[i].key == entry.key() && std::ranges::equal(seen[i].value, entry.value()));
        return {};
      });
  require(count >= seen.size() && visited.ok() == status.ok());
  require(status.ok() ? count == seen.size() : visited.error().message == status.error().message);
}

// A walk may come to a damaged block; what it gave until then must be found all the same.
void check_table(const SortedTable& table) {
  std::vector<SeenEntry> seen;
  TableCursor cursor = table.cursor();
  Status status;
  while ((status = cursor.next()).ok() && cursor.has_entry()) {
    require(seen.empty() || seen.back().key < cursor.key());
    seen.push_back({std::string(cursor.key()), {cursor.value().begin(), cursor.value().end()}});
  }
  require(status.ok() || status.error().code == Code::kCorrupt);
  check_visit(table, seen, status);
  TableCursor finder = table.cursor();
  for (const SeenEntry& entry : seen) {
    const auto value = finder.find(entry.key);
    require(value.ok() && value->has_value() && std::ranges::equal(**value, entry.value));
    if (!status.ok()) continue;
    const auto missing = finder.find(entry.key + '\0');
    require(missing.ok());
    require(!missing->has_value() || finder.key() == entry.key + '\0');
  }
}

// Salvage gives what a walk gives up to the damage, and then more; all in order, and what is lost
// between two neighbours.
void check_salvage(const SortedTable& table) {
  std::vector<std::string> keys;
  const auto lost =
      visit_sound_entries(table, [&](std::string_view key, std::span<const std::byte>) {
        require(keys.empty() || keys.back() < key);
        keys.emplace_back(key);
      });
  for (const LostTableRange& range : lost) {
    require(range.block_count > 0 && range.cause.code == Code::kCorrupt);
    const auto at = range.key_before ? std::ranges::find(keys, *range.key_before) : keys.begin();
    const auto next = range.key_before ? at + 1 : at;
    require(range.key_after ? next != keys.end() && *next == *range.key_after : next == keys.end());
  }
  size_t i = 0;
  TableCursor cursor = table.cursor();
  while (cursor.next().ok() && cursor.has_entry()) require(keys.at(i++) == cursor.key());
  require(!lost.empty() || i == keys.size());
}

// So does salvage without footer and index block, up to the first damage.
void check_leading(std::span<const std::byte> file) {
  std::optional<std::string> last_key;
  const Error cause = corrupt("the end");
  const auto lost =
      visit_leading_entries(file, cause, [&](std::string_view key, std::span<const std::byte>) {
        require(!last_key || *last_key < key);
        last_key = key;
      });
  require(lost.empty() || (lost.size() == 1 && lost[0].key_before == last_key));
  require(lost.empty() || (!lost[0].key_after && lost[0].cause.message == "the end"));
}

void check_file(std::span<const std::byte> file) {
  check_leading(file);
  const auto table = SortedTable::open(file);
  if (table.ok()) {
    check_table(*table);
    check_salvage(*table);
  } else {
    require(table.error().code == Code::kCorrupt);
  }
}

}  // namespace

void repair_input(std::span<std::byte> input) {
  repair(input);
}

}  // namespace holdall

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace holdall;
  const auto input = std::as_bytes(std::span(data, size));
  check_file(input);
  std::vector<std::byte> repaired(input.begin(), input.end());
  repair(repaired);
  check_file(repaired);
  check_file(bytes_of(draft_scripted_table(TableScript(input))));
  return 0;
}
