// The ways to compute a CRC-32C. Each continues a finished CRC, as crc32c_extend() does; which one
// that takes is decided in crc32c.cpp and nowhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace holdall {

// By tables, on any processor: the fallback, and the oracle of the tests.
uint32_t crc32c_portable(uint32_t crc, std::span<const std::byte> bytes);

// By ISA-L, which itself picks the instructions of the processor it runs on.
uint32_t crc32c_isal(uint32_t crc, std::span<const std::byte> bytes);

}  // namespace holdall
