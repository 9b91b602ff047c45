// A part of a tensor, spelled as NumPy spells it. Pure functions; thread-safe.
#pragma once

#include <string_view>

#include "holdall/export.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall {

struct Slice {
  Box box;      // in the tensor
  Shape shape;  // of what comes out: an index takes its dimension away, a range does not
};

// "0:2,:,3": an index or a range for each dimension, from the first on; negative numbers count from
// the end, ranges end where the dimension does, "..." stands for all dimensions in between, and
// what is not mentioned is whole. Steps are not supported. Fails: kInvalidArgument; the message
// points at the column (in bytes, from 1).
HOLDALL_EXPORT Result<Slice> parse_slice(std::string_view text, const Shape& whole);

}  // namespace holdall
