#include "codec/table_outline.h"

#include <cassert>

#include "checksum/crc32c.h"

namespace holdall {

TableOutline::TableOutline(const TableWriterOptions& options)
    : options_(options), data_block_(options.restart_interval) {
  assert(options.compression == TableCompression::kNone);
}

void TableOutline::add(std::string_view key, std::span<const std::byte> value) {
  add_entry(key, value, 0);
  if (data_block_.size_bytes() >= options_.block_size_bytes) flush();
}

void TableOutline::add(std::string_view key, std::span<const std::byte> value_head,
                       uint64_t gap_bytes) {
  add_entry(key, value_head, gap_bytes);
  gap_bytes_.push_back(gap_bytes);
  texts_.emplace_back();
  if (data_block_.size_bytes() >= options_.block_size_bytes) flush();
}

void TableOutline::add_entry(std::string_view key, std::span<const std::byte> value,
                             uint64_t gap_bytes) {
  // As in SortedTableWriter: a large entry begins a block.
  if (key.size() + value.size() + gap_bytes >= 2 * options_.block_size_bytes) flush();
  index_.list_before(last_key_, key);
  if (data_block_.is_empty()) block_start_ = {texts_.size() - 1, texts_.back().bytes.size()};
  data_block_.add(key, value, gap_bytes);
  texts_.back().bytes += data_block_.take();
  last_key_ = key;
}

void TableOutline::flush() {
  if (data_block_.is_empty()) return;
  const uint64_t size_bytes = data_block_.size_bytes();
  index_.add(end_block(size_bytes, data_block_.finish()));
}

TableBlockHandle TableOutline::end_block(uint64_t size_bytes, std::string_view end) {
  Text& text = texts_.back();
  text.bytes += end;
  text.bytes += static_cast<char>(TableCompression::kNone);
  if (block_start_.text == texts_.size() - 1) {
    const auto block = bytes_of(text.bytes).subspan(block_start_.offset);
    append_fixed(text.bytes, crc32c_mask(crc32c(block)));
  } else {
    text.checksum = LateChecksum{block_start_, text.bytes.size()};
    append_fixed(text.bytes, uint32_t{0});
  }
  const TableBlockHandle handle{offset_in_file_, size_bytes};
  offset_in_file_ += size_bytes + kTableBlockTrailerSizeBytes;
  return handle;
}

void TableOutline::finish() {
  flush();
  const auto append = [&](const std::string& block) {
    block_start_ = {texts_.size() - 1, texts_.back().bytes.size()};
    return end_block(block.size(), block);
  };
  const TableBlockHandle metaindex = append(TableBlockBuilder(options_.restart_interval).finish());
  const TableBlockHandle index = append(index_.finish(last_key_));
  const std::string footer = make_table_footer(metaindex, index);
  texts_.back().bytes += footer;
  offset_in_file_ += footer.size();
}

std::string TableOutline::text(size_t number,
                               const std::function<uint32_t(size_t gap)>& checksum_of) const {
  std::string bytes = texts_[number].bytes;
  if (!texts_[number].checksum) return bytes;
  const LateChecksum& late = *texts_[number].checksum;
  uint32_t crc = 0;
  for (size_t i = late.block_start.text; i <= number; ++i) {
    std::string_view part = texts_[i].bytes;
    if (i == number) part = part.substr(0, late.offset);
    if (i == late.block_start.text) part.remove_prefix(late.block_start.offset);
    crc = crc32c_extend(crc, bytes_of(part));
    if (i < number) crc = crc32c_combine(crc, checksum_of(i), gap_bytes_[i]);
  }
  store_le(reinterpret_cast<std::byte*>(bytes.data() + late.offset), crc32c_mask(crc));
  return bytes;
}

}  // namespace holdall
