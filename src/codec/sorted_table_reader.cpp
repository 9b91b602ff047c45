#include "codec/sorted_table_reader.h"

#include <utility>

#include "base/byte_cursor.h"
#include "base/checked_math.h"
#include "base/endian.h"
#include "base/message.h"
#include "base/try.h"
#include "checksum/crc32c.h"
#include "codec/snappy_block.h"

namespace holdall {
namespace {

struct Footer {
  TableBlockHandle metaindex;
  TableBlockHandle index;
};

std::optional<TableBlockHandle> parse_handle(ByteCursor& cursor) {
  const auto offset_in_file = cursor.read_varint64();
  const auto size_bytes = offset_in_file ? cursor.read_varint64() : std::nullopt;
  if (!size_bytes) return std::nullopt;
  return TableBlockHandle{*offset_in_file, *size_bytes};
}

// The offset of the first byte after the block and its trailer. Both must end before the footer;
// TensorFlow asks only that they end in the file.
Result<uint64_t> checked_block_end(std::span<const std::byte> file,
                                   const TableBlockHandle& handle) {
  const uint64_t footer_offset_in_file = file.size() - kTableFooterSizeBytes;
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

Result<Footer> parse_footer(std::span<const std::byte> file) {
  if (file.size() < kTableFooterSizeBytes) {
    return make_error(
        Code::kCorrupt, reason::kCutShort,
        "file is too short to be an sstable: it has {} bytes, the footer alone has {}; "
        "file may be cut short",
        file.size(), kTableFooterSizeBytes);
  }
  const auto footer = file.last(kTableFooterSizeBytes);
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
                   file.size() - kTableFooterSizeBytes);
  }
  return Footer{*metaindex, *index};
}

Result<TableBlockHandle> parse_index_value(const TableBlockCursor& index) {
  ByteCursor cursor(index.value());
  const auto handle = parse_handle(cursor);  // bytes after it have no meaning yet
  if (!handle) {
    return corrupt(
        "bad block handle in block at byte {}: the {} bytes of entry {} do not begin with one",
        index.block().offset_in_file(), index.value().size(), quote_table_key(index.key()));
  }
  return *handle;
}

// The stored bytes of a block, with the type byte after them, once the checksum of both was right.
Result<std::span<const std::byte>> check_stored_block(std::span<const std::byte> file,
                                                      const TableBlockHandle& handle) {
  HOLDALL_ASSIGN(const uint64_t end, checked_block_end(file, handle));
  const auto stored = file.subspan(handle.offset_in_file, handle.size_bytes + 1);
  const uint32_t expected = crc32c_unmask(load_le<uint32_t>(file.data() + end - sizeof(uint32_t)));
  const uint32_t found = crc32c(stored);
  if (found != expected) {
    return make_error(
        Code::kCorrupt, reason::kChecksum,
        "block checksum mismatch at byte {}: CRC-32C of the block's {} bytes and type is {:#010x}, "
        "the file says {:#010x}",
        handle.offset_in_file, handle.size_bytes, found, expected);
  }
  return stored;
}

Result<DecodedTableBlock> decode_block(std::span<const std::byte> file,
                                       const TableBlockHandle& handle) {
  HOLDALL_ASSIGN(const auto stored, check_stored_block(file, handle));
  auto contents = stored.first(handle.size_bytes);
  const auto type = static_cast<uint8_t>(stored.back());
  DecodedTableBlock decoded;
  if (type == static_cast<uint8_t>(TableCompression::kSnappy)) {
    auto uncompressed = snappy_decompress(contents);
    if (!uncompressed.ok()) {
      return corrupt("corrupted compressed block contents at byte {}: {}", handle.offset_in_file,
                     uncompressed.error().message);
    }
    decoded.uncompressed = std::move(uncompressed).value();
    contents = decoded.uncompressed;
  } else if (type != static_cast<uint8_t>(TableCompression::kNone)) {
    return corrupt("bad block type at byte {}: block type is {}, known are 0 (none) and 1 (Snappy)",
                   handle.offset_in_file, type);
  }
  HOLDALL_ASSIGN(decoded.block, TableBlock::parse(contents, handle.offset_in_file));
  return decoded;
}

// Data blocks must come in the order of the index and not overlap: as every writer lays them out,
// and so that to decode all of them is work in proportion to the file, whatever the index holds.
Status check_index(std::span<const std::byte> file, const TableBlock& index) {
  TableBlockCursor cursor(index);
  uint64_t previous_end = 0;
  while (true) {
    HOLDALL_TRY(cursor.next());
    if (!cursor.has_entry()) return {};
    HOLDALL_ASSIGN(const TableBlockHandle handle, parse_index_value(cursor));
    HOLDALL_ASSIGN(const uint64_t end, checked_block_end(file, handle));
    if (handle.offset_in_file < previous_end) {
      return corrupt(
          "bad block handle: block at byte {} begins before byte {}, where the one before it ends",
          handle.offset_in_file, previous_end);
    }
    previous_end = end;
  }
}

// Walks all entries, and checks that the keys lie within what `index`, at this block's entry, says.
// Keys thereby increase over the whole file, and a search comes to the right block.
Status check_entries(const TableBlock& block, const TableBlockCursor& index) {
  TableBlockCursor entries(block);
  HOLDALL_TRY(entries.next());
  if (!entries.has_entry()) return {};
  if (!index.previous_key_is_below(entries.key())) {
    return corrupt(
        "bad entry in block at byte {}: first key {} is not above the index key of the block "
        "before",
        block.offset_in_file(), quote_table_key(entries.key()));
  }
  while (entries.has_more()) HOLDALL_TRY(entries.next());
  if (entries.key() > index.key()) {
    return corrupt("bad entry in block at byte {}: last key {} is above the block's index key {}",
                   block.offset_in_file(), quote_table_key(entries.key()),
                   quote_table_key(index.key()));
  }
  return entries.next();
}

}  // namespace

Result<SortedTable> SortedTable::open(std::span<const std::byte> file) {
  HOLDALL_ASSIGN(const Footer footer, parse_footer(file));
  // TensorFlow never looks at the metaindex block, so a file in which only that is damaged, or has
  // another content, is one that it reads. Nothing in it would be of use here.
  HOLDALL_TRY(checked_block_end(file, footer.metaindex));
  HOLDALL_ASSIGN(DecodedTableBlock index, decode_block(file, footer.index));
  HOLDALL_TRY(check_index(file, index.block));
  return SortedTable(file, std::move(index));
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
    HOLDALL_TRY(check_entries(block_.block, index_));
    checked_block_offset_ = handle.offset_in_file;
  }
  entries_ = TableBlockCursor(block_.block);
  return {};
}

}  // namespace holdall
