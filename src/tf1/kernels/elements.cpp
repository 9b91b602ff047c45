#include "tf1/kernels/elements.h"

#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// Size along an axis of the wider rank; 1 where the shape has none.
int64_t padded(std::span<const int64_t> dims, size_t rank, size_t axis) {
  const size_t missing = rank - dims.size();
  return axis < missing ? 1 : dims[axis - missing];
}

// Elements between neighbours along each axis; none where the operand is stretched.
std::vector<uint64_t> broadcast_steps(const Shape& shape, size_t rank) {
  std::vector<uint64_t> all(rank, 0);
  uint64_t step = 1;
  for (size_t i = shape.rank(); i-- > 0;) {
    all[i + rank - shape.rank()] = shape[i] == 1 ? 0 : step;
    step *= static_cast<uint64_t>(shape[i]);
  }
  return all;
}

std::vector<uint64_t> steps_of(const Shape& shape) {
  std::vector<uint64_t> steps(shape.rank(), 1);
  for (size_t i = shape.rank(); i-- > 1;) steps[i - 1] = steps[i] * static_cast<uint64_t>(shape[i]);
  return steps;
}

}  // namespace

Result<Shape> broadcast_shapes(const Shape& a, const Shape& b) {
  const size_t rank = std::max(a.rank(), b.rank());
  std::vector<int64_t> dims(rank);
  for (size_t i = 0; i < rank; ++i) {
    const int64_t x = padded(a.dims(), rank, i);
    const int64_t y = padded(b.dims(), rank, i);
    if (x != y && x != 1 && y != 1)
      return invalid_argument("Incompatible shapes: {} vs. {}", a.to_string(), b.to_string());
    dims[i] = x == 1 ? y : x;
  }
  return Shape(dims);
}

Result<StaticShape> broadcast_shapes(const StaticShape& a, const StaticShape& b) {
  if (!a.has_rank || !b.has_rank) return StaticShape::unknown();
  const size_t rank = std::max(a.dims.size(), b.dims.size());
  StaticShape shape{true, std::vector<int64_t>(rank)};
  for (size_t i = 0; i < rank; ++i) {
    const int64_t x = padded(a.dims, rank, i);
    const int64_t y = padded(b.dims, rank, i);
    if (x < 0 || y < 0) {
      const int64_t known = std::max(x, y);
      shape.dims[i] = known > 1 ? known : -1;
    } else if (x != y && x != 1 && y != 1) {
      return value_error("Dimensions must be equal, but are {} and {}", x, y);
    } else {
      shape.dims[i] = x == 1 ? y : x;
    }
  }
  return shape;
}

Result<BroadcastWalk> BroadcastWalk::make(const Shape& a, const Shape& b) {
  BroadcastWalk walk;
  HOLDALL_ASSIGN(walk.shape_, broadcast_shapes(a, b));
  walk.a_steps_ = broadcast_steps(a, walk.shape_.rank());
  walk.b_steps_ = broadcast_steps(b, walk.shape_.rank());
  return walk;
}

Result<Tensor> take_elements(const Tensor& input, const Shape& shape,
                             const std::function<uint64_t(uint64_t)>& source) {
  const auto count = shape.element_count();
  if (!count) return invalid_argument("shape {} is negative or too large", shape.to_string());
  if (input.dtype() == DType::kString) {
    std::vector<std::string_view> strings;
    for (uint64_t i = 0; i < *count; ++i) strings.push_back(input.string_at(source(i)));
    return Tensor::of_strings(shape, strings);
  }
  const uint64_t width = dtype_size_bytes(input.dtype());
  const std::byte* from = input.bytes().data();
  return make_tensor<std::byte>(input.dtype(), shape, [&](std::byte* to, uint64_t) {
    for (uint64_t i = 0; i < *count; ++i)
      std::memcpy(to + i * width, from + source(i) * width, width);
  });
}

Result<Tensor> slice_tensor(const Tensor& tensor, std::span<const int64_t> begin,
                            std::span<const int64_t> size) {
  const Shape& whole = tensor.shape();
  if (begin.size() != whole.rank() || size.size() != whole.rank())
    return invalid_argument("a slice of rank {} of a tensor of shape {}", begin.size(),
                            whole.to_string());
  std::vector<int64_t> dims(size.begin(), size.end());
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == -1 && begin[i] <= whole[i]) dims[i] = whole[i] - begin[i];
    if (begin[i] < 0 || dims[i] < 0 || begin[i] > whole[i] || dims[i] > whole[i] - begin[i]) {
      return invalid_argument("Expected begin[{}] in [0, {}], but got {}, with size {}", i,
                              whole[i], begin[i], dims[i]);
    }
  }
  const Shape shape(dims);
  const auto steps = steps_of(whole);
  const auto inner = steps_of(shape);
  return take_elements(tensor, shape, [&](uint64_t i) {
    uint64_t at = 0;
    for (size_t axis = 0; axis < inner.size(); ++axis) {
      at += (i / inner[axis] + static_cast<uint64_t>(begin[axis])) * steps[axis];
      i %= inner[axis];
    }
    return at;
  });
}

