// CRC-32C: the checksum of TensorFlow's tables and tensors.
//
// Castagnoli's polynomial 0x1EDC6F41, reflected (0x82F63B78), with initial value and final
// inversion of all ones; the CRC of "123456789" is 0xE3069283 and that of no bytes is 0. The calls
// keep no state and may run in parallel.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace holdall {

// The CRC of A ++ B, from the finished CRC of A and the bytes of B. Takes any size.
uint32_t crc32c_extend(uint32_t crc, std::span<const std::byte> bytes);

inline uint32_t crc32c(std::span<const std::byte> bytes) {
  return crc32c_extend(0, bytes);
}

// Files store CRCs masked. The CRC of a run of bytes that ends with its own CRC is the same
// whatever the bytes are, so a checksum over data that embeds checksums would notice little; a
// rotation and an added constant break that relation. The constant is LevelDB's, and so
// TensorFlow's.
inline constexpr uint32_t kCrc32cMaskDelta = 0xa282ead8;

constexpr uint32_t crc32c_mask(uint32_t crc) {
  return std::rotr(crc, 15) + kCrc32cMaskDelta;
}

constexpr uint32_t crc32c_unmask(uint32_t masked) {
  return std::rotl(masked - kCrc32cMaskDelta, 15);
}

}  // namespace holdall
