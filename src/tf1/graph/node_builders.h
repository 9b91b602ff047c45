// Makes nodes as TensorFlow 1.15's functions make them: the same operations, names, attributes and
// number of nodes, which automatic seeds are counted from. Each takes and holds the graph's mutex;
// an Output that comes back invalid has failed the graph.
#pragma once

#include <string_view>

#include "tf1/graph/graph_rep.h"

namespace holdall::tf1 {

// A Const node. `tensor.values` may be one element for the whole shape.
Output make_constant(GraphRep& graph, const TensorAttr& tensor, std::string_view name);
Output make_scalar(GraphRep& graph, DType dtype, double value, std::string_view name);

// A node with the inputs a and b and an output of a's dtype, their shapes broadcast.
Output make_binary(GraphRep& graph, std::string_view type, const Output& a, const Output& b,
                   std::string_view name);
Output make_identity(GraphRep& graph, const Output& input, std::string_view name);
Output make_fill(GraphRep& graph, const Output& dims, const Output& value, std::string_view name);

// Constants up to 999 elements, Fill nodes above.
Output make_filled(GraphRep& graph, const Shape& shape, DType dtype, double value,
                   std::string_view name);

enum class RandomKind { kNormal, kTruncatedNormal, kUniform };
Output make_random(GraphRep& graph, RandomKind kind, const Shape& shape,
                   const RandomOptions& options);

Output make_assign(GraphRep& graph, const Output& ref, const Output& value, std::string_view name,
                   bool validate_shape = true);
Output make_resource_read(GraphRep& graph, const Output& handle, DType dtype,
                          const StaticShape& shape, std::string_view name);
// A string constant.
Output make_strings(GraphRep& graph, const std::vector<std::string>& strings, const Shape& shape,
                    std::string_view name, const std::string& device);
Operation make_no_op(GraphRep& graph, std::vector<Operation> control_inputs, std::string_view name);

// Attribute "_class" of nodes that belong to the node called `name`.
AttrValue colocated_with(const std::string& name);

// One element of `dtype` with that value, rounded to it; for kString the empty string.
// Fails: kInvalidArgument (TypeError) for what an integer type cannot hold; kUnsupported for dtypes
// that constants are not made of here.
Result<Tensor> scalar_tensor(DType dtype, double value);

}  // namespace holdall::tf1
