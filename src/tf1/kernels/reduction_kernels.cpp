// Many elements to one: sums, largest ones and where they are.
#include <cmath>
#include <limits>

#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// Which axes go, and what is left of the shape.
struct Reduction {
  std::vector<bool> is_reduced;
  Shape kept;   // the axes that stay
  Shape shown;  // with the reduced ones as 1, if they are to be kept
};

Result<Reduction> plan_reduction(const Shape& shape, std::span<const int64_t> axes,
                                 bool keep_dims) {
  Reduction plan;
  plan.is_reduced.assign(shape.rank(), false);
  for (const int64_t axis : axes) {
    auto resolved = resolve_axis(axis, shape.rank());
    if (!resolved.ok())
      return invalid_argument("Invalid reduction dimension {} for input with {} dimension(s)", axis,
                              shape.rank());
    plan.is_reduced[*resolved] = true;
  }
  std::vector<int64_t> kept, shown;
  for (size_t i = 0; i < shape.rank(); ++i) {
    if (!plan.is_reduced[i]) kept.push_back(shape[i]);
    if (!plan.is_reduced[i] || keep_dims) shown.push_back(plan.is_reduced[i] ? 1 : shape[i]);
  }
  plan.kept = Shape(kept);
  plan.shown = Shape(shown);
  return plan;
}

// Calls `body(element, place in the result)` for each element in order.
template <class Body>
void walk_reduction(const Shape& shape, const Reduction& plan, Body body) {
  const uint64_t count = shape.element_count().value_or(0);
  std::vector<uint64_t> steps(shape.rank(), 0);
  uint64_t step = 1;
  for (size_t i = shape.rank(); i-- > 0;) {
    if (plan.is_reduced[i]) continue;
    steps[i] = step;
    step *= static_cast<uint64_t>(shape[i]);
  }
  std::vector<int64_t> at(shape.rank(), 0);
  uint64_t place = 0;
  for (uint64_t i = 0; i < count; ++i) {
    body(i, place);
    for (size_t axis = shape.rank(); axis-- > 0;) {
      place += steps[axis];
      if (++at[axis] < shape[axis]) break;
      place -= steps[axis] * static_cast<uint64_t>(shape[axis]);
      at[axis] = 0;
    }
  }
}

struct Sum {
  template <class T>
  static T start() {
    return 0;
  }
  template <class T>
  T operator()(T a, T b) const {
    return wrapped<std::plus<>>(a, b);
  }
};
struct Product {
  template <class T>
  static T start() {
    return 1;
  }
  template <class T>
  T operator()(T a, T b) const {
    return wrapped<std::multiplies<>>(a, b);
  }
};
struct Largest {
  template <class T>
  static T start() {
    if constexpr (std::is_floating_point_v<T>) return -std::numeric_limits<T>::infinity();
    return std::numeric_limits<T>::lowest();
  }
  template <class T>
  T operator()(T a, T b) const {
    return b > a ? b : a;
  }
};
struct Smallest {
  template <class T>
  static T start() {
    if constexpr (std::is_floating_point_v<T>) return std::numeric_limits<T>::infinity();
    return std::numeric_limits<T>::max();
  }
  template <class T>
  T operator()(T a, T b) const {
    return b < a ? b : a;
  }
};

bool keeps_dims(const Node& node) {
  const bool* keep = node.find_attr<bool>("keep_dims");
  return keep != nullptr && *keep;
}

template <class Operator, class T>
Result<Tensor> reduce(const Tensor& x, const Reduction& plan, bool divides) {
  return make_tensor<T>(x.dtype(), plan.shown, [&](T* out, uint64_t count) {
    std::fill(out, out + count, Operator::template start<T>());
    walk_reduction(x.shape(), plan, [&](uint64_t i, uint64_t place) {
      out[place] = Operator()(out[place], element_at<T>(x, i));
    });
    if (!divides) return;
    const uint64_t each = count == 0 ? 0 : x.element_count() / count;
    for (uint64_t i = 0; i < count; ++i) {
      if constexpr (std::is_integral_v<T>) {
        out[i] = each == 0 ? T{0} : static_cast<T>(out[i] / static_cast<T>(each));
      } else {
        out[i] /= static_cast<T>(each);
      }
    }
  });
}

template <class Operator, bool divides = false>
KernelResult run_reduction(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const auto axes, integers_of(context, 1));
  HOLDALL_ASSIGN(const Reduction plan, plan_reduction(x.shape(), axes, keeps_dims(context.node())));
  return one_output(with_number_type(
      x.dtype(), [&](auto type) { return reduce<Operator, decltype(type)>(x, plan, divides); }));
}

template <bool all>
KernelResult run_logical(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const auto axes, integers_of(context, 1));
  HOLDALL_ASSIGN(const Reduction plan, plan_reduction(x.shape(), axes, keeps_dims(context.node())));
  if (x.dtype() != DType::kBool) return invalid_argument("the input must be bool");
  return one_output(
      make_tensor<uint8_t>(DType::kBool, plan.shown, [&](uint8_t* out, uint64_t count) {
        std::fill(out, out + count, static_cast<uint8_t>(all ? 1 : 0));
        walk_reduction(x.shape(), plan, [&](uint64_t i, uint64_t place) {
          const bool value = element_at<uint8_t>(x, i) != 0;
          out[place] = (all ? out[place] != 0 && value : out[place] != 0 || value) ? 1 : 0;
        });
      }));
}

