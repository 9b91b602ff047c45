// Random scalars and byte strings for tests of the wire codec, chosen so that every length of
// varint and every extreme occurs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace holdall {

using Random = std::mt19937_64;

inline std::span<const std::byte> span_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Any width equally often, so that every length of varint occurs; now and then an extreme.
inline uint64_t random_scalar(Random& random) {
  constexpr uint64_t kExtremes[] = {
      0,          1,          0x7f,      0x80,       INT32_MAX,
      0x80000000, UINT32_MAX, INT64_MAX, UINT64_MAX, uint64_t{1} << 63};
  if (random() % 4 == 0) return kExtremes[random() % std::size(kExtremes)];
  return random() >> (random() % 64);
}

inline std::string random_bytes(Random& random) {
  std::string bytes(random() % 8 == 0 ? random() % 400 : random() % 8, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

}  // namespace holdall
