// Which part of a tensor a Saver's node means: TensorFlow's "10 3 0,5:-" (the whole's shape, then
// first element and length by axis).
#pragma once

#include <optional>
#include <string_view>

#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall::tf1 {

struct SliceSpec {
  Shape whole;
  Box box;
};

// None for "", the whole tensor. Fails: kInvalidArgument.
Result<std::optional<SliceSpec>> parse_slice_spec(std::string_view text);

}  // namespace holdall::tf1