// Where the first of the best elements along an axis is.
template <class Better, class T, class Index>
Result<Tensor> find_best(const Tensor& x, const Reduction& plan, size_t axis, DType dtype) {
  std::vector<T> best(plan.kept.element_count().value_or(0));
  std::vector<bool> is_set(best.size(), false);
  uint64_t inner = 1;
  for (size_t i = axis + 1; i < x.shape().rank(); ++i) inner *= static_cast<uint64_t>(x.shape()[i]);
  const auto size = static_cast<uint64_t>(x.shape()[axis]);
  return make_tensor<Index>(dtype, plan.kept, [&](Index* out, uint64_t count) {
    std::fill(out, out + count, Index{0});
    walk_reduction(x.shape(), plan, [&](uint64_t i, uint64_t place) {
      const T value = element_at<T>(x, i);
      if (is_set[place] && !(Better()(best[place], value) != best[place])) return;
      is_set[place] = true;
      best[place] = value;
      out[place] = static_cast<Index>(i / inner % size);
    });
  });
}

template <class Better>
KernelResult run_arg(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  HOLDALL_ASSIGN(const auto axes, integers_of(context, 1));
  if (axes.size() != 1) return invalid_argument("dim must be a scalar");
  HOLDALL_ASSIGN(const size_t axis, resolve_axis(axes.front(), x.shape().rank()));
  HOLDALL_ASSIGN(const Reduction plan, plan_reduction(x.shape(), axes, false));
  const DType dtype = context.node().outputs.front().dtype;
  return one_output(with_number_type(x.dtype(), [&](auto type) {
    using T = decltype(type);
    return dtype == DType::kI32 ? find_best<Better, T, int32_t>(x, plan, axis, dtype)
                                : find_best<Better, T, int64_t>(x, plan, axis, dtype);
  }));
}

KernelResult run_softmax(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  if (x.shape().rank() == 0) return invalid_argument("logits must have at least one dimension");
  const auto size = static_cast<uint64_t>(x.shape()[x.shape().rank() - 1]);
  return one_output(with_floating_type(x.dtype(), [&](auto type) {
    using T = decltype(type);
    return make_tensor<T>(x.dtype(), x.shape(), [&](T* out, uint64_t count) {
      for (uint64_t row = 0; size > 0 && row < count; row += size) {
        T largest = element_at<T>(x, row);
        for (uint64_t i = 1; i < size; ++i) largest = std::max(largest, element_at<T>(x, row + i));
        T sum = 0;
        for (uint64_t i = 0; i < size; ++i)
          sum += out[row + i] = std::exp(element_at<T>(x, row + i) - largest);
        for (uint64_t i = 0; i < size; ++i) out[row + i] /= sum;
      }
    });
  }));
}

KernelResult run_add_n(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor first, context.input(0));
  std::vector<Tensor> all{first};
  for (size_t i = 1; i < context.input_count(); ++i) {
    HOLDALL_ASSIGN(Tensor next, context.input(i));
    if (next.shape() != first.shape() || next.dtype() != first.dtype())
      return invalid_argument(
          "Inputs to operation {} must have the same size and shape. Input 0: {} != input {}: {}",
          context.node().name, first.shape().to_string(), i, next.shape().to_string());
    all.push_back(std::move(next));
  }
  return one_output(with_number_type(first.dtype(), [&](auto type) {
    using T = decltype(type);
    return make_tensor<T>(first.dtype(), first.shape(), [&](T* out, uint64_t count) {
      for (uint64_t i = 0; i < count; ++i) {
        out[i] = element_at<T>(first, i);
        for (size_t k = 1; k < all.size(); ++k) out[i] = Sum()(out[i], element_at<T>(all[k], i));
      }
    });
  }));
}

Result<StaticShape> reduced_shape(const NodeShapes& node) {
  const StaticShape x = node.shape(0);
  const auto axes = node.integers(1);
  if (!x.has_rank || !axes) return StaticShape::unknown();
  const auto rank = static_cast<int64_t>(x.dims.size());
  StaticShape shape{true, {}};
  for (int64_t i = 0; i < rank; ++i) {
    const bool is_reduced = std::any_of(
        axes->begin(), axes->end(), [&](int64_t axis) { return axis == i || axis + rank == i; });
    if (!is_reduced) shape.dims.push_back(x.dims[static_cast<size_t>(i)]);
    if (is_reduced && node.attr<bool>("keep_dims", false)) shape.dims.push_back(1);
  }
  for (const int64_t axis : *axes) {
    if (axis < -rank || axis >= rank)
      return value_error("Invalid reduction dimension {} for input with {} dimensions.", axis,
                         rank);
  }
  return shape;
}

constexpr KernelRow kRows[] = {
    {"AddN", "T", &shape_of_first, &run_add_n},
    {"All", "bool", &reduced_shape, &run_logical<true>},
    {"Any", "bool", &reduced_shape, &run_logical<false>},
    {"ArgMax", "output_type", &reduced_shape, &run_arg<Largest>},
    {"ArgMin", "output_type", &reduced_shape, &run_arg<Smallest>},
    {"Max", "T", &reduced_shape, &run_reduction<Largest>},
    {"Mean", "T", &reduced_shape, &run_reduction<Sum, true>},
    {"Min", "T", &reduced_shape, &run_reduction<Smallest>},
    {"Prod", "T", &reduced_shape, &run_reduction<Product>},
    {"Softmax", "T", &shape_of_first, &run_softmax},
    {"Sum", "T", &reduced_shape, &run_reduction<Sum>},
};

}  // namespace

std::span<const KernelRow> reduction_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
