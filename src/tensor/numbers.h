// Elements of any numeric type as doubles, for statistics and differences.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "holdall/dtype.h"
#include "holdall/status.h"

namespace holdall {

// How many doubles an element is: 2 for complex types (real, imaginary), 0 for those that have no
// numbers here (strings, float8, float4), else 1.
unsigned doubles_per_element(DType dtype);

// Replaces `numbers`. Integers of 64 bits are rounded; all else is exact. Requires:
// doubles_per_element(dtype) > 0, whole elements. Fails: kExhausted.
Status to_doubles(DType dtype, std::span<const std::byte> elements, std::vector<double>& numbers);

}  // namespace holdall
