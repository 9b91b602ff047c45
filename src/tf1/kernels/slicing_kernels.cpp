// Parts of a tensor, and its elements in another order.
#include <numeric>

#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

std::vector<uint64_t> steps_of(const Shape& shape) {
  std::vector<uint64_t> steps(shape.rank(), 1);
  for (size_t i = shape.rank(); i-- > 1;) steps[i - 1] = steps[i] * static_cast<uint64_t>(shape[i]);
  return steps;
}

KernelResult run_slice(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const auto begin, integers_of(context, 1));
  HOLDALL_ASSIGN(const auto size, integers_of(context, 2));
  return one_output(slice_tensor(x, begin, size));
}

// x[begin:end:stride, ...] as Python has it, with the masks of the node.
struct StridedPlan {
  std::vector<int64_t> begin, stride, dims;  // by axis of the input
  std::vector<int64_t> shown;                // shape of the result
};

// What one item of x[...] does to one axis.
Status add_axis(StridedPlan& plan, int64_t size, int64_t begin, int64_t end, int64_t stride,
                bool has_begin, bool has_end, bool shrinks) {
  if (stride == 0) return invalid_argument("strides[{}] must be non-zero", plan.begin.size());
  const int64_t lowest = stride > 0 ? 0 : -1;
  const int64_t highest = stride > 0 ? size : size - 1;
  const auto place = [&](int64_t at) {
    return std::clamp(at < 0 ? at + size : at, lowest, highest);
  };
  if (shrinks) {
    const int64_t at = begin < 0 ? begin + size : begin;
    if (at < 0 || at >= size)
      return invalid_argument("slice index {} of dimension {} out of bounds.", begin,
                              plan.begin.size());
    plan.begin.push_back(at);
    plan.stride.push_back(1);
    plan.dims.push_back(1);
    return {};
  }
  const int64_t from = has_begin ? place(begin) : (stride > 0 ? 0 : size - 1);
  const int64_t to = has_end ? place(end) : (stride > 0 ? size : -1);
  const int64_t span = stride > 0 ? to - from : from - to;
  const int64_t step = stride > 0 ? stride : -stride;
  plan.begin.push_back(from);
  plan.stride.push_back(stride);
  plan.dims.push_back(span <= 0 ? 0 : (span + step - 1) / step);
  plan.shown.push_back(plan.dims.back());
  return {};
}

struct Masks {
  int64_t begin = 0, end = 0, ellipsis = 0, new_axis = 0, shrink = 0;
};

template <class Attr>
Masks read_masks(Attr attr) {
  return {attr("begin_mask"), attr("end_mask"), attr("ellipsis_mask"), attr("new_axis_mask"),
          attr("shrink_axis_mask")};
}

bool has_bit(int64_t mask, size_t i) {
  return i < 63 && ((mask >> i) & 1) != 0;
}

Result<StridedPlan> plan_strided(std::span<const int64_t> sizes, std::span<const int64_t> begin,
                                 std::span<const int64_t> end, std::span<const int64_t> stride,
                                 const Masks& masks) {
  if (begin.size() != end.size() || begin.size() != stride.size())
    return invalid_argument("begin, end and strides must be of one length");
  size_t used = 0;
  for (size_t i = 0; i < begin.size(); ++i)
    used += !has_bit(masks.ellipsis, i) && !has_bit(masks.new_axis, i);
  if (used > sizes.size())
    return invalid_argument("Index out of range using input dim {}; input has only {} dims",
                            sizes.size(), sizes.size());
  StridedPlan plan;
  const auto add_whole = [&] {
    return add_axis(plan, sizes[plan.begin.size()], 0, 0, 1, false, false, false);
  };
  for (size_t i = 0; i < begin.size(); ++i) {
    if (has_bit(masks.ellipsis, i)) {
      for (size_t k = used; k < sizes.size(); ++k) {
        HOLDALL_TRY(add_whole());
      }
    } else if (has_bit(masks.new_axis, i)) {
      plan.shown.push_back(1);
    } else {
      HOLDALL_TRY(add_axis(plan, sizes[plan.begin.size()], begin[i], end[i], stride[i],
                           !has_bit(masks.begin, i), !has_bit(masks.end, i),
                           has_bit(masks.shrink, i)));
    }
  }
  while (plan.begin.size() < sizes.size()) {
    HOLDALL_TRY(add_whole());
  }
  return plan;
}

