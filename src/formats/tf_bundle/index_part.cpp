#include "formats/tf_bundle/index_part.h"

#include <algorithm>
#include <optional>

#include "base/checked_math.h"
#include "checksum/crc32c.h"
#include "codec/sorted_table_layout.h"
#include "formats/tf_common/tf_dtypes.h"
#include "formats/tf_common/tf_slice_key.h"

namespace holdall::tf_bundle {

void IndexPart::add(std::string_view key, std::span<const std::byte> value) {
  if (key.front() == kSliceKeyMark) {
    slices.push_back({std::string(key), std::string(text_of(value))});
    return;
  }
  if (add_plain(key, value)) return;
  others.push_back({rows.count(), std::string(text_of(value))});
  rows.add_gap(key);
}

void IndexPart::make_room(uint64_t bytes_before, uint64_t bytes_of_all) {
  // A few bytes say nothing of the rest: what comes may be one long entry.
  if (rows.count() < rows.capacity() || bytes_before < bytes_of_all / 64) return;
  const double of_all = static_cast<double>(bytes_of_all) / static_cast<double>(bytes_before);
  const auto expected = static_cast<size_t>(static_cast<double>(rows.count()) * of_all);
  rows.reserve(std::max(2 * rows.count(), expected + expected / 32));
}

// False if anything is to be said of the entry, or to be asked.
bool IndexPart::add_plain(std::string_view name, std::span<const std::byte> value) {
  PlainEntry& entry = plain_entry_;
  if (!parse_plain_entry(value, entry) || entry.shard >= shard_count_) return false;
  const DType dtype = dtype_of_tf_code(entry.dtype_code);
  const uint64_t element_bytes = dtype_size_bytes(dtype);
  auto expected = std::optional(element_bytes);
  for (const int64_t size : entry.shape())
    expected = expected ? checked_mul(*expected, static_cast<uint64_t>(size)) : expected;
  if (element_bytes == 0 || expected != entry.size_bytes) return false;
  const Extent extent{file_index_of(entry.shard), entry.offset, entry.size_bytes};
  rows.add({name, dtype, entry.shape(), extent, crc32c_unmask(entry.masked_crc32c)});
  return true;
}

uint32_t IndexPart::file_index_of(uint64_t shard) {
  if (!shards.empty() && shards[last_file_index_] == shard) return last_file_index_;
  const auto [at, is_new] = file_of_shard_.try_emplace(shard, static_cast<uint32_t>(shards.size()));
  if (is_new) shards.push_back(shard);
  last_file_index_ = at->second;
  return last_file_index_;
}

}  // namespace holdall::tf_bundle
