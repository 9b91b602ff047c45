// Operations that give, pass on or repeat values.
#include <cstring>

#include "base/try.h"
#include "formats/tf_common/tf_dtypes.h"
#include "tensor/tensor_factory.h"
#include "tf1/graph/node_builders.h"
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// `element` in every place of `shape`.
Result<Tensor> repeat(const Tensor& element, const Shape& shape) {
  const auto count = shape.element_count();
  if (!count) return invalid_argument("shape {} is negative or too large", shape.to_string());
  if (element.dtype() == DType::kString) {
    const std::vector<std::string_view> strings(*count, element.string_at(0));
    return Tensor::of_strings(shape, strings);
  }
  HOLDALL_ASSIGN(const uint64_t size_bytes, tensor_size_bytes(element.dtype(), shape));
  HOLDALL_ASSIGN(auto buffer, Buffer::allocate(size_bytes));
  const uint64_t element_size = dtype_size_bytes(element.dtype());
  for (uint64_t at = 0; at < size_bytes; at += element_size) {
    std::memcpy(buffer->fill().data() + at, element.bytes().data(), element_size);
  }
  return TensorFactory::make(element.dtype(), shape, std::move(buffer));
}

KernelResult run_const(KernelContext& context) {
  const auto* value = context.node().find_attr<TensorAttr>("value");
  if (value == nullptr) return invalid_argument("the node has no value");
  if (value->values.shape() == value->shape) return std::vector<Tensor>{value->values};
  HOLDALL_ASSIGN(Tensor filled, repeat(value->values, value->shape));
  return std::vector<Tensor>{std::move(filled)};
}

KernelResult run_identity(KernelContext& context) {
  HOLDALL_ASSIGN(Tensor value, context.input(0));
  return std::vector<Tensor>{std::move(value)};
}

KernelResult run_no_op(KernelContext&) {
  return std::vector<Tensor>();
}

KernelResult run_fill(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor dims, context.input(0));
  HOLDALL_ASSIGN(const Tensor value, context.input(1));
  std::vector<int64_t> sizes;
  if (const auto narrow = dims.view<int32_t>(); narrow.ok()) {
    sizes.assign(narrow->begin(), narrow->end());
  } else if (const auto wide = dims.view<int64_t>(); wide.ok()) {
    sizes.assign(wide->begin(), wide->end());
  } else {
    return invalid_argument("dims must be int32 or int64, got {}", dtype_name(dims.dtype()));
  }
  if (value.element_count() != 1) return invalid_argument("value must be a scalar");
  HOLDALL_ASSIGN(Tensor filled, repeat(value, Shape(sizes)));
  return std::vector<Tensor>{std::move(filled)};
}

KernelResult run_placeholder(KernelContext& context) {
  const NodeOutput& output = context.node().outputs.front();
  const auto shape = output.shape.full();
  return invalid_argument("You must feed a value for placeholder tensor '{}' with dtype {}{}",
                          context.node().name, tf_type_name(output.dtype),
                          shape ? " and shape " + shape->to_string() : "");
}

KernelResult run_zeros_like(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const Tensor zero, scalar_tensor(x.dtype(), 0));
  return one_output(repeat(zero, x.shape()));
}

KernelResult run_ones_like(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const Tensor one, scalar_tensor(x.dtype(), 1));
  return one_output(repeat(one, x.shape()));
}

Result<StaticShape> value_shape(const NodeShapes& node) {
  const auto at = node.attrs.find("value");
  const auto* value = at == node.attrs.end() ? nullptr : std::get_if<TensorAttr>(&at->second);
  return value == nullptr ? StaticShape::unknown() : StaticShape::of(value->shape);
}

Result<StaticShape> shape_attr(const NodeShapes& node) {
  return node.attr<StaticShape>("shape", StaticShape::unknown());
}

Result<StaticShape> fill_shape(const NodeShapes& node) {
  const auto dims = node.integers(0);
  return dims ? StaticShape{true, *dims} : StaticShape::unknown();
}

constexpr KernelRow kRows[] = {
    {"Const", "dtype", &value_shape, &run_const},
    {"Fill", "T", &fill_shape, &run_fill},
    {"Identity", "T", &shape_of_first, &run_identity},
    {"NoOp", "", nullptr, &run_no_op},
    {"OnesLike", "T", &shape_of_first, &run_ones_like},
    {"Placeholder", "dtype", &shape_attr, &run_placeholder},
    {"PlaceholderWithDefault", "dtype", &shape_attr, &run_identity},
    {"PreventGradient", "T", &shape_of_first, &run_identity},
    {"RefIdentity", "T", &shape_of_first, &run_identity},
    {"StopGradient", "T", &shape_of_first, &run_identity},
    {"ZerosLike", "T", &shape_of_first, &run_zeros_like},
};

}  // namespace

std::span<const KernelRow> constant_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
