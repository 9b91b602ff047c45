// Loads and stores of integers in a stated byte order, from memory of any alignment.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace holdall {

template <class T>
constexpr T swap_bytes(T value) {
  static_assert(std::is_unsigned_v<T>);
  T swapped = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    swapped = static_cast<T>((swapped << (sizeof(T) > 1 ? 8 : 0)) | (value & 0xff));
    value = static_cast<T>(value >> (sizeof(T) > 1 ? 8 : 0));
  }
  return swapped;
}

template <class T>
T load_le(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = swap_bytes(value);
  return value;
}

template <class T>
void store_le(std::byte* to, T value) {
  if constexpr (std::endian::native == std::endian::big) value = swap_bytes(value);
  std::memcpy(to, &value, sizeof value);
}

}  // namespace holdall
