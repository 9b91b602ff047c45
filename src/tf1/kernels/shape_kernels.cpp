// Shapes as values, and the same elements in another shape.
#include <cmath>
#include <limits>

#include "base/checked_math.h"
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

Result<Tensor> integers_as(DType dtype, const Shape& shape, std::span<const int64_t> values) {
  if (dtype == DType::kI64) return Tensor::of<int64_t>(shape, values);
  std::vector<int32_t> narrow;
  for (const int64_t value : values) {
    if (value > std::numeric_limits<int32_t>::max())
      return invalid_argument("a size of {} does not fit int32", value);
    narrow.push_back(static_cast<int32_t>(value));
  }
  return Tensor::of<int32_t>(shape, narrow);
}

DType output_type(const KernelContext& context) {
  return context.node().outputs.front().dtype;
}

KernelResult run_shape(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  return one_output(integers_as(output_type(context), {static_cast<int64_t>(x.shape().rank())},
                                x.shape().dims()));
}

KernelResult run_size(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  const int64_t count = static_cast<int64_t>(x.element_count());
  return one_output(integers_as(output_type(context), {}, {&count, 1}));
}

KernelResult run_rank(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  const int64_t rank = static_cast<int64_t>(x.shape().rank());
  return one_output(integers_as(DType::kI32, {}, {&rank, 1}));
}

KernelResult run_range(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor start, context.input(0));
  HOLDALL_ASSIGN(const Tensor limit, context.input(1));
  HOLDALL_ASSIGN(const Tensor delta, context.input(2));
  if (start.element_count() != 1 || limit.element_count() != 1 || delta.element_count() != 1 ||
      start.dtype() != limit.dtype() || start.dtype() != delta.dtype())
    return invalid_argument("start, limit and delta must be scalars of one type");
  return one_output(with_number_type(start.dtype(), [&](auto type) -> Result<Tensor> {
    using T = decltype(type);
    const T from = element_at<T>(start, 0);
    const T step = element_at<T>(delta, 0);
    const double count =
        std::ceil((static_cast<double>(element_at<T>(limit, 0)) - static_cast<double>(from)) /
                  static_cast<double>(step));
    constexpr double kMostElements = 1e10;
    if (step == T{0}) return invalid_argument("Requires delta != 0: 0");
    if (count > kMostElements) return invalid_argument("a range of {} elements", count);
    const int64_t size = count > 0 ? static_cast<int64_t>(count) : 0;
    return make_tensor<T>(start.dtype(), {size}, [&](T* out, uint64_t n) {
      for (uint64_t i = 0; i < n; ++i) out[i] = static_cast<T>(from + static_cast<T>(i) * step);
    });
  }));
}

KernelResult run_reshape(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(auto dims, integers_of(context, 1));
  uint64_t known = 1;
  std::optional<size_t> open;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == -1 && !open) {
      open = i;
      continue;
    }
    const auto product =
        dims[i] < 0 ? std::nullopt : checked_mul(known, static_cast<uint64_t>(dims[i]));
    if (!product) return invalid_argument("Size {} must be non-negative, not {}", i, dims[i]);
    known = *product;
  }
  if (open && known > 0 && x.element_count() % known == 0)
    dims[*open] = static_cast<int64_t>(x.element_count() / known);
  if (open && dims[*open] == -1)
    return invalid_argument(
        "Input to reshape is a tensor with {} values, but the requested shape requires a multiple "
        "of {}",
        x.element_count(), known);
  const Shape shape(dims);
  if (shape.element_count() != x.element_count())
    return invalid_argument(
        "Input to reshape is a tensor with {} values, but the requested shape has {}",
        x.element_count(), known);
  return one_output(TensorFactory::with_shape(x, shape));
}

// The axes that Squeeze takes away: those it is told, or all of size 1.
Result<Shape> squeezed(const Shape& shape, std::span<const int64_t> axes) {
  std::vector<bool> goes(shape.rank(), false);
  for (const int64_t axis : axes) {
    HOLDALL_ASSIGN(const size_t at, resolve_axis(axis, shape.rank()));
    if (shape[at] != 1)
      return invalid_argument("Can not squeeze dim[{}], expected a dimension of 1, got {}", at,
                              shape[at]);
    goes[at] = true;
  }
  std::vector<int64_t> dims;
  for (size_t i = 0; i < shape.rank(); ++i) {
    if (!goes[i] && (!axes.empty() || shape[i] != 1)) dims.push_back(shape[i]);
  }
  return Shape(dims);
}

