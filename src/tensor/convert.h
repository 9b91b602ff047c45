// Byte order of elements, and the half-precision type that C++20 lacks.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "holdall/catalog.h"

namespace holdall {

// This machine's.
inline constexpr ByteOrder kNativeOrder =
    std::endian::native == std::endian::little ? ByteOrder::kLittle : ByteOrder::kBig;

// Reverses each group of `group_bytes` bytes in place. Requires: a group of 1, 2, 4 or 8 that
// divides the number of bytes.
void reverse_byte_groups(std::span<std::byte> bytes, uint64_t group_bytes);

// IEEE binary16 and back. To half: rounded to nearest, ties to even; what is too large becomes
// infinity.
uint16_t float_to_half(float value);
float half_to_float(uint16_t half);

}  // namespace holdall
