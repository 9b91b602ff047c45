// CRC-32: the checksum of zip archives.
//
// The polynomial 0x04C11DB7, reflected (0xEDB88320), with initial value and final inversion of all
// ones; the CRC of "123456789" is 0xCBF43926 and that of no bytes is 0. The calls keep no state and
// may run in parallel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace holdall {

// The CRC of A ++ B, from the finished CRC of A and the bytes of B. Takes any size.
uint32_t crc32_extend(uint32_t crc, std::span<const std::byte> bytes);

// As crc32c_combine().
uint32_t crc32_combine(uint32_t crc_a, uint32_t crc_b, uint64_t size_bytes_of_b);

inline uint32_t crc32(std::span<const std::byte> bytes) {
  return crc32_extend(0, bytes);
}

}  // namespace holdall
