#include "transfer/file_writing.h"

#include <algorithm>
#include <vector>

#include "base/try.h"
#include "checksum/crc32c.h"
#include "tensor/convert.h"

namespace holdall {
namespace {

// Small enough that what the checksum has read is still in the cache when it is written.
constexpr uint64_t kBlockBytes = uint64_t{256} * 1024;

}  // namespace

Result<uint32_t> append_with_checksum(Writer& writer, std::span<const std::byte> bytes,
                                      uint64_t reversed_group, uint32_t crc_seed) {
  uint32_t crc = crc_seed;
  std::vector<std::byte> reversed;
  while (!bytes.empty()) {
    auto block = bytes.first(std::min<uint64_t>(bytes.size(), kBlockBytes));
    bytes = bytes.subspan(block.size());
    if (reversed_group > 1) {
      reversed.assign(block.begin(), block.end());
      reverse_byte_groups(reversed, reversed_group);
      block = reversed;
    }
    crc = crc32c_extend(crc, block);
    HOLDALL_TRY(writer.append(block));
  }
  return crc;
}

Status append_zeros(Writer& writer, uint64_t count) {
  const std::vector<std::byte> zeros(std::min(count, kBlockBytes));
  while (count > 0) {
    const uint64_t step = std::min<uint64_t>(count, zeros.size());
    HOLDALL_TRY(writer.append(std::span(zeros).first(step)));
    count -= step;
  }
  return {};
}

}  // namespace holdall
