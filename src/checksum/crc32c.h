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

// The CRC of A ++ B from the finished CRCs of both and the length of B, so that parts of one run of
// bytes are summed by several threads. Takes well under a microsecond, whatever the length.
uint32_t crc32c_combine(uint32_t crc_a, uint32_t crc_b, uint64_t size_bytes_of_b);

// The CRC of A from the finished CRC of A ++ B and the bytes of B, so that what a file sums up as
// one can be checked in parts. Takes a few nanoseconds a byte of B.
uint32_t crc32c_retract(uint32_t crc_ab, std::span<const std::byte> b);

// The CRC of B from the finished CRCs of A and of A ++ B.
inline uint32_t crc32c_behind(uint32_t crc_a, uint32_t crc_ab, uint64_t size_bytes_of_b) {
  return crc32c_combine(crc_a, crc_ab, size_bytes_of_b);
}

// Where a copy goes, which decides how it is stored.
enum class CopyTarget : uint8_t {
  kReused,  // memory that has its pages: stores pass the caches by, which halves the traffic
  kFresh,   // pages that the stores bring into being: the kernel's zeroing has them in the cache
};

// Copies `from` to the front of `into` and gives crc32c_extend(crc, from), reading memory once.
// What is summed is what was stored, also where `from` changes meanwhile (a mapped file).
// Requires: `into` is no smaller than `from`, and they do not overlap.
uint32_t crc32c_copy(uint32_t crc, std::span<const std::byte> from, std::span<std::byte> into,
                     CopyTarget target);

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
