#include "checksum/crc32c.h"

#include "checksum/crc32c_kernels.h"

namespace holdall {

uint32_t crc32c_extend(uint32_t crc, std::span<const std::byte> bytes) {
  // ISA-L has kernels for these two; elsewhere its own plain code is slower than our tables.
#if defined(__x86_64__) || defined(__aarch64__)
  return crc32c_isal(crc, bytes);
#else
  return crc32c_portable(crc, bytes);
#endif
}

}  // namespace holdall
