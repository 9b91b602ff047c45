// The constant in a node, of TensorFlow's TensorProto message.
#pragma once

#include "codec/proto_wire.h"
#include "holdall/status.h"
#include "tf1/graph/graph_node.h"

namespace holdall::tf1 {

// Raw bytes or values of the type's own field, of which the last one stands for those that lack.
// Fails: kCorrupt (more or less than the shape has), kUnsupported (type).
Result<TensorAttr> decode_tensor_proto_attr(const ProtoReader& message);

// A shape as far as it is known: TensorFlow's TensorShapeProto. Fails: kCorrupt.
Result<StaticShape> decode_static_shape(ProtoReader message);

}  // namespace holdall::tf1
