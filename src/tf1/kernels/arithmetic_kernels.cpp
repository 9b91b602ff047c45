// Element-wise arithmetic of two tensors, broadcast as NumPy does.
#include <cmath>

#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

struct Add {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a + b);
  }
};
struct Subtract {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a - b);
  }
};
struct Multiply {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a * b);
  }
};

// Those that depend on the sign see integers as they are.
struct Divide {
  static constexpr bool kIsSigned = true;
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>)
      return b == -1 ? static_cast<T>(0 - a) : static_cast<T>(a / b);
    return static_cast<T>(a / b);
  }
};
struct FloorDivide {
  static constexpr bool kIsSigned = true;
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>) {
      const T quotient = Divide()(a, b);
      return b != -1 && a % b != 0 && (a < 0) != (b < 0) ? static_cast<T>(quotient - 1) : quotient;
    } else {
      return std::floor(a / b);
    }
  }
};
struct FloorMod {
  static constexpr bool kIsSigned = true;
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>) {
      const T rest = b == -1 ? T{0} : static_cast<T>(a % b);
      return rest != 0 && (rest < 0) != (b < 0) ? static_cast<T>(rest + b) : rest;
    } else {
      const T rest = std::fmod(a, b);
      return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }
  }
};
struct Largest {
  static constexpr bool kIsSigned = true;
  template <class T>
  T operator()(T a, T b) const {
    return a < b ? b : a;
  }
};
struct Smallest {
  static constexpr bool kIsSigned = true;
  template <class T>
  T operator()(T a, T b) const {
    return b < a ? b : a;
  }
};
struct Power {
  static constexpr bool kIsSigned = true;
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_integral_v<T>) {
      using Unsigned = std::make_unsigned_t<T>;
      Unsigned result = 1;
      Unsigned base = static_cast<Unsigned>(a);
      for (auto exponent = static_cast<Unsigned>(b); exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1) result *= base;
        base *= base;
      }
      return static_cast<T>(result);
    } else {
      return std::pow(a, b);
    }
  }
};
struct SquaredDifference {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>((a - b) * (a - b));
  }
};

template <class Operator>
constexpr bool is_signed_operator = requires {
  Operator::kIsSigned;
};
template <class Operator>
constexpr bool divides =
    std::is_same_v<Operator, Divide> || std::is_same_v<Operator, FloorDivide> ||
    std::is_same_v<Operator, FloorMod>;

template <class Operator, class T>
T apply(T a, T b) {
  if constexpr (std::is_same_v<T, Half>) {
    return {float_to_half(Operator()(half_to_float(a.bits), half_to_float(b.bits)))};
  } else if constexpr (std::is_integral_v<T> && !is_signed_operator<Operator>) {
    return wrapped<Operator>(a, b);
  } else {
    return Operator()(a, b);
  }
}

// What the operation is not defined for.
template <class Operator, class T>
Status check_divisor(const Tensor& b) {
  if constexpr (std::is_integral_v<T> && (divides<Operator> || std::is_same_v<Operator, Power>)) {
    for (uint64_t i = 0; i < b.element_count(); ++i) {
      const T value = element_at<T>(b, i);
      if (divides<Operator> && value == 0) return invalid_argument("Integer division by zero");
      if (!divides<Operator> && value < 0)
        return invalid_argument("Integers to negative integer powers are not allowed");
    }
  }
  return {};
}

template <class Operator, class T>
Result<Tensor> combine(const Tensor& a, const Tensor& b) {
  HOLDALL_ASSIGN(const BroadcastWalk walk, BroadcastWalk::make(a.shape(), b.shape()));
  HOLDALL_TRY((check_divisor<Operator, T>(b)));
  return make_tensor<T>(a.dtype(), walk.shape(), [&](T* out, uint64_t count) {
    walk.for_each(count, [&](uint64_t i, uint64_t j) {
      *out++ = apply<Operator, T>(element_at<T>(a, i), element_at<T>(b, j));
    });
  });
}

template <class Operator>
KernelResult run_binary(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor a, context.input(0));
  HOLDALL_ASSIGN(const Tensor b, context.input(1));
  if (a.dtype() != b.dtype()) {
    return invalid_argument("the operands are {} and {}", dtype_name(a.dtype()),
                            dtype_name(b.dtype()));
  }
  if (a.dtype() == DType::kF16) return one_output(combine<Operator, Half>(a, b));
  return one_output(with_number_type(
      a.dtype(), [&](auto type) { return combine<Operator, decltype(type)>(a, b); }));
}

constexpr KernelRow kRows[] = {
    {"Add", "T", &broadcast_rule, &run_binary<Add>},
    {"AddV2", "T", &broadcast_rule, &run_binary<Add>},
    {"Div", "T", &broadcast_rule, &run_binary<Divide>},
    {"FloorDiv", "T", &broadcast_rule, &run_binary<FloorDivide>},
    {"FloorMod", "T", &broadcast_rule, &run_binary<FloorMod>},
    {"Maximum", "T", &broadcast_rule, &run_binary<Largest>},
    {"Minimum", "T", &broadcast_rule, &run_binary<Smallest>},
    {"Mul", "T", &broadcast_rule, &run_binary<Multiply>},
    {"Pow", "T", &broadcast_rule, &run_binary<Power>},
    {"RealDiv", "T", &broadcast_rule, &run_binary<Divide>},
    {"SquaredDifference", "T", &broadcast_rule, &run_binary<SquaredDifference>},
    {"Sub", "T", &broadcast_rule, &run_binary<Subtract>},
};

}  // namespace

std::span<const KernelRow> arithmetic_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
