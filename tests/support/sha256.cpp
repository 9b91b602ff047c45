#include "support/sha256.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "support/test_files.h"

namespace holdall {
namespace {

using Words = std::array<uint32_t, 8>;

// The first 32 bits of the fraction of the square or cube root of the n-th prime.
template <size_t kCount>
std::array<uint32_t, kCount> fractions_of_roots(long double (*root)(long double)) {
  std::array<uint32_t, kCount> fractions;
  size_t count = 0;
  for (unsigned number = 2; count < kCount; ++number) {
    bool is_prime = true;
    for (unsigned divisor = 2; divisor * divisor <= number; ++divisor) {
      is_prime &= number % divisor != 0;
    }
    if (!is_prime) continue;
    const long double value = root(number);
    fractions[count++] = static_cast<uint32_t>((value - std::floor(value)) * 4294967296.0L);
  }
  return fractions;
}

uint32_t load_big_endian(const char* from) {
  uint32_t word = 0;
  for (int i = 0; i < 4; ++i) word = word << 8 | static_cast<unsigned char>(from[i]);
  return word;
}

void add_block(Words& state, const char* block) {
  static const auto kConstants = fractions_of_roots<64>(&std::cbrt);
  std::array<uint32_t, 64> w;
  for (size_t i = 0; i < 16; ++i) w[i] = load_big_endian(block + 4 * i);
  for (size_t i = 16; i < 64; ++i) {
    const uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
    const uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  auto [a, b, c, d, e, f, g, h] = state;
  for (size_t i = 0; i < 64; ++i) {
    const uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + kConstants[i] + w[i];
    const uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  const Words step = {a, b, c, d, e, f, g, h};
  for (size_t i = 0; i < 8; ++i) state[i] += step[i];
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  Words state = fractions_of_roots<8>(&std::sqrt);
  const uint64_t size_bits = uint64_t{bytes.size()} * 8;
  while (bytes.size() >= 64) {
    add_block(state, bytes.data());
    bytes.remove_prefix(64);
  }
  std::string end(bytes);
  end += '\x80';
  while (end.size() % 64 != 56) end += '\0';
  for (int shift = 56; shift >= 0; shift -= 8) end += static_cast<char>(size_bits >> shift & 0xff);
  for (size_t at = 0; at < end.size(); at += 64) add_block(state, end.data() + at);
  std::string digest;
  for (const uint32_t word : state) {
    for (int shift = 24; shift >= 0; shift -= 8) digest += static_cast<char>(word >> shift & 0xff);
  }
  return hex_of(digest);
}

}  // namespace holdall
