// The ways to compute a CRC-32C. Each continues a finished CRC, as crc32c_extend() does; which one
// that takes is decided in crc32c.cpp and nowhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "checksum/crc32c.h"

namespace holdall {

// By tables, on any processor: the fallback, and the oracle of the tests.
uint32_t crc32c_portable(uint32_t crc, std::span<const std::byte> bytes);

// By ISA-L, which itself picks the instructions of the processor it runs on.
uint32_t crc32c_isal(uint32_t crc, std::span<const std::byte> bytes);

// The ways to copy and sum at once: through a block on the stack, on any processor, and by AVX-512
// with VPCLMULQDQ, where the processor has it. Requires of the second: has_avx512_copy(); `from` is
// a multiple of kCopyBlockBytes and not empty; `into` is aligned to 64 bytes.
uint32_t crc32c_copy_staged(uint32_t crc, std::span<const std::byte> from, std::byte* into,
                            CopyTarget target);
inline constexpr size_t kCopyBlockBytes = 256;
bool has_avx512_copy();
uint32_t crc32c_copy_avx512(uint32_t crc, std::span<const std::byte> from, std::byte* into,
                            CopyTarget target);

}  // namespace holdall
