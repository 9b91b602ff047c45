#include "codec/stored_block.h"

#include <utility>

#include "base/byte_cursor.h"
#include "base/checked_math.h"
#include "base/endian.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "checksum/crc32c.h"
#include "codec/snappy_block.h"

namespace holdall {
namespace {

std::optional<TableBlockHandle> parse_handle(ByteCursor& cursor) {
  const auto offset_in_file = cursor.read_varint64();
  const auto size_bytes = offset_in_file ? cursor.read_varint64() : std::nullopt;
  if (!size_bytes) return std::nullopt;
  return TableBlockHandle{*offset_in_file, *size_bytes};
}

// The stored bytes of a block, with the type byte after them, once the checksum of both was right.
Result<std::span<const std::byte>> check_stored_block(std::span<const std::byte> stored,
                                                      uint64_t offset_in_file) {
  const auto summed = stored.first(stored.size() - sizeof(uint32_t));
  const uint32_t expected = crc32c_unmask(load_le<uint32_t>(stored.data() + summed.size()));
  const uint32_t found = crc32c(summed);
  if (found != expected) {
    return make_error(
        Code::kCorrupt, reason::kChecksum,
        "block checksum mismatch at byte {}: CRC-32C of the block's {} bytes and type is {:#010x}, "
        "the file says {:#010x}",
        offset_in_file, summed.size() - 1, found, expected);
  }
  return summed;
}

}  // namespace

Result<TableFooter> parse_table_footer(std::span<const std::byte> tail, uint64_t file_size) {
  if (tail.size() < kTableFooterSizeBytes) {
    return make_error(
        Code::kCorrupt, reason::kCutShort,
        "file is too short to be an sstable: it has {} bytes, the footer alone has {}; "
        "file may be cut short",
        file_size, kTableFooterSizeBytes);
  }
  const auto footer = tail.last(kTableFooterSizeBytes);
  const auto magic = load_le<uint64_t>(footer.data() + kTableFooterHandlesSizeBytes);
  if (magic != kTableMagic) {
    return corrupt(
        "not an sstable (bad magic number): the last 8 bytes are {:#018x}, expected {:#018x}; "
        "file may be cut short, or be no table",
        magic, kTableMagic);
  }
  ByteCursor cursor(footer.first(kTableFooterHandlesSizeBytes));
  const auto metaindex = parse_handle(cursor);
  const auto index = metaindex ? parse_handle(cursor) : std::nullopt;
  if (!index) {
    return corrupt("bad block handle: footer at byte {} does not begin with two handles",
                   file_size - kTableFooterSizeBytes);
  }
  return TableFooter{*metaindex, *index};
}

Result<uint64_t> checked_block_end(uint64_t file_size, const TableBlockHandle& handle) {
  const uint64_t footer_offset_in_file = file_size - kTableFooterSizeBytes;
  const auto size_bytes = checked_add(handle.size_bytes, kTableBlockTrailerSizeBytes);
  if (!size_bytes || !fits_in(handle.offset_in_file, *size_bytes, footer_offset_in_file)) {
    return corrupt(
        "bad block handle: block of {} bytes at byte {} and its trailer of {} do not end before "
        "the footer, at byte {}",
        handle.size_bytes, handle.offset_in_file, kTableBlockTrailerSizeBytes,
        footer_offset_in_file);
  }
  return handle.offset_in_file + *size_bytes;
}

Result<TableBlockHandle> parse_index_value(const TableBlockCursor& index) {
  ByteCursor cursor(index.value());
  const auto handle = parse_handle(cursor);  // bytes after it have no meaning yet
  if (!handle) {
    return corrupt(
        "bad block handle in block at byte {}: the {} bytes of entry {} do not begin with one",
        index.block().offset_in_file(), index.value().size(), quote_front(index.key()));
  }
  return *handle;
}

Result<size_t> check_table_index(uint64_t file_size, const TableBlock& index) {
  TableBlockCursor cursor(index);
  uint64_t previous_end = 0;
  for (size_t count = 0;; ++count) {
    HOLDALL_TRY(cursor.next());
    if (!cursor.has_entry()) return count;
    HOLDALL_ASSIGN(const TableBlockHandle handle, parse_index_value(cursor));
    HOLDALL_ASSIGN(const uint64_t end, checked_block_end(file_size, handle));
    if (handle.offset_in_file < previous_end) {
      return corrupt(
          "bad block handle: block at byte {} begins before byte {}, where the one before it ends",
          handle.offset_in_file, previous_end);
    }
    previous_end = end;
  }
}

Result<DecodedTableBlock> decode_stored_block(std::span<const std::byte> stored,
                                              uint64_t offset_in_file) {
  HOLDALL_ASSIGN(const auto summed, check_stored_block(stored, offset_in_file));
  auto contents = summed.first(summed.size() - 1);
  const auto type = static_cast<uint8_t>(summed.back());
  DecodedTableBlock decoded;
  if (type == static_cast<uint8_t>(TableCompression::kSnappy)) {
    auto uncompressed = snappy_decompress(contents);
    if (!uncompressed.ok()) {
      return corrupt("corrupted compressed block contents at byte {}: {}", offset_in_file,
                     uncompressed.error().message);
    }
    decoded.uncompressed = std::move(uncompressed).value();
    contents = decoded.uncompressed;
  } else if (type != static_cast<uint8_t>(TableCompression::kNone)) {
    return corrupt("bad block type at byte {}: block type is {}, known are 0 (none) and 1 (Snappy)",
                   offset_in_file, type);
  }
  HOLDALL_ASSIGN(decoded.block, TableBlock::parse(contents, offset_in_file));
  return decoded;
}

Status visit_table_entries(const TableBlock& block, const TableBlockCursor& index,
                           const VisitBlockEntry& visit) {
  TableBlockCursor entries(block);
  HOLDALL_TRY(entries.next());
  if (!entries.has_entry()) return {};
  if (!index.previous_key_is_below(entries.key())) {
    return corrupt(
        "bad entry in block at byte {}: first key {} is not above the index key of the block "
        "before",
        block.offset_in_file(), quote_front(entries.key()));
  }
  while (true) {
    HOLDALL_TRY(visit(entries));
    if (!entries.has_more()) break;
    HOLDALL_TRY(entries.next());
  }
  if (entries.key() > index.key()) {
    return corrupt("bad entry in block at byte {}: last key {} is above the block's index key {}",
                   block.offset_in_file(), quote_front(entries.key()), quote_front(index.key()));
  }
  return entries.next();
}

Status check_table_entries(const TableBlock& block, const TableBlockCursor& index) {
  return visit_table_entries(block, index, [](const TableBlockCursor&) { return Status(); });
}

}  // namespace holdall
