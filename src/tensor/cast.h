// Conversion of elements from one numeric type to another.
#pragma once

#include <cstdint>

#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall {

class Arena;

enum class CastKind : uint8_t {
  kSame,   // nothing to do
  kExact,  // every value of the one type is a value of the other
  kLossy,  // values may be rounded, or may not fit
  kNone,   // not between these types
};

// Among bool, integers, binary16, bfloat16, binary32, binary64 and complex numbers. Nothing becomes
// bool, and no complex number real.
CastKind cast_kind(DType from, DType to);

// The tensor with every element converted: to floating types rounded to nearest, ties to even, what
// is too large becomes infinity; to integers truncated. Fails: kUnsupported (kNone),
// kInvalidArgument (an element that no integer of the type is: names its number), kExhausted.
// The arena is as Buffer::allocate() has it.
Result<Tensor> cast(const Tensor& tensor, DType to, Arena* arena = nullptr);

}  // namespace holdall
