#include <array>

#include "base/endian.h"
#include "checksum/crc32c_kernels.h"

namespace holdall {
namespace {

constexpr uint32_t kReflectedPolynomial = 0x82f63b78;
constexpr size_t kSliceCount = 8;

// tables[k][b]: the effect on the register of byte b followed by k zero bytes. Eight lookups, which
// do not wait for each other, then advance the register by eight bytes.
using Tables = std::array<std::array<uint32_t, 256>, kSliceCount>;

constexpr Tables make_tables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t state = byte;
    for (int bit = 0; bit < 8; ++bit) {
      state = (state >> 1) ^ ((state & 1) != 0 ? kReflectedPolynomial : 0);
    }
    tables[0][byte] = state;
  }
  for (size_t slice = 1; slice < kSliceCount; ++slice) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[slice - 1][byte];
      tables[slice][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

uint32_t advance_by_eight(uint32_t state, const std::byte* from) {
  const uint64_t mixed = load_le<uint64_t>(from) ^ state;
  uint32_t next = 0;
  for (size_t i = 0; i < kSliceCount; ++i) {
    next ^= kTables[kSliceCount - 1 - i][(mixed >> (8 * i)) & 0xff];
  }
  return next;
}

}  // namespace

uint32_t crc32c_portable(uint32_t crc, std::span<const std::byte> bytes) {
  uint32_t state = ~crc;
  for (; bytes.size() >= kSliceCount; bytes = bytes.subspan(kSliceCount)) {
    state = advance_by_eight(state, bytes.data());
  }
  for (const std::byte byte : bytes) {
    state = (state >> 8) ^ kTables[0][(state ^ static_cast<uint32_t>(byte)) & 0xff];
  }
  return ~state;
}

}  // namespace holdall
