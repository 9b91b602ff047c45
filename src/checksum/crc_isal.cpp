#include <isa-l.h>

#include <algorithm>
#include <climits>

#include "checksum/crc32.h"
#include "checksum/crc32c_kernels.h"

namespace holdall {
namespace {

// The kernel takes its length as an int.
constexpr size_t kPieceSizeBytes = size_t{1} << 30;
static_assert(kPieceSizeBytes <= INT_MAX);

}  // namespace

uint32_t crc32c_isal(uint32_t crc, std::span<const std::byte> bytes) {
  // The kernel maps register to register: inverting before and after is left to its caller.
  uint32_t state = ~crc;
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), kPieceSizeBytes));
    // The cast drops a const that the kernel's signature lacks; it only reads.
    auto* from = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(piece.data()));
    state = crc32_iscsi(from, static_cast<int>(piece.size()), state);
    bytes = bytes.subspan(piece.size());
  }
  return ~state;
}

// Inverts before and after by itself, and has plain code for processors it knows nothing of.
uint32_t crc32_extend(uint32_t crc, std::span<const std::byte> bytes) {
  return crc32_gzip_refl(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace holdall