KernelResult run_strided_slice(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const auto begin, integers_of(context, 1));
  HOLDALL_ASSIGN(const auto end, integers_of(context, 2));
  HOLDALL_ASSIGN(const auto stride, integers_of(context, 3));
  const Masks masks = read_masks([&](const char* key) {
    const auto* value = context.node().find_attr<int64_t>(key);
    return value == nullptr ? 0 : *value;
  });
  HOLDALL_ASSIGN(const StridedPlan plan, plan_strided(x.shape().dims(), begin, end, stride, masks));
  const auto from = steps_of(x.shape());
  const auto inner = steps_of(Shape(plan.dims));
  HOLDALL_ASSIGN(Tensor taken, take_elements(x, Shape(plan.dims), [&](uint64_t i) {
                   int64_t at = 0;
                   for (size_t axis = 0; axis < inner.size(); ++axis) {
                     const auto place = static_cast<int64_t>(i / inner[axis]);
                     at += (plan.begin[axis] + place * plan.stride[axis]) *
                           static_cast<int64_t>(from[axis]);
                     i %= inner[axis];
                   }
                   return static_cast<uint64_t>(at);
                 }));
  return one_output(TensorFactory::with_shape(std::move(taken), Shape(plan.shown)));
}

Result<StaticShape> strided_shape(const NodeShapes& node) {
  const StaticShape x = node.shape(0);
  const auto begin = node.integers(1);
  const auto end = node.integers(2);
  const auto stride = node.integers(3);
  if (!x.full() || !begin || !end || !stride) return StaticShape::unknown();
  const Masks masks = read_masks([&](const char* key) { return node.attr<int64_t>(key, 0); });
  auto plan = plan_strided(x.dims, *begin, *end, *stride, masks);
  if (!plan.ok()) return value_error("{}", plan.error().message);
  return StaticShape{true, plan->shown};
}

Result<StaticShape> slice_shape(const NodeShapes& node) {
  const auto begin = node.integers(1);
  const auto size = node.integers(2);
  const StaticShape x = node.shape(0);
  if (!size) return StaticShape::unknown();
  StaticShape shape{true, *size};
  for (size_t i = 0; i < shape.dims.size(); ++i) {
    if (shape.dims[i] >= 0 || !begin || i >= begin->size() || i >= x.dims.size()) continue;
    shape.dims[i] = x.dims[i] < 0 ? -1 : x.dims[i] - (*begin)[i];
  }
  return shape;
}

// The parts of these lengths along an axis.
KernelResult split_by(const Tensor& x, size_t axis, std::span<const int64_t> lengths) {
  std::vector<Tensor> parts;
  std::vector<int64_t> begin(x.shape().rank(), 0);
  std::vector<int64_t> size(x.shape().dims().begin(), x.shape().dims().end());
  for (const int64_t length : lengths) {
    size[axis] = length;
    HOLDALL_ASSIGN(Tensor part, slice_tensor(x, begin, size));
    begin[axis] += length;
    parts.push_back(std::move(part));
  }
  return parts;
}

KernelResult run_split(KernelContext& context) {
  HOLDALL_ASSIGN(const auto axes, integers_of(context, 0));
  HOLDALL_ASSIGN(const Tensor x, context.input(1));
  if (axes.size() != 1) return invalid_argument("split_dim must be a scalar");
  HOLDALL_ASSIGN(const size_t axis, resolve_axis(axes.front(), x.shape().rank()));
  const auto count = static_cast<int64_t>(context.node().outputs.size());
  if (count == 0 || x.shape()[axis] % count != 0)
    return invalid_argument(
        "Number of ways to split should evenly divide the split dimension: {} into {}",
        x.shape()[axis], count);
  const std::vector<int64_t> lengths(static_cast<size_t>(count), x.shape()[axis] / count);
  return split_by(x, axis, lengths);
}

