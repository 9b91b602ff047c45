// The order of a tensor's elements: from column-major (Fortran) to row-major.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "holdall/tensor.h"

namespace holdall {

// Fills `row_major` with the elements of a tensor of that shape, given with its first axis varying
// fastest. Requires: both spans hold exactly the elements, and do not overlap.
void to_row_major(std::span<const std::byte> column_major, std::span<std::byte> row_major,
                  const Shape& shape, uint64_t element_size);

}  // namespace holdall
