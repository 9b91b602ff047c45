// TensorFlow's TensorShapeProto and TensorSliceProto messages (tf_bundle.md, "Messages").
#pragma once

#include <string>
#include <vector>

#include "codec/proto_wire.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall {

// TensorFlow's own limit on dimensions.
inline constexpr size_t kTfMaxRank = 254;

// Reads the message `shape` stands at. Fails: kCorrupt (negative or too many dimensions, a product
// above 2^63 - 1, a shape of unknown rank).
Result<Shape> parse_shape_proto(ProtoReader shape);
std::string encode_shape_proto(const Shape& shape);

// A slice: an extent without a length is the whole dimension, Box::kAll.
Result<Box> parse_slice_proto(ProtoReader slice);
std::string encode_slice_proto(const Box& slice);

}  // namespace holdall
