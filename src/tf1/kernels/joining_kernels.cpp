// Several tensors to one.
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

Result<std::vector<Tensor>> inputs_from(KernelContext& context, size_t first, size_t end) {
  std::vector<Tensor> tensors;
  for (size_t i = first; i < end; ++i) {
    HOLDALL_ASSIGN(Tensor tensor, context.input(i));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

KernelResult run_concat_at(KernelContext& context, size_t axis_input, size_t first, size_t end) {
  HOLDALL_ASSIGN(const auto axis, integers_of(context, axis_input));
  HOLDALL_ASSIGN(const auto tensors, inputs_from(context, first, end));
  if (axis.size() != 1) return invalid_argument("ConcatOp : Expected a scalar axis");
  return one_output(concat_tensors(tensors, axis.front()));
}

KernelResult run_concat_v2(KernelContext& context) {
  const size_t count = context.input_count();
  if (count < 2) return invalid_argument("nothing to join");
  return run_concat_at(context, count - 1, 0, count - 1);
}

KernelResult run_concat(KernelContext& context) {
  return run_concat_at(context, 0, 1, context.input_count());
}

KernelResult run_pack(KernelContext& context) {
  HOLDALL_ASSIGN(auto tensors, inputs_from(context, 0, context.input_count()));
  if (tensors.empty()) return invalid_argument("nothing to pack");
  const auto* attr = context.node().find_attr<int64_t>("axis");
  const Shape first = tensors.front().shape();
  HOLDALL_ASSIGN(const size_t axis, resolve_axis(attr == nullptr ? 0 : *attr, first.rank() + 1));
  std::vector<int64_t> dims(first.dims().begin(), first.dims().end());
  dims.insert(dims.begin() + static_cast<ptrdiff_t>(axis), 1);
  for (Tensor& tensor : tensors) {
    if (tensor.shape() != first)
      return invalid_argument("Shapes of all inputs must match: values[0].shape = {} != {}",
                              first.to_string(), tensor.shape().to_string());
    HOLDALL_ASSIGN(tensor, TensorFactory::with_shape(std::move(tensor), Shape(dims)));
  }
  return one_output(concat_tensors(tensors, static_cast<int64_t>(axis)));
}

// Joined along `axis`: the sizes there add up.
Result<StaticShape> joined_shape(const NodeShapes& node, size_t first, size_t end,
                                 const std::optional<std::vector<int64_t>>& axis) {
  StaticShape shape = node.shape(first);
  if (!shape.has_rank || !axis || axis->size() != 1) return StaticShape::unknown();
  const auto at = resolve_axis(axis->front(), shape.dims.size());
  if (!at.ok()) return value_error("{}", at.error().message);
  for (size_t i = first + 1; i < end; ++i) {
    const StaticShape next = node.shape(i);
    if (!next.has_rank) return StaticShape::unknown();
    if (next.dims.size() != shape.dims.size())
      return value_error("Shapes must be equal rank, but are {} and {}", shape.dims.size(),
                         next.dims.size());
    for (size_t k = 0; k < shape.dims.size(); ++k) {
      const bool is_known = shape.dims[k] >= 0 && next.dims[k] >= 0;
      if (k == *at) {
        shape.dims[k] = is_known ? shape.dims[k] + next.dims[k] : -1;
      } else if (is_known && shape.dims[k] != next.dims[k]) {
        return value_error("Dimension {} in both shapes must be equal, but are {} and {}", k,
                           shape.dims[k], next.dims[k]);
      } else {
        shape.dims[k] = std::max(shape.dims[k], next.dims[k]);
      }
    }
  }
  return shape;
}

Result<StaticShape> concat_v2_shape(const NodeShapes& node) {
  const size_t count = node.inputs.size();
  if (count < 2) return StaticShape::unknown();
  return joined_shape(node, 0, count - 1, node.integers(count - 1));
}

Result<StaticShape> concat_shape(const NodeShapes& node) {
  return joined_shape(node, 1, node.inputs.size(), node.integers(0));
}

Result<StaticShape> pack_shape(const NodeShapes& node) {
  StaticShape shape = node.shape(0);
  if (!shape.has_rank) return shape;
  for (size_t i = 1; i < node.inputs.size(); ++i) {
    const auto next = node.shape(i).full();
    if (shape.full() && next && *next != *shape.full())
      return value_error("Shapes must be equal: {} and {}", shape_text(shape), next->to_string());
  }
  const auto at = resolve_axis(node.attr<int64_t>("axis", 0), shape.dims.size() + 1);
  if (!at.ok()) return value_error("{}", at.error().message);
  shape.dims.insert(shape.dims.begin() + static_cast<ptrdiff_t>(*at),
                    static_cast<int64_t>(node.inputs.size()));
  return shape;
}

constexpr KernelRow kRows[] = {
    {"Concat", "T", &concat_shape, &run_concat},
    {"ConcatV2", "T", &concat_v2_shape, &run_concat_v2},
    {"Pack", "T", &pack_shape, &run_pack},
};

}  // namespace

std::span<const KernelRow> joining_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
