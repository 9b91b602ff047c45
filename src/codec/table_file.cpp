#include "codec/table_file.h"

#include <algorithm>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/try.h"

namespace holdall {
namespace {

// In the memory of the block before it.
Status load_into(LoadedTableBlock& block, const Reader& file, const TableBlockHandle& handle) {
  HOLDALL_ASSIGN(const uint64_t end, checked_block_end(file.size_bytes(), handle));
  const uint64_t size_bytes = end - handle.offset_in_file;
  // Blocks are nearly, and not quite, of one size.
  if (block.stored.capacity() < size_bytes) {
    block.stored.clear();
    block.stored.reserve(size_bytes + size_bytes / 8);
  }
  block.stored.resize(size_bytes);
  HOLDALL_TRY(file.read_exact(handle.offset_in_file, block.stored));
  HOLDALL_ASSIGN(block.decoded, decode_stored_block(block.stored, handle.offset_in_file));
  return {};
}

Result<LoadedTableBlock> load_block(const Reader& file, const TableBlockHandle& handle) {
  LoadedTableBlock block;
  HOLDALL_TRY(load_into(block, file, handle));
  return block;
}

Result<uint64_t> sum_of_blocks(const Reader& file) {
  HOLDALL_ASSIGN(const TableFile table, TableFile::open(file));
  HOLDALL_ASSIGN(const auto tail,
                 read_run(file, file.size_bytes() - kTableFooterSizeBytes, kTableFooterSizeBytes));
  HOLDALL_ASSIGN(const TableFooter footer, parse_table_footer(tail, file.size_bytes()));
  // Blocks do not overlap, so that their sum is no more than the file.
  uint64_t sum = footer.index.size_bytes + kTableBlockTrailerSizeBytes;
  TableBlockCursor blocks = table.blocks();
  while (true) {
    HOLDALL_TRY(blocks.next());
    if (!blocks.has_entry()) return sum;
    HOLDALL_ASSIGN(const TableBlockHandle handle, parse_index_value(blocks));
    sum += handle.size_bytes + kTableBlockTrailerSizeBytes;
  }
}

}  // namespace

Result<uint64_t> count_checked_bytes(const Reader& file) {
  auto sum = sum_of_blocks(file);
  if (!sum.ok() && sum.error().code != Code::kIo) return uint64_t{0};
  return sum;
}

Result<std::vector<std::byte>> read_run(const Reader& file, uint64_t offset, uint64_t size_bytes) {
  if (!fits_in(offset, size_bytes, file.size_bytes())) {
    return make_error(Code::kCorrupt, reason::kCutShort,
                      "{} bytes at byte {} reach past the end of the file, which has {} bytes",
                      size_bytes, offset, file.size_bytes());
  }
  std::vector<std::byte> bytes(size_bytes);
  HOLDALL_TRY(file.read_exact(offset, bytes));
  return bytes;
}

Result<TableFile> TableFile::open(const Reader& file) {
  const uint64_t tail_bytes = std::min(file.size_bytes(), kTableFooterSizeBytes);
  HOLDALL_ASSIGN(const auto tail, read_run(file, file.size_bytes() - tail_bytes, tail_bytes));
  HOLDALL_ASSIGN(const TableFooter footer, parse_table_footer(tail, file.size_bytes()));
  // As SortedTable::open(): nothing in the metaindex block would be of use here.
  HOLDALL_TRY(checked_block_end(file.size_bytes(), footer.metaindex));
  HOLDALL_ASSIGN(LoadedTableBlock index, load_block(file, footer.index));
  HOLDALL_TRY(check_table_index(file.size_bytes(), index.decoded.block));
  return TableFile(file, std::move(index));
}

Result<LoadedTableBlock> TableFile::load(const TableBlockCursor& at) const {
  HOLDALL_ASSIGN(const TableBlockHandle handle, parse_index_value(at));
  HOLDALL_ASSIGN(LoadedTableBlock block, load_block(*file_, handle));
  HOLDALL_TRY(check_table_entries(block.decoded.block, at));
  return block;
}

Result<std::optional<std::span<const std::byte>>> TableFinder::find(std::string_view key) {
  TableBlockCursor blocks = table_->blocks();
  HOLDALL_TRY(blocks.seek(key));
  if (!blocks.has_entry()) return std::optional<std::span<const std::byte>>();
  HOLDALL_ASSIGN(const TableBlockHandle handle, parse_index_value(blocks));
  if (offset_in_file_ != handle.offset_in_file) {
    offset_in_file_.reset();
    HOLDALL_TRY(load_into(block_, *table_->file_, handle));
    offset_in_file_ = handle.offset_in_file;
  }
  TableBlockCursor entries(block_.decoded.block);
  HOLDALL_TRY(entries.seek(key));
  if (!entries.has_entry() || entries.key() != key)
    return std::optional<std::span<const std::byte>>();
  return std::optional(entries.value());
}

}  // namespace holdall
