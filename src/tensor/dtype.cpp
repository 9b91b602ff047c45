#include "holdall/dtype.h"

#include <array>
#include <cstddef>

namespace holdall {
namespace {

struct Row {
  DType dtype;
  std::string_view name;
  uint8_t size_bytes;
  uint8_t swap_bytes;
};

// THE table of element types, in the order of the enumeration.
constexpr Row kRows[] = {
    {DType::kUnknown, "unknown", 0, 1},
    {DType::kF32, "float32", 4, 4},
    {DType::kF64, "float64", 8, 8},
    {DType::kF16, "float16", 2, 2},
    {DType::kBF16, "bfloat16", 2, 2},
    {DType::kI8, "int8", 1, 1},
    {DType::kI16, "int16", 2, 2},
    {DType::kI32, "int32", 4, 4},
    {DType::kI64, "int64", 8, 8},
    {DType::kU8, "uint8", 1, 1},
    {DType::kU16, "uint16", 2, 2},
    {DType::kU32, "uint32", 4, 4},
    {DType::kU64, "uint64", 8, 8},
    {DType::kBool, "bool", 1, 1},
    {DType::kComplex64, "complex64", 8, 4},
    {DType::kComplex128, "complex128", 16, 8},
    {DType::kString, "string", 0, 1},
    {DType::kQI8, "qint8", 1, 1},
    {DType::kQU8, "quint8", 1, 1},
    {DType::kQI16, "qint16", 2, 2},
    {DType::kQU16, "quint16", 2, 2},
    {DType::kQI32, "qint32", 4, 4},
    {DType::kF8E5M2, "float8_e5m2", 1, 1},
    {DType::kF8E4M3FN, "float8_e4m3fn", 1, 1},
    {DType::kF8E4M3FNUZ, "float8_e4m3fnuz", 1, 1},
    {DType::kF8E4M3B11FNUZ, "float8_e4m3b11fnuz", 1, 1},
    {DType::kF8E5M2FNUZ, "float8_e5m2fnuz", 1, 1},
    {DType::kI4, "int4", 1, 1},
    {DType::kU4, "uint4", 1, 1},
    {DType::kI2, "int2", 1, 1},
    {DType::kU2, "uint2", 1, 1},
    {DType::kF4E2M1FN, "float4_e2m1fn", 1, 1},
    {DType::kVariant, "variant", 0, 1},
    {DType::kResource, "resource", 0, 1},
};

constexpr bool is_complete() {
  for (size_t i = 0; i < std::size(kRows); ++i) {
    if (static_cast<size_t>(kRows[i].dtype) != i) return false;
  }
  return std::size(kRows) == static_cast<size_t>(DType::kResource) + 1;
}
static_assert(is_complete(), "one row for each DType, in order");

const Row& row_of(DType dtype) {
  const auto i = static_cast<size_t>(dtype);
  return kRows[i < std::size(kRows) ? i : 0];
}

}  // namespace

std::string_view dtype_name(DType dtype) {
  return row_of(dtype).name;
}
uint64_t dtype_size_bytes(DType dtype) {
  return row_of(dtype).size_bytes;
}
uint64_t dtype_swap_bytes(DType dtype) {
  return row_of(dtype).swap_bytes;
}

std::optional<DType> find_dtype(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name && row.dtype != DType::kUnknown) return row.dtype;
  }
  return std::nullopt;
}

}  // namespace holdall
