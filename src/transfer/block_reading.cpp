#include "transfer/block_reading.h"

#include <algorithm>
#include <thread>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/try.h"

namespace holdall {
namespace {

// Small enough for a core's cache, large enough that calls cost nothing beside the bytes.
constexpr uint64_t kBestBlockBytes = uint64_t{1} << 20;

// With less, fewer threads are faster than smaller blocks.
constexpr uint64_t kLeastBlockBytes = uint64_t{64} << 10;

}  // namespace

Blocks share_window(uint64_t window_bytes, unsigned threads, unsigned parts) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
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

Status check_crc32c(const Piece& piece, uint32_t calculated) {
  if (calculated == *piece.crc32c) return {};
  return make_error(Code::kCorrupt, reason::kChecksum,
                    "Checksum does not match: stored {}, calculated {}; the file is damaged, or "
                    "index and data are from different saves",
                    *piece.crc32c, calculated);
}

}  // namespace holdall
