// TensorFlow's TensorProto message, as constants in a graph carry it.
#pragma once

#include <string>

#include "tf1/graph/graph_node.h"

namespace holdall::tf1 {

// One element goes into the dtype's own field, more go as raw bytes, strings always one by one: as
// TensorFlow's Python makes it. Little endian.
std::string encode_tensor_proto(const TensorAttr& tensor);

}  // namespace holdall::tf1
