#include "tensor/convert.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "base/endian.h"

namespace holdall {
namespace {

template <class T>
void reverse_groups_of(std::span<std::byte> bytes) {
  for (size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T)) {
    T group;
    std::memcpy(&group, bytes.data() + i, sizeof group);
    group = swap_bytes(group);
    std::memcpy(bytes.data() + i, &group, sizeof group);
  }
}

}  // namespace

void reverse_byte_groups(std::span<std::byte> bytes, uint64_t group_bytes) {
  if (group_bytes == 2) reverse_groups_of<uint16_t>(bytes);
  if (group_bytes == 4) reverse_groups_of<uint32_t>(bytes);
  if (group_bytes == 8) reverse_groups_of<uint64_t>(bytes);
}

uint16_t float_to_half(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const auto sign = static_cast<uint16_t>((bits >> 16) & 0x8000);
  const uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return static_cast<uint16_t>(sign | 0x7e00);  // NaN
  // 65520 is half way between the largest half and the next that there would be.
  if (magnitude >= std::bit_cast<uint32_t>(65520.0f)) return static_cast<uint16_t>(sign | 0x7c00);
  if (magnitude < std::bit_cast<uint32_t>(0x1p-14f)) {
    // Below the normal range halves are multiples of 2^-24: adding 0.5 puts that unit at the end of
    // the float's fraction, so that the addition itself rounds.
    const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    const uint32_t units = std::bit_cast<uint32_t>(shifted) - std::bit_cast<uint32_t>(0.5f);
    return static_cast<uint16_t>(sign | units);
  }
  const uint32_t is_odd = (magnitude >> 13) & 1;
  const uint32_t rounded = magnitude + 0xfff + is_odd;
  constexpr uint32_t kBiasDifference = (127 - 15) << 10;
  return static_cast<uint16_t>(sign | ((rounded >> 13) - kBiasDifference));
}

float half_to_float(uint16_t half) {
  const int exponent = (half >> 10) & 31;
  const int fraction = half & 1023;
  float value = 0;
  if (exponent == 31) {
    value = fraction == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    value = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  }
  return (half & 0x8000) != 0 ? -value : value;
}

}  // namespace holdall
