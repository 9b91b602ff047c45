// Elements of one type as those of another.
#include <cmath>
#include <complex>
#include <limits>

#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// What a conversion goes through: wide enough for every type, exact for integers.
using Wide = std::variant<int64_t, uint64_t, double, std::complex<double>>;

template <class T>
Wide widen(const Tensor& tensor, uint64_t i) {
  if constexpr (std::is_same_v<T, Half>) {
    return static_cast<double>(half_to_float(element_at<Half>(tensor, i).bits));
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<double>(element_at<T>(tensor, i));
  } else if constexpr (!std::is_integral_v<T>) {
    return std::complex<double>(element_at<T>(tensor, i));
  } else if constexpr (std::is_unsigned_v<T>) {
    return static_cast<uint64_t>(element_at<T>(tensor, i));
  } else {
    return static_cast<int64_t>(element_at<T>(tensor, i));
  }
}

// Toward zero; what the type cannot hold is cut, never undefined.
template <class T>
T narrow_double(double value) {
  if (std::isnan(value)) return 0;
  if (value <= static_cast<double>(std::numeric_limits<T>::min()))
    return std::numeric_limits<T>::min();
  if (value >= static_cast<double>(std::numeric_limits<T>::max()))
    return std::numeric_limits<T>::max();
  return static_cast<T>(value);
}

template <class T>
T narrow(const Wide& wide) {
  return std::visit(
      [](auto value) -> T {
        using From = decltype(value);
        if constexpr (std::is_same_v<From, std::complex<double>>) {
          if constexpr (std::is_same_v<T, std::complex<float>> ||
                        std::is_same_v<T, std::complex<double>>) {
            return T(static_cast<typename T::value_type>(value.real()),
                     static_cast<typename T::value_type>(value.imag()));
          } else {
            return narrow<T>(Wide(value.real()));
          }
        } else if constexpr (std::is_same_v<T, Half>) {
          return Half{float_to_half(static_cast<float>(value))};
        } else if constexpr (std::is_integral_v<T> && std::is_same_v<From, double>) {
          return narrow_double<T>(value);
        } else if constexpr (std::is_same_v<T, std::complex<float>>) {
          return T(static_cast<float>(value), 0);
        } else if constexpr (std::is_same_v<T, std::complex<double>>) {
          return T(static_cast<double>(value), 0);
        } else {
          return static_cast<T>(value);
        }
      },
      wide);
}

template <class Body>
Result<Tensor> with_any_type(DType dtype, Body body) {
  switch (dtype) {
    case DType::kF16: return body(Half{});
    case DType::kI8: return body(int8_t{});
    case DType::kI16: return body(int16_t{});
    case DType::kU8: return body(uint8_t{});
    case DType::kU16: return body(uint16_t{});
    case DType::kU32: return body(uint32_t{});
    case DType::kU64: return body(uint64_t{});
    case DType::kComplex64: return body(std::complex<float>{});
    case DType::kComplex128: return body(std::complex<double>{});
    default: return with_number_type(dtype, body);
  }
}

// float32 from float64 in one rounding, integers through none: the detour through Wide is exact.
template <class From>
Result<Tensor> cast_from(const Tensor& x, DType dtype) {
  if (dtype == DType::kBool) {
    return make_tensor<uint8_t>(dtype, x.shape(), [&](uint8_t* out, uint64_t count) {
      for (uint64_t i = 0; i < count; ++i) {
        const Wide wide = widen<From>(x, i);
        out[i] = std::visit([](auto value) { return value != decltype(value)(0); }, wide) ? 1 : 0;
      }
    });
  }
  return with_any_type(dtype, [&](auto type) {
    using To = decltype(type);
    return make_tensor<To>(dtype, x.shape(), [&](To* out, uint64_t count) {
      for (uint64_t i = 0; i < count; ++i) out[i] = narrow<To>(widen<From>(x, i));
    });
  });
}

KernelResult run_cast(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  const DType dtype = context.node().outputs.front().dtype;
  if (x.dtype() == dtype) return std::vector<Tensor>{x};
  const DType from = x.dtype() == DType::kBool ? DType::kU8 : x.dtype();
  return one_output(
      with_any_type(from, [&](auto type) { return cast_from<decltype(type)>(x, dtype); }));
}

KernelResult run_complex(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor real, context.input(0));
  HOLDALL_ASSIGN(const Tensor imaginary, context.input(1));
  if (real.shape() != imaginary.shape() || real.dtype() != imaginary.dtype())
    return invalid_argument("the parts of a complex number must go together: {} and {}",
                            real.shape().to_string(), imaginary.shape().to_string());
  const DType dtype = real.dtype() == DType::kF32 ? DType::kComplex64 : DType::kComplex128;
  return one_output(with_floating_type(real.dtype(), [&](auto type) {
    using T = decltype(type);
    return make_tensor<std::complex<T>>(dtype, real.shape(), [&](std::complex<T>* out, uint64_t n) {
      for (uint64_t i = 0; i < n; ++i)
        out[i] = {element_at<T>(real, i), element_at<T>(imaginary, i)};
    });
  }));
}

template <int part>
KernelResult run_part(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  const bool is_wide = x.dtype() == DType::kComplex128;
  if (!is_wide && x.dtype() != DType::kComplex64)
    return invalid_argument("the input must be complex");
  return one_output(with_floating_type(is_wide ? DType::kF64 : DType::kF32, [&](auto type) {
    using T = decltype(type);
    const DType dtype = is_wide ? DType::kF64 : DType::kF32;
    return make_tensor<T>(dtype, x.shape(), [&](T* out, uint64_t count) {
      for (uint64_t i = 0; i < count; ++i) out[i] = element_at<T>(x, 2 * i + part);
    });
  }));
}

constexpr KernelRow kRows[] = {
    {"Cast", "DstT", &shape_of_first, &run_cast},
    {"Complex", "Tout", &broadcast_rule, &run_complex},
    {"Imag", "Tout", &shape_of_first, &run_part<1>},
    {"Real", "Tout", &shape_of_first, &run_part<0>},
};

}  // namespace

std::span<const KernelRow> cast_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