Result<Tensor> concat_tensors(std::span<const Tensor> tensors, int64_t axis_number) {
  if (tensors.empty()) return invalid_argument("nothing to join");
  const Shape& first = tensors.front().shape();
  HOLDALL_ASSIGN(const size_t axis, resolve_axis(axis_number, first.rank()));
  std::vector<int64_t> dims(first.dims().begin(), first.dims().end());
  dims[axis] = 0;
  std::vector<Tensor> parts;
  uint64_t inner = 1;
  for (size_t i = axis + 1; i < dims.size(); ++i) inner *= static_cast<uint64_t>(dims[i]);
  for (const Tensor& each : tensors) {
    bool fits = each.dtype() == tensors.front().dtype() && each.shape().rank() == dims.size();
    for (size_t i = 0; fits && i < dims.size(); ++i) fits = i == axis || each.shape()[i] == dims[i];
    if (!fits)
      return invalid_argument(
          "ConcatOp : Dimensions of inputs should match: shape[0] = {} vs. shape = {}",
          first.to_string(), each.shape().to_string());
    dims[axis] += each.shape()[axis];
  }
  // Which part, and which element of it, by the place along the axis.
  const auto row = [&](uint64_t place) {
    size_t part = 0;
    while (place >= static_cast<uint64_t>(tensors[part].shape()[axis]))
      place -= static_cast<uint64_t>(tensors[part++].shape()[axis]);
    return std::pair(part, place);
  };
  const Shape shape(dims);
  const uint64_t size = static_cast<uint64_t>(dims[axis]);
  const auto find = [&](uint64_t i) {
    const uint64_t outer = i / inner / std::max<uint64_t>(size, 1);
    const auto [part, place] = row(i / inner % size);
    const auto part_size = static_cast<uint64_t>(tensors[part].shape()[axis]);
    return std::pair(part, (outer * part_size + place) * inner + i % inner);
  };
  const auto count = shape.element_count();
  if (!count) return invalid_argument("shape {} is too large", shape.to_string());
  if (tensors.front().dtype() == DType::kString) {
    std::vector<std::string_view> strings;
    for (uint64_t i = 0; i < *count; ++i) {
      const auto [part, at] = find(i);
      strings.push_back(tensors[part].string_at(at));
    }
    return Tensor::of_strings(shape, strings);
  }
  const uint64_t width = dtype_size_bytes(tensors.front().dtype());
  const uint64_t run = inner * width;
  return make_tensor<std::byte>(tensors.front().dtype(), shape, [&](std::byte* to, uint64_t) {
    for (uint64_t i = 0; inner > 0 && i < *count; i += inner) {
      const auto [part, at] = find(i);
      std::memcpy(to + i * width, tensors[part].bytes().data() + at * width, run);
    }
  });
}

Result<std::vector<int64_t>> integers_of(const Tensor& tensor) {
  if (tensor.dtype() == DType::kI32 || tensor.dtype() == DType::kI64) {
    std::vector<int64_t> values;
    for (uint64_t i = 0; i < tensor.element_count(); ++i) {
      values.push_back(tensor.dtype() == DType::kI32 ? element_at<int32_t>(tensor, i)
                                                     : element_at<int64_t>(tensor, i));
    }
    return values;
  }
  return invalid_argument("int32 or int64 is expected, got {}", dtype_name(tensor.dtype()));
}

Result<std::vector<int64_t>> integers_of(KernelContext& context, size_t input) {
  HOLDALL_ASSIGN(const Tensor tensor, context.input(input));
  return integers_of(tensor);
}

Result<size_t> resolve_axis(int64_t axis, size_t rank) {
  const auto signed_rank = static_cast<int64_t>(rank);
  if (axis < -signed_rank || axis >= signed_rank)
    return invalid_argument("Expected dimension in the range [{}, {}), but got {}", -signed_rank,
                            signed_rank, axis);
  return static_cast<size_t>(axis < 0 ? axis + signed_rank : axis);
}

Result<StaticShape> shape_of_first(const NodeShapes& node) {
  return node.shape(0);
}

Result<StaticShape> scalar_shape(const NodeShapes&) {
  return StaticShape::of(Shape());
}

Result<StaticShape> broadcast_rule(const NodeShapes& node) {
  return broadcast_shapes(node.shape(0), node.shape(1));
}

}  // namespace holdall::tf1
