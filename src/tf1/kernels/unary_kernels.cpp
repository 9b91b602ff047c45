// Functions of each element by itself.
#include <cmath>

#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

template <class T>
T negate(T x) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(x));
  return -x;
}
template <class T>
T square(T x) {
  if constexpr (std::is_integral_v<T>) {
    const auto bits = static_cast<std::make_unsigned_t<T>>(x);
    return static_cast<T>(bits * bits);
  }
  return x * x;
}
template <class T>
T absolute(T x) {
  return x < 0 ? negate(x) : x;
}
template <class T>
T rectify(T x) {
  return x > 0 ? x : T{0};
}
template <class T>
T sign(T x) {
  return static_cast<T>((x > 0) - (x < 0));
}

struct Negate {
  auto operator()(auto x) const { return negate(x); }
};
struct Square {
  auto operator()(auto x) const { return square(x); }
};
struct Absolute {
  auto operator()(auto x) const { return absolute(x); }
};
struct Rectify {
  auto operator()(auto x) const { return rectify(x); }
};
struct Sign {
  auto operator()(auto x) const { return sign(x); }
};
struct SquareRoot {
  auto operator()(auto x) const { return std::sqrt(x); }
};
struct InverseRoot {
  auto operator()(auto x) const { return static_cast<decltype(x)>(1) / std::sqrt(x); }
};
struct Reciprocal {
  auto operator()(auto x) const { return static_cast<decltype(x)>(1) / x; }
};
struct Exponential {
  auto operator()(auto x) const { return std::exp(x); }
};
struct Logarithm {
  auto operator()(auto x) const { return std::log(x); }
};
struct Sigmoid {
  auto operator()(auto x) const {
    const decltype(x) one = 1;
    return one / (one + std::exp(-x));
  }
};
struct HyperbolicTangent {
  auto operator()(auto x) const { return std::tanh(x); }
};
struct Floor {
  auto operator()(auto x) const { return std::floor(x); }
};
struct Ceiling {
  auto operator()(auto x) const { return std::ceil(x); }
};
struct Round {
  auto operator()(auto x) const { return std::nearbyint(x); }
};

template <class Function, class T>
Result<Tensor> map_elements(const Tensor& x) {
  return make_tensor<T>(x.dtype(), x.shape(), [&](T* out, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) out[i] = static_cast<T>(Function()(element_at<T>(x, i)));
  });
}

template <class Function>
KernelResult run_number(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  return one_output(with_number_type(
      x.dtype(), [&](auto type) { return map_elements<Function, decltype(type)>(x); }));
}

template <class Function>
KernelResult run_floating(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  return one_output(with_floating_type(
      x.dtype(), [&](auto type) { return map_elements<Function, decltype(type)>(x); }));
}

constexpr KernelRow kRows[] = {
    {"Abs", "T", &shape_of_first, &run_number<Absolute>},
    {"Ceil", "T", &shape_of_first, &run_floating<Ceiling>},
    {"Exp", "T", &shape_of_first, &run_floating<Exponential>},
    {"Floor", "T", &shape_of_first, &run_floating<Floor>},
    {"Log", "T", &shape_of_first, &run_floating<Logarithm>},
    {"Neg", "T", &shape_of_first, &run_number<Negate>},
    {"Reciprocal", "T", &shape_of_first, &run_floating<Reciprocal>},
    {"Relu", "T", &shape_of_first, &run_number<Rectify>},
    {"Round", "T", &shape_of_first, &run_floating<Round>},
    {"Rsqrt", "T", &shape_of_first, &run_floating<InverseRoot>},
    {"Sigmoid", "T", &shape_of_first, &run_floating<Sigmoid>},
    {"Sign", "T", &shape_of_first, &run_number<Sign>},
    {"Sqrt", "T", &shape_of_first, &run_floating<SquareRoot>},
    {"Square", "T", &shape_of_first, &run_number<Square>},
    {"Tanh", "T", &shape_of_first, &run_floating<HyperbolicTangent>},
};

}  // namespace

std::span<const KernelRow> unary_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