KernelResult run_split_v(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(auto lengths, integers_of(context, 1));
  HOLDALL_ASSIGN(const auto axes, integers_of(context, 2));
  if (axes.size() != 1) return invalid_argument("split_dim must be a scalar");
  HOLDALL_ASSIGN(const size_t axis, resolve_axis(axes.front(), x.shape().rank()));
  const auto open = std::find(lengths.begin(), lengths.end(), -1);
  if (open != lengths.end())
    *open = x.shape()[axis] - (std::accumulate(lengths.begin(), lengths.end(), int64_t{0}) + 1);
  const bool fits = std::all_of(lengths.begin(), lengths.end(), [](int64_t n) { return n >= 0; }) &&
                    std::accumulate(lengths.begin(), lengths.end(), int64_t{0}) == x.shape()[axis];
  if (!fits)
    return invalid_argument(
        "Determined shape must either match input shape along split_dim exactly");
  return split_by(x, axis, lengths);
}

KernelResult run_unpack(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  const auto* attr = context.node().find_attr<int64_t>("axis");
  HOLDALL_ASSIGN(const size_t axis, resolve_axis(attr == nullptr ? 0 : *attr, x.shape().rank()));
  const std::vector<int64_t> lengths(static_cast<size_t>(x.shape()[axis]), 1);
  HOLDALL_ASSIGN(auto parts, split_by(x, axis, lengths));
  std::vector<int64_t> dims(x.shape().dims().begin(), x.shape().dims().end());
  dims.erase(dims.begin() + static_cast<ptrdiff_t>(axis));
  for (Tensor& part : parts) {
    HOLDALL_ASSIGN(part, TensorFactory::with_shape(std::move(part), Shape(dims)));
  }
  return parts;
}

KernelResult run_gather(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const Tensor where, context.input(1));
  int64_t axis_number = 0;
  if (context.input_count() > 2) {
    HOLDALL_ASSIGN(const auto axes, integers_of(context, 2));
    if (axes.size() != 1) return invalid_argument("axis must be scalar");
    axis_number = axes.front();
  }
  HOLDALL_ASSIGN(const auto indices, integers_of(where));
  HOLDALL_ASSIGN(const size_t axis, resolve_axis(axis_number, x.shape().rank()));
  const int64_t size = x.shape()[axis];
  for (const int64_t index : indices) {
    if (index < 0 || index >= size)
      return invalid_argument("indices = {} is not in [0, {})", index, size);
  }
  const auto dims = x.shape().dims();
  std::vector<int64_t> shown(dims.begin(), dims.begin() + static_cast<ptrdiff_t>(axis));
  shown.insert(shown.end(), where.shape().dims().begin(), where.shape().dims().end());
  shown.insert(shown.end(), dims.begin() + static_cast<ptrdiff_t>(axis) + 1, dims.end());
  const uint64_t inner = steps_of(x.shape())[axis];
  const auto count = static_cast<uint64_t>(indices.size());
  return one_output(take_elements(x, Shape(shown), [&](uint64_t i) {
    const auto row = static_cast<uint64_t>(indices[i / inner % count]);
    return (i / inner / count * static_cast<uint64_t>(size) + row) * inner + i % inner;
  }));
}

KernelResult run_transpose(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const auto order, integers_of(context, 1));
  std::vector<bool> seen(x.shape().rank(), false);
  std::vector<int64_t> dims;
  std::vector<uint64_t> steps;
  const auto from = steps_of(x.shape());
  if (order.size() != x.shape().rank())
    return invalid_argument(
        "transpose expects a vector of size {}. But input(1) is a vector of size {}",
        x.shape().rank(), order.size());
  for (const int64_t axis : order) {
    HOLDALL_ASSIGN(const size_t at, resolve_axis(axis, x.shape().rank()));
    if (seen[at]) return invalid_argument("{} is given twice in perm", axis);
    seen[at] = true;
    dims.push_back(x.shape()[at]);
    steps.push_back(from[at]);
  }
  const auto inner = steps_of(Shape(dims));
  return one_output(take_elements(x, Shape(dims), [&](uint64_t i) {
    uint64_t at = 0;
    for (size_t axis = 0; axis < inner.size(); ++axis) {
      at += i / inner[axis] * steps[axis];
      i %= inner[axis];
    }
    return at;
  }));
}

