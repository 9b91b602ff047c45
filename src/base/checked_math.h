// Arithmetic on sizes and offsets that came from a file: none of it can wrap. A missing result
// means that the true value does not fit; the caller refuses the file.
#pragma once

#include <cstdint>
#include <optional>

namespace holdall {

inline std::optional<uint64_t> checked_add(uint64_t a, uint64_t b) {
  uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

inline std::optional<uint64_t> checked_mul(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

// The least multiple of `alignment` that is at least `value`. Requires: alignment > 0.
inline std::optional<uint64_t> checked_align_up(uint64_t value, uint64_t alignment) {
  const uint64_t remainder = value % alignment;
  return remainder == 0 ? value : checked_add(value, alignment - remainder);
}

// Whether [offset, offset + size) lies within [0, limit).
inline bool fits_in(uint64_t offset, uint64_t size, uint64_t limit) {
  return offset <= limit && size <= limit - offset;
}

}  // namespace holdall
