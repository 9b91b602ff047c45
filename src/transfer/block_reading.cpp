#include "transfer/block_reading.h"

#include <algorithm>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/try.h"
#include "checksum/crc32.h"
#include "checksum/crc32c.h"
#include "tensor/convert.h"

namespace holdall {
namespace {

// Small enough for a core's cache, large enough that calls cost nothing beside the bytes.
constexpr uint64_t kBestBlockBytes = uint64_t{1} << 20;

// With less, fewer threads are faster than smaller blocks.
constexpr uint64_t kLeastBlockBytes = uint64_t{64} << 10;

}  // namespace

Blocks share_window(uint64_t window_bytes, unsigned threads, unsigned parts) {
  if (threads == 0) threads = core_count();
  const uint64_t room = std::max<uint64_t>(1, window_bytes / parts);
  const auto useful = std::clamp<uint64_t>(room / kLeastBlockBytes, 1, threads);
  return {static_cast<unsigned>(useful), std::clamp<uint64_t>(room / useful, 1, kBestBlockBytes)};
}

Status check_extent(const Extent& extent, const Reader& reader) {
  if (fits_in(extent.offset_in_file, extent.size_bytes, reader.size_bytes())) return {};
  return make_error(Code::kCorrupt, reason::kCutShort,
                    "its {} bytes at byte {} reach past the end of the file, which has {} bytes; "
                    "the file may be cut short",
                    extent.size_bytes, extent.offset_in_file, reader.size_bytes());
}

Status for_each_block(const Reader& reader, const Extent& extent, std::span<std::byte> block,
                      const std::function<Status(std::span<const std::byte>)>& use) {
  HOLDALL_TRY(check_extent(extent, reader));
  uint64_t done = 0;
  while (done < extent.size_bytes) {
    const auto part = block.first(std::min<uint64_t>(block.size(), extent.size_bytes - done));
    HOLDALL_TRY(reader.read_exact(extent.offset_in_file + done, part));
    HOLDALL_TRY(use(part));
    done += part.size();
  }
  return {};
}

uint64_t swapped_group(const TensorInfo& info, const Catalog& catalog) {
  const bool is_native = info.byte_order.value_or(catalog.byte_order()) == kNativeOrder;
  return is_native ? 1 : dtype_swap_bytes(info.dtype);
}

bool has_checksum(const Piece& piece) {
  return piece.crc32c.has_value() || piece.crc32.has_value();
}

uint32_t checksum_seed(const Piece& piece) {
  return piece.crc32 ? piece.crc32->seed : 0;
}

uint32_t extend_checksum(const Piece& piece, uint32_t checksum, std::span<const std::byte> bytes) {
  return piece.crc32 ? crc32_extend(checksum, bytes) : crc32c_extend(checksum, bytes);
}

uint32_t combine_checksums(const Piece& piece, uint32_t checksum, uint32_t behind,
                           uint64_t size_bytes_behind) {
  return piece.crc32 ? crc32_combine(checksum, behind, size_bytes_behind)
                     : crc32c_combine(checksum, behind, size_bytes_behind);
}

namespace {

// What a checksum that does not match may come from.
std::string_view cause_of_mismatch(const Catalog& catalog, const Piece& piece) {
  const bool is_in_one_file = catalog.files()[piece.extent.file_index] == catalog.path();
  return is_in_one_file ? "the file is damaged"
                        : "the file is damaged, or index and data are from different saves";
}

uint32_t stored_checksum(const Piece& piece) {
  return piece.crc32 ? piece.crc32->value : *piece.crc32c;
}

Error mismatch(const Catalog& catalog, const Piece& piece, uint32_t calculated,
               std::string_view where) {
  return make_error(
      Code::kCorrupt, reason::kChecksum,
      "Checksum does not match: stored {} vs. calculated on the restored bytes {}{}; {}",
      stored_checksum(piece), calculated, where, cause_of_mismatch(catalog, piece));
}

}  // namespace

Status check_checksum(const Catalog& catalog, const Piece& piece, uint32_t calculated) {
  if (calculated == stored_checksum(piece)) return {};
  return mismatch(catalog, piece, calculated, "");
}

Status check_checksum_there(const Catalog& catalog, const Piece& piece, uint32_t calculated) {
  if (calculated == stored_checksum(piece)) return {};
  return mismatch(
      catalog, piece, calculated,
      message(" ({} bytes at byte {})", piece.extent.size_bytes, piece.extent.offset_in_file));
}

}  // namespace holdall