std::vector<int64_t> squeeze_axes(const std::map<std::string, AttrValue>& attrs) {
  const auto at = attrs.find("squeeze_dims");
  const auto* list = at == attrs.end() ? nullptr : std::get_if<AttrList>(&at->second);
  const auto* axes = list == nullptr ? nullptr : std::get_if<std::vector<int64_t>>(list);
  return axes == nullptr ? std::vector<int64_t>() : *axes;
}

KernelResult run_squeeze(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const Shape shape, squeezed(x.shape(), squeeze_axes(context.node().attrs)));
  return one_output(TensorFactory::with_shape(x, shape));
}

KernelResult run_expand_dims(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const auto axes, integers_of(context, 1));
  if (axes.size() != 1) return invalid_argument("'dim' must be a tensor with a single value");
  HOLDALL_ASSIGN(const size_t axis, resolve_axis(axes.front(), x.shape().rank() + 1));
  std::vector<int64_t> dims(x.shape().dims().begin(), x.shape().dims().end());
  dims.insert(dims.begin() + static_cast<ptrdiff_t>(axis), 1);
  return one_output(TensorFactory::with_shape(x, Shape(dims)));
}

Result<StaticShape> rank_shape(const NodeShapes& node) {
  const StaticShape x = node.shape(0);
  return StaticShape{true, {x.has_rank ? static_cast<int64_t>(x.dims.size()) : -1}};
}

Result<StaticShape> any_vector(const NodeShapes& node) {
  const auto start = node.integers(0);
  const auto limit = node.integers(1);
  const auto delta = node.integers(2);
  if (!start || !limit || !delta || start->size() != 1 || limit->size() != 1 ||
      delta->size() != 1 || delta->front() <= 0)
    return StaticShape{true, {-1}};
  const int64_t step = delta->front();
  const int64_t span = limit->front() - start->front();
  return StaticShape{true, {span <= 0 ? 0 : (span + step - 1) / step}};
}

Result<StaticShape> reshaped(const NodeShapes& node) {
  const auto dims = node.integers(1);
  if (!dims) return StaticShape::unknown();
  StaticShape shape{true, *dims};
  const auto full = node.shape(0).full();
  if (!full) return shape;
  uint64_t known = 1;
  for (const int64_t size : shape.dims) known *= size < 0 ? 1 : static_cast<uint64_t>(size);
  const uint64_t count = full->element_count().value_or(0);
  const bool has_open = std::count(shape.dims.begin(), shape.dims.end(), -1) == 1;
  const bool fits = has_open ? known == 0 || count % known == 0 : count == known;
  if (!fits)
    return value_error("Cannot reshape a tensor with {} elements to shape {} ({} elements)", count,
                       shape_text(shape), known);
  for (int64_t& size : shape.dims) {
    if (size == -1 && known > 0) size = static_cast<int64_t>(count / known);
  }
  return shape;
}

Result<StaticShape> squeezed_rule(const NodeShapes& node) {
  const auto full = node.shape(0).full();
  if (!full) return StaticShape::unknown();
  auto shape = squeezed(*full, squeeze_axes(node.attrs));
  if (!shape.ok()) return value_error("{}", shape.error().message);
  return StaticShape::of(*shape);
}

Result<StaticShape> expanded_rule(const NodeShapes& node) {
  StaticShape shape = node.shape(0);
  const auto axis = node.integers(1);
  if (!shape.has_rank || !axis || axis->size() != 1) return StaticShape::unknown();
  const auto at = resolve_axis(axis->front(), shape.dims.size() + 1);
  if (!at.ok()) return value_error("{}", at.error().message);
  shape.dims.insert(shape.dims.begin() + static_cast<ptrdiff_t>(*at), 1);
  return shape;
}

constexpr KernelRow kRows[] = {
    {"ExpandDims", "T", &expanded_rule, &run_expand_dims},
    {"Range", "Tidx", &any_vector, &run_range},
    {"Rank", "int32", &scalar_shape, &run_rank},
    {"Reshape", "T", &reshaped, &run_reshape},
    {"Shape", "out_type", &rank_shape, &run_shape},
    {"Size", "out_type", &scalar_shape, &run_size},
    {"Squeeze", "T", &squeezed_rule, &run_squeeze},
};

}  // namespace

std::span<const KernelRow> shape_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
