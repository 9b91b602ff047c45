#include "formats/tf_common/tf_dtypes.h"

#include <cstddef>

#include "base/message.h"

namespace holdall {
namespace {

// tf_bundle.md, "Element types". Row i is code i; 0 is TensorFlow's "invalid".
constexpr DType kByCode[] = {
    DType::kUnknown,    DType::kF32,      DType::kF64,        DType::kI32,
    DType::kU8,         DType::kI16,      DType::kI8,         DType::kString,
    DType::kComplex64,  DType::kI64,      DType::kBool,       DType::kQI8,
    DType::kQU8,        DType::kQI32,     DType::kBF16,       DType::kQI16,
    DType::kQU16,       DType::kU16,      DType::kComplex128, DType::kF16,
    DType::kResource,   DType::kVariant,  DType::kU32,        DType::kU64,
    DType::kF8E5M2,     DType::kF8E4M3FN, DType::kF8E4M3FNUZ, DType::kF8E4M3B11FNUZ,
    DType::kF8E5M2FNUZ, DType::kI4,       DType::kU4,         DType::kI2,
    DType::kU2,         DType::kF4E2M1FN,
};
static_assert(std::size(kByCode) == static_cast<size_t>(DType::kResource) + 1,
              "every DType has one code");

}  // namespace

DType dtype_of_tf_code(uint64_t code) {
  return code < std::size(kByCode) ? kByCode[code] : DType::kUnknown;
}

Error unknown_tf_code(uint64_t code) {
  return unsupported("TensorFlow's element type {} is not known here; the bytes may be fine", code);
}

uint32_t tf_code_of(DType dtype) {
  uint32_t code = 0;
  while (kByCode[code] != dtype) ++code;
  return code;
}

std::string_view tf_type_name(DType dtype) {
  switch (dtype) {
    case DType::kF32: return "float";
    case DType::kF64: return "double";
    case DType::kF16: return "half";
    default: return dtype_name(dtype);
  }
}

}  // namespace holdall
