// Kinds of element types.
#pragma once

#include "holdall/dtype.h"

namespace holdall {

// Of 16 bits and more: what arithmetic is done in.
inline bool is_floating(DType dtype) {
  return dtype == DType::kF16 || dtype == DType::kBF16 || dtype == DType::kF32 ||
         dtype == DType::kF64;
}

// Whole bytes, not quantised.
inline bool is_integer(DType dtype) {
  switch (dtype) {
    case DType::kI8:
    case DType::kI16:
    case DType::kI32:
    case DType::kI64:
    case DType::kU8:
    case DType::kU16:
    case DType::kU32:
    case DType::kU64: return true;
    default: return false;
  }
}

}  // namespace holdall