KernelResult run_reverse(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const auto axes, integers_of(context, 1));
  std::vector<bool> turns(x.shape().rank(), false);
  for (const int64_t axis : axes) {
    HOLDALL_ASSIGN(const size_t at, resolve_axis(axis, x.shape().rank()));
    turns[at] = true;
  }
  const auto steps = steps_of(x.shape());
  return one_output(take_elements(x, x.shape(), [&](uint64_t i) {
    uint64_t at = 0;
    for (size_t axis = 0; axis < steps.size(); ++axis) {
      const uint64_t place = i / steps[axis];
      at +=
          (turns[axis] ? static_cast<uint64_t>(x.shape()[axis]) - 1 - place : place) * steps[axis];
      i %= steps[axis];
    }
    return at;
  }));
}

// Where the elements are that are not false.
KernelResult run_where(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  if (x.dtype() != DType::kBool) return unsupported("Where of {}", dtype_name(x.dtype()));
  const auto steps = steps_of(x.shape());
  std::vector<int64_t> places;
  int64_t found = 0;
  for (uint64_t i = 0; i < x.element_count(); ++i) {
    if (element_at<uint8_t>(x, i) == 0) continue;
    ++found;
    uint64_t rest = i;
    for (const uint64_t step : steps) {
      places.push_back(static_cast<int64_t>(rest / step));
      rest %= step;
    }
  }
  const Shape shape({found, static_cast<int64_t>(x.shape().rank())});
  return one_output(Tensor::of<int64_t>(shape, places));
}

// A whole tensor is chosen by a scalar, rows by a vector, elements by a tensor of the same shape.
KernelResult run_select(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor condition, context.input(0));
  HOLDALL_ASSIGN(const Tensor a, context.input(1));
  HOLDALL_ASSIGN(const Tensor b, context.input(2));
  if (condition.dtype() != DType::kBool || a.shape() != b.shape() || a.dtype() != b.dtype())
    return invalid_argument("Select of {} and {}", a.shape().to_string(), b.shape().to_string());
  if (condition.element_count() == 1 && condition.shape().rank() == 0)
    return std::vector<Tensor>{element_at<uint8_t>(condition, 0) != 0 ? a : b};
  const uint64_t count = a.element_count();
  const uint64_t choices = condition.element_count();
  if (choices == 0 || count % choices != 0 || condition.shape()[0] != a.shape()[0])
    return invalid_argument("condition of shape {} for values of shape {}",
                            condition.shape().to_string(), a.shape().to_string());
  // The elements of both in one row: a's, then b's.
  HOLDALL_ASSIGN(const Tensor flat_a, TensorFactory::with_shape(a, {static_cast<int64_t>(count)}));
  HOLDALL_ASSIGN(const Tensor flat_b, TensorFactory::with_shape(b, {static_cast<int64_t>(count)}));
  HOLDALL_ASSIGN(const Tensor both, concat_tensors(std::vector<Tensor>{flat_a, flat_b}, 0));
  return one_output(take_elements(both, a.shape(), [&](uint64_t i) {
    return element_at<uint8_t>(condition, i / (count / choices)) != 0 ? i : count + i;
  }));
}

KernelResult run_tile(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const auto times, integers_of(context, 1));
  std::vector<int64_t> dims(x.shape().dims().begin(), x.shape().dims().end());
  if (times.size() != dims.size())
    return invalid_argument(
        "Expected multiples argument to be a vector of length {} but got length {}", dims.size(),
        times.size());
  for (size_t i = 0; i < dims.size(); ++i) {
    if (times[i] < 0 || __builtin_mul_overflow(dims[i], times[i], &dims[i]))
      return invalid_argument("Expected multiples[{}] >= 0, but got {}", i, times[i]);
  }
  const auto from = steps_of(x.shape());
  const Shape shape(dims);
  if (!shape.element_count()) return invalid_argument("shape {} is too large", shape.to_string());
  const auto inner = steps_of(shape);
  return one_output(take_elements(x, shape, [&](uint64_t i) {
    uint64_t at = 0;
    for (size_t axis = 0; axis < inner.size(); ++axis) {
      at += i / inner[axis] % static_cast<uint64_t>(x.shape()[axis]) * from[axis];
      i %= inner[axis];
    }
    return at;
  }));
}

