// The key under which TensorFlow stores one slice of a partitioned tensor (tf_bundle.md, "Slice
// keys"): a byte string whose order is the order of (name, starts, lengths).
#pragma once

#include <string>
#include <string_view>

#include "holdall/tensor.h"

namespace holdall {

// All slice keys begin with this byte, so they stand before every ordinary name.
inline constexpr char kSliceKeyMark = '\0';

// A length of Box::kAll is kept as such: "0,5:-" and "0,5:0,4" have different keys.
std::string encode_slice_key(std::string_view name, const Box& slice);

}  // namespace holdall
