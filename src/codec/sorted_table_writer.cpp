#include "codec/sorted_table_writer.h"

#include <cassert>
#include <utility>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "checksum/crc32c.h"
#include "codec/snappy_block.h"

namespace holdall {
namespace {

constexpr uint64_t kMaxFieldSizeBytes = UINT32_MAX;  // sizes are varint32

bool is_worth_compressing(uint64_t raw_bytes, uint64_t compressed_bytes) {
  return compressed_bytes < raw_bytes - raw_bytes / 8;
}

}  // namespace

SortedTableWriter::SortedTableWriter(ByteSink sink, const TableWriterOptions& options)
    : sink_(std::move(sink)), options_(options), data_block_(options.restart_interval) {
  assert(options.block_size_bytes <= uint64_t{1} << 30);
}

Status SortedTableWriter::add(std::string_view key, std::span<const std::byte> value) {
  HOLDALL_TRY(check_open());
  if (key.size() > kMaxFieldSizeBytes || value.size() > kMaxFieldSizeBytes) {
    return invalid_argument("table entry has {} bytes of key and {} of value, each can have {}",
                            key.size(), value.size(), kMaxFieldSizeBytes);
  }
  if (entry_count_ > 0 && key <= last_key_) {
    return invalid_argument(
        "table key {} is not above {}, added before it; keys must be in order and unique",
        quote_front(key), quote_front(last_key_));
  }
  sink_status_ = append(key, value);
  return sink_status_;
}

Status SortedTableWriter::check_open() const {
  if (!sink_status_.ok()) return sink_status_;
  if (is_finished_)
    return invalid_argument("table with {} entries is finished already", entry_count_);
  return {};
}

Status SortedTableWriter::append(std::string_view key, std::span<const std::byte> value) {
  // TensorFlow's own rule, which LevelDB lacks: a large entry begins a block.
  if (key.size() + value.size() >= 2 * options_.block_size_bytes) {
    HOLDALL_TRY(flush());
  }
  index_.list_before(last_key_, key);
  data_block_.add(key, value);
  last_key_ = key;
  ++entry_count_;
  if (data_block_.size_bytes() >= options_.block_size_bytes) return flush();
  return {};
}

Status SortedTableWriter::flush() {
  if (data_block_.is_empty()) return {};
  HOLDALL_ASSIGN(const TableBlockHandle block, write_block(data_block_.finish()));
  index_.add(block);
  return {};
}

Status SortedTableWriter::finish() {
  HOLDALL_TRY(check_open());
  is_finished_ = true;
  sink_status_ = write_end();
  return sink_status_;
}

Status SortedTableWriter::write_end() {
  HOLDALL_TRY(flush());
  TableBlockBuilder metaindex_block(options_.restart_interval);
  HOLDALL_ASSIGN(const TableBlockHandle metaindex, write_block(metaindex_block.finish()));
  HOLDALL_ASSIGN(const TableBlockHandle index, write_block(index_.finish(last_key_)));
  return write(make_table_footer(metaindex, index));
}

Result<TableBlockHandle> SortedTableWriter::write_block(const std::string& contents) {
  std::string_view stored = contents;
  auto type = TableCompression::kNone;
  std::string compressed;
  if (options_.compression == TableCompression::kSnappy &&
      contents.size() <= kMaxSnappyOriginalSizeBytes) {
    compressed = snappy_compress(bytes_of(contents));
    if (is_worth_compressing(contents.size(), compressed.size())) {
      stored = compressed;
      type = TableCompression::kSnappy;
    }
  }
  std::string trailer(1, static_cast<char>(type));
  append_fixed(trailer, crc32c_mask(crc32c_extend(crc32c(bytes_of(stored)), bytes_of(trailer))));
  const TableBlockHandle handle{offset_in_file_, stored.size()};
  HOLDALL_TRY(write(stored));
  HOLDALL_TRY(write(trailer));
  return handle;
}

Status SortedTableWriter::write(std::string_view bytes) {
  offset_in_file_ += bytes.size();
  return sink_(bytes_of(bytes));
}

Result<std::string> make_sorted_table(std::span<const TableEntry> entries,
                                      const TableWriterOptions& options) {
  std::string file;
  SortedTableWriter writer(
      [&file](std::span<const std::byte> bytes) -> Status {
        file += text_of(bytes);
        return {};
      },
      options);
  for (const TableEntry& entry : entries) HOLDALL_TRY(writer.add(entry.key, entry.value));
  HOLDALL_TRY(writer.finish());
  return file;
}

}  // namespace holdall
