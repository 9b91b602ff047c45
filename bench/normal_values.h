// Tensor elements as trained weights have them: normally distributed, from a seed, and never zero,
// so that neither compression nor zero pages help anybody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "holdall/dtype.h"

namespace holdall::bench {

// Fills `bytes` with elements of `dtype`: kF32 and kBF16 with mean 0 and deviation 1/50, kI8 with
// odd bytes, kBool with both values. The same seed gives the same bytes.
// Requires: one of those, and whole elements.
void fill_values(DType dtype, uint64_t seed, std::span<std::byte> bytes);

// A seed for part `number` of what has `seed`.
uint64_t seed_of_part(uint64_t seed, uint64_t number);

}  // namespace holdall::bench
