#include "codec/sorted_table_reader.h"

#include <algorithm>
#include <utility>

#include "base/try.h"

namespace holdall {
namespace {

Result<DecodedTableBlock> decode_block(std::span<const std::byte> file,
                                       const TableBlockHandle& handle) {
  HOLDALL_ASSIGN(const uint64_t end, checked_block_end(file.size(), handle));
  return decode_stored_block(file.subspan(handle.offset_in_file, end - handle.offset_in_file),
                             handle.offset_in_file);
}

}  // namespace

Result<SortedTable> SortedTable::open(std::span<const std::byte> file) {
  const auto tail = file.last(std::min<uint64_t>(file.size(), kTableFooterSizeBytes));
  HOLDALL_ASSIGN(const TableFooter footer, parse_table_footer(tail, file.size()));
  // TensorFlow never looks at the metaindex block, so a file in which only that is damaged, or has
  // another content, is one that it reads. Nothing in it would be of use here.
  HOLDALL_TRY(checked_block_end(file.size(), footer.metaindex));
  HOLDALL_ASSIGN(DecodedTableBlock index, decode_block(file, footer.index));
  HOLDALL_ASSIGN(const size_t block_count, check_table_index(file.size(), index.block));
  return SortedTable(file, std::move(index), block_count);
}

Status SortedTable::visit(size_t first, size_t end, const VisitBlockEntry& visit) const {
  TableBlockCursor index(index_.block);
  for (size_t number = 0; number < end; ++number) {
    HOLDALL_TRY(index.next());
    if (!index.has_entry()) return {};
    if (number < first) continue;
    HOLDALL_ASSIGN(const TableBlockHandle handle, parse_index_value(index));
    HOLDALL_ASSIGN(const DecodedTableBlock block, decode_block(file_, handle));
    HOLDALL_TRY(visit_table_entries(block.block, index, visit));
  }
  return {};
}

Status SortedTable::visit_first(const VisitBlockEntry& visit) const {
  TableBlockCursor index(index_.block);
  while (true) {
    HOLDALL_TRY(index.next());
    if (!index.has_entry()) return {};
    HOLDALL_ASSIGN(const TableBlockHandle handle, parse_index_value(index));
    HOLDALL_ASSIGN(const DecodedTableBlock block, decode_block(file_, handle));
    TableBlockCursor entries(block.block);
    HOLDALL_TRY(entries.next());
    if (entries.has_entry()) return visit(entries);
  }
}

Status TableCursor::next() {
  if (!fault_.ok()) return fault_;
  Status status = advance();
  if (!status.ok()) {
    entries_ = TableBlockCursor();
    fault_ = status;
  }
  return status;
}

bool TableCursor::skip_block() {
  // Each time an entry of the index is used up, so that this comes to an end.
  if (!index_.has_entry()) return false;
  fault_ = Status();
  return true;
}

Status TableCursor::advance() {
  while (true) {
    HOLDALL_TRY(entries_.next());
    if (entries_.has_entry()) return {};
    HOLDALL_TRY(index_.next());
    if (!index_.has_entry()) return {};
    HOLDALL_TRY(enter_block());
  }
}

Result<std::optional<std::span<const std::byte>>> TableCursor::find(std::string_view key) & {
  fault_ = seek(key);
  if (fault_.ok() && has_entry() && this->key() == key) return std::optional(value());
  // Nothing is left to come, also after a miss; the decoded block stays for the next search.
  index_ = TableBlockCursor();
  entries_ = TableBlockCursor();
  if (!fault_.ok()) return fault_.error();
  return std::optional<std::span<const std::byte>>();
}

Status TableCursor::seek(std::string_view key) {
  entries_ = TableBlockCursor();
  index_ = TableBlockCursor(index_block_);
  HOLDALL_TRY(index_.seek(key));
  if (!index_.has_entry()) return {};
  HOLDALL_TRY(enter_block());
  return entries_.seek(key);
}

Status TableCursor::enter_block() {
  HOLDALL_ASSIGN(const TableBlockHandle handle, parse_index_value(index_));
  if (checked_block_offset_ != handle.offset_in_file) {
    checked_block_offset_.reset();
    HOLDALL_ASSIGN(block_, decode_block(file_, handle));
    HOLDALL_TRY(check_table_entries(block_.block, index_));
    checked_block_offset_ = handle.offset_in_file;
  }
  entries_ = TableBlockCursor(block_.block);
  return {};
}

}  // namespace holdall
