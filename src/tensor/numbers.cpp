#include "tensor/numbers.h"

#include <cstring>

#include "base/try.h"
#include "holdall/tensor.h"
#include "tensor/cast.h"

namespace holdall {
namespace {

// The type whose elements have the same bytes and mean the same numbers.
DType plain_type(DType dtype) {
  switch (dtype) {
    case DType::kQI8: return DType::kI8;
    case DType::kQU8: return DType::kU8;
    case DType::kQI16: return DType::kI16;
    case DType::kQU16: return DType::kU16;
    case DType::kQI32: return DType::kI32;
    default: return dtype;
  }
}

// Bits of the types that take a byte and use its low end; 0 for all others.
unsigned narrow_bits(DType dtype) {
  switch (dtype) {
    case DType::kI4:
    case DType::kU4: return 4;
    case DType::kI2:
    case DType::kU2: return 2;
    default: return 0;
  }
}

double narrow_number(std::byte element, unsigned bits, bool is_signed) {
  const int end = 1 << bits;
  const int value = std::to_integer<int>(element) & (end - 1);
  return is_signed && value >= end / 2 ? value - end : value;
}

}  // namespace

unsigned doubles_per_element(DType dtype) {
  if (dtype == DType::kComplex64 || dtype == DType::kComplex128) return 2;
  if (narrow_bits(dtype) > 0) return 1;
  return cast_kind(plain_type(dtype), DType::kF64) == CastKind::kNone ? 0 : 1;
}

Status to_doubles(DType dtype, std::span<const std::byte> elements, std::vector<double>& numbers) {
  if (const unsigned bits = narrow_bits(dtype)) {
    const bool is_signed = dtype == DType::kI4 || dtype == DType::kI2;
    numbers.clear();
    for (const std::byte element : elements)
      numbers.push_back(narrow_number(element, bits, is_signed));
    return {};
  }
  const DType plain = plain_type(dtype);
  const uint64_t count = elements.size() / dtype_size_bytes(plain);
  HOLDALL_ASSIGN(const Tensor tensor,
                 Tensor::borrow(plain, {static_cast<int64_t>(count)}, elements, nullptr));
  const bool is_complex = doubles_per_element(dtype) == 2;
  HOLDALL_ASSIGN(const Tensor wide, cast(tensor, is_complex ? DType::kComplex128 : DType::kF64));
  numbers.resize(count * (is_complex ? 2 : 1));
  if (!numbers.empty()) std::memcpy(numbers.data(), wide.bytes().data(), wide.bytes().size());
  return {};
}

}  // namespace holdall