Result<StaticShape> split_shape(const NodeShapes& node) {
  StaticShape x = node.shape(1);
  const auto axis = node.integers(0);
  const auto count = node.attr<int64_t>("num_split", 1);
  if (!x.has_rank || !axis || axis->size() != 1) return StaticShape::unknown();
  const auto at = resolve_axis(axis->front(), x.dims.size());
  if (!at.ok()) return value_error("{}", at.error().message);
  int64_t& size = x.dims[*at];
  if (size >= 0 && count > 0 && size % count != 0)
    return value_error("Dimension size must be evenly divisible by {} but is {}", count, size);
  if (size >= 0 && count > 0) size /= count;
  return x;
}

Result<StaticShape> unpack_shape(const NodeShapes& node) {
  StaticShape x = node.shape(0);
  if (!x.has_rank) return x;
  const auto at = resolve_axis(node.attr<int64_t>("axis", 0), x.dims.size());
  if (!at.ok()) return value_error("{}", at.error().message);
  x.dims.erase(x.dims.begin() + static_cast<ptrdiff_t>(*at));
  return x;
}

Result<StaticShape> gather_shape(const NodeShapes& node) {
  const StaticShape x = node.shape(0);
  const StaticShape where = node.shape(1);
  const auto axis = node.inputs.size() > 2 ? node.integers(2) : std::vector<int64_t>{0};
  if (!x.has_rank || !where.has_rank || !axis || axis->size() != 1) return StaticShape::unknown();
  const auto at = resolve_axis(axis->front(), x.dims.size());
  if (!at.ok()) return value_error("{}", at.error().message);
  StaticShape shape{true, {x.dims.begin(), x.dims.begin() + static_cast<ptrdiff_t>(*at)}};
  shape.dims.insert(shape.dims.end(), where.dims.begin(), where.dims.end());
  shape.dims.insert(shape.dims.end(), x.dims.begin() + static_cast<ptrdiff_t>(*at) + 1,
                    x.dims.end());
  return shape;
}

Result<StaticShape> transpose_shape(const NodeShapes& node) {
  const StaticShape x = node.shape(0);
  const auto order = node.integers(1);
  if (!x.has_rank || !order || order->size() != x.dims.size()) return StaticShape::unknown();
  StaticShape shape{true, {}};
  for (const int64_t axis : *order) {
    const auto at = resolve_axis(axis, x.dims.size());
    if (!at.ok()) return value_error("{}", at.error().message);
    shape.dims.push_back(x.dims[*at]);
  }
  return shape;
}

Result<StaticShape> where_shape(const NodeShapes& node) {
  const StaticShape x = node.shape(0);
  return StaticShape{true, {-1, x.has_rank ? static_cast<int64_t>(x.dims.size()) : -1}};
}

Result<StaticShape> select_shape(const NodeShapes& node) {
  return node.shape(1);
}

Result<StaticShape> tile_shape(const NodeShapes& node) {
  StaticShape x = node.shape(0);
  const auto times = node.integers(1);
  if (!x.has_rank || !times || times->size() != x.dims.size()) return StaticShape::unknown();
  for (size_t i = 0; i < x.dims.size(); ++i)
    x.dims[i] = x.dims[i] < 0 ? -1 : x.dims[i] * (*times)[i];
  return x;
}

constexpr KernelRow kRows[] = {
    {"Gather", "Tparams", &gather_shape, &run_gather},
    {"GatherV2", "Tparams", &gather_shape, &run_gather},
    {"ReverseV2", "T", &shape_of_first, &run_reverse},
    {"Select", "T", &select_shape, &run_select},
    {"Slice", "T", &slice_shape, &run_slice},
    {"Split", "T*num_split", &split_shape, &run_split},
    {"SplitV", "T*num_split", nullptr, &run_split_v},
    {"StridedSlice", "T", &strided_shape, &run_strided_slice},
    {"Tile", "T", &tile_shape, &run_tile},
    {"Transpose", "T", &transpose_shape, &run_transpose},
    {"Unpack", "T*num", &unpack_shape, &run_unpack},
    {"Where", "int64", &where_shape, &run_where},
};

}  // namespace

std::span<const KernelRow> slicing_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
