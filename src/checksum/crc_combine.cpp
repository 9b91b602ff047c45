// A CRC's register is a polynomial over GF(2) modulo the generator; n zero bytes behind a run of
// bytes multiply its register by x^(8n). With the inversions before and after cancelling out,
// crc(A ++ B) = crc(A) * x^(8 |B|) + crc(B). Powers of x come by squaring: one product for each bit
// of the length.
#include <array>

#include "checksum/crc32.h"
#include "checksum/crc32c.h"

namespace holdall {
namespace {

// Reflected: bit 31 is x^0, bit 30 is x^1.
constexpr uint32_t kOne = 0x80000000;
constexpr uint32_t kX = 0x40000000;

constexpr uint32_t kCrc32cPolynomial = 0x82f63b78;
constexpr uint32_t kCrc32Polynomial = 0xedb88320;

// Modulo the polynomial, which is reflected too.
template <uint32_t kPolynomial>
constexpr uint32_t multiply(uint32_t a, uint32_t b) {
  uint32_t product = 0;
  for (uint32_t bit = kOne; bit != 0; bit >>= 1) {
    product ^= (a & bit) != 0 ? b : 0;
    b = (b >> 1) ^ ((b & 1) != 0 ? kPolynomial : 0);
  }
  return product;
}

// powers[k] = x^(8 * 2^k).
template <uint32_t kPolynomial>
constexpr std::array<uint32_t, 64> make_powers() {
  std::array<uint32_t, 64> powers{};
  uint32_t power = kX;
  for (int i = 0; i < 3; ++i) power = multiply<kPolynomial>(power, power);
  for (uint32_t& each : powers) {
    each = power;
    power = multiply<kPolynomial>(power, power);
  }
  return powers;
}

template <uint32_t kPolynomial>
uint32_t combine(uint32_t crc_a, uint32_t crc_b, uint64_t size_bytes_of_b) {
  static constexpr std::array<uint32_t, 64> kPowers = make_powers<kPolynomial>();
  uint32_t shift = kOne;
  for (size_t k = 0; size_bytes_of_b != 0; ++k, size_bytes_of_b >>= 1) {
    if ((size_bytes_of_b & 1) != 0) shift = multiply<kPolynomial>(shift, kPowers[k]);
  }
  return multiply<kPolynomial>(crc_a, shift) ^ crc_b;
}

}  // namespace

uint32_t crc32c_combine(uint32_t crc_a, uint32_t crc_b, uint64_t size_bytes_of_b) {
  return combine<kCrc32cPolynomial>(crc_a, crc_b, size_bytes_of_b);
}

uint32_t crc32_combine(uint32_t crc_a, uint32_t crc_b, uint64_t size_bytes_of_b) {
  return combine<kCrc32Polynomial>(crc_a, crc_b, size_bytes_of_b);
}

// The register's steps backwards: the polynomial's top bit tells whether it was added.
uint32_t crc32c_retract(uint32_t crc_ab, std::span<const std::byte> b) {
  uint32_t state = ~crc_ab;
  for (size_t i = b.size(); i-- > 0;) {
    for (int bit = 0; bit < 8; ++bit) {
      const bool was_added = (state & kOne) != 0;
      state = was_added ? ((state ^ kCrc32cPolynomial) << 1) | 1 : state << 1;
    }
    state ^= static_cast<uint32_t>(b[i]);
  }
  return ~state;
}

}  // namespace holdall
