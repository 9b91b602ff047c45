#include "tensor/cast.h"

#include <bit>
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/message.h"
#include "base/try.h"
#include "tensor/convert.h"
#include "tensor/tensor_factory.h"

namespace holdall {
namespace {

struct Half {
  uint16_t bits;
};
struct BFloat {
  uint16_t bits;
};

template <class T>
struct Tag {
  using Type = T;
};

template <class T>
constexpr bool kIsComplex = false;
template <class T>
constexpr bool kIsComplex<std::complex<T>> = true;
template <class T>
constexpr bool kIsSmallFloat = std::is_same_v<T, Half> || std::is_same_v<T, BFloat>;
template <class T>
constexpr bool kIsReal = std::is_floating_point_v<T> || kIsSmallFloat<T>;

// Binary digits of the significand, sign and exponent range of integers and reals.
struct Numbers {
  int digits = 0;
  int max_exponent = 0;
  bool is_signed = true;
};

template <class T>
constexpr Numbers numbers_of() {
  if constexpr (std::is_same_v<T, Half>)
    return {11, 16, true};
  else if constexpr (std::is_same_v<T, BFloat>)
    return {8, 128, true};
  else if constexpr (kIsComplex<T>)
    return numbers_of<typename T::value_type>();
  else if constexpr (std::is_floating_point_v<T>)
    return {std::numeric_limits<T>::digits, std::numeric_limits<T>::max_exponent, true};
  else
    return {std::numeric_limits<T>::digits, std::numeric_limits<T>::digits, std::is_signed_v<T>};
}

// Calls `run` with the tag of the dtype's C++ type; false for a type that is not converted.
template <class Run>
bool with_type(DType dtype, Run run) {
  switch (dtype) {
    case DType::kBool: run(Tag<bool>()); return true;
    case DType::kI8: run(Tag<int8_t>()); return true;
    case DType::kI16: run(Tag<int16_t>()); return true;
    case DType::kI32: run(Tag<int32_t>()); return true;
    case DType::kI64: run(Tag<int64_t>()); return true;
    case DType::kU8: run(Tag<uint8_t>()); return true;
    case DType::kU16: run(Tag<uint16_t>()); return true;
    case DType::kU32: run(Tag<uint32_t>()); return true;
    case DType::kU64: run(Tag<uint64_t>()); return true;
    case DType::kF16: run(Tag<Half>()); return true;
    case DType::kBF16: run(Tag<BFloat>()); return true;
    case DType::kF32: run(Tag<float>()); return true;
    case DType::kF64: run(Tag<double>()); return true;
    case DType::kComplex64: run(Tag<std::complex<float>>()); return true;
    case DType::kComplex128: run(Tag<std::complex<double>>()); return true;
    default: return false;
  }
}

template <class From, class To>
constexpr CastKind kind_of() {
  if (std::is_same_v<From, To>) return CastKind::kSame;
  if (std::is_same_v<To, bool> || (kIsComplex<From> && !kIsComplex<To>)) return CastKind::kNone;
  const Numbers from = numbers_of<From>();
  const Numbers to = numbers_of<To>();
  const bool is_from_real = kIsReal<From> || kIsComplex<From>;
  const bool is_to_integer = !kIsReal<To> && !kIsComplex<To>;
  if (is_from_real && is_to_integer) return CastKind::kLossy;
  const bool fits = from.digits <= to.digits && from.max_exponent <= to.max_exponent &&
                    (to.is_signed || !from.is_signed);
  return fits ? CastKind::kExact : CastKind::kLossy;
}

// The nearest float that is odd in its last digit, unless the value is a float: rounding it again
// to fewer digits gives what rounding the value itself would.
float round_to_odd(double value) {
  const auto nearest = static_cast<float>(value);
  if (static_cast<double>(nearest) == value || !std::isfinite(nearest)) return nearest;
  if ((std::bit_cast<uint32_t>(nearest) & 1) != 0) return nearest;
  return std::nextafter(nearest, static_cast<double>(nearest) < value
                                     ? std::numeric_limits<float>::infinity()
                                     : -std::numeric_limits<float>::infinity());
}

uint16_t float_to_bfloat(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  if (std::isnan(value)) return static_cast<uint16_t>((bits >> 16) | 0x40);
  return static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

template <class From>
auto widen(From value) {
  if constexpr (std::is_same_v<From, Half>)
    return half_to_float(value.bits);
  else if constexpr (std::is_same_v<From, BFloat>)
    return std::bit_cast<float>(static_cast<uint32_t>(value.bits) << 16);
  else
    return value;
}

template <class To, class Number>
bool fits_integer(Number value) {
  if constexpr (std::is_floating_point_v<Number>) {
    // Both ends are powers of two, which are exact.
    const auto end = std::ldexp(Number{1}, std::numeric_limits<To>::digits);
    const Number whole = std::trunc(value);
    return whole < end && whole >= (std::is_signed_v<To> ? -end : Number{0});
  } else {
    return static_cast<Number>(static_cast<To>(value)) == value &&
           (value < Number{0}) == (static_cast<To>(value) < To{0});
  }
}

// None if no element of the type is the value.
template <class To, class From>
std::optional<To> convert(From element) {
  const auto value = widen(element);
  using Number = std::remove_const_t<decltype(value)>;
  if constexpr (kIsComplex<To>) {
    using Part = typename To::value_type;
    if constexpr (kIsComplex<Number>) {
      return To(static_cast<Part>(value.real()), static_cast<Part>(value.imag()));
    } else {
      return To(static_cast<Part>(value));
    }
  } else if constexpr (kIsSmallFloat<To>) {
    float rounded;
    if constexpr (std::is_same_v<Number, float>)
      rounded = value;
    else if constexpr (std::is_same_v<Number, double>)
      rounded = round_to_odd(value);
    else
      rounded = round_to_odd(static_cast<double>(value));
    if constexpr (std::is_same_v<To, Half>)
      return Half{float_to_half(rounded)};
    else
      return BFloat{float_to_bfloat(rounded)};
  } else if constexpr (std::is_floating_point_v<To>) {
    return static_cast<To>(value);
  } else {
    if (!fits_integer<To>(value)) return std::nullopt;
    return static_cast<To>(value);
  }
}

template <class From, class To>
Status convert_all(std::span<const std::byte> from, std::span<std::byte> to) {
  for (uint64_t i = 0; i < to.size() / sizeof(To); ++i) {
    From element;
    std::memcpy(&element, from.data() + i * sizeof(From), sizeof element);
    const std::optional<To> converted = convert<To>(element);
    if (!converted) return invalid_argument("element {} does not fit", i);
    std::memcpy(to.data() + i * sizeof(To), &*converted, sizeof(To));
  }
  return {};
}

}  // namespace

CastKind cast_kind(DType from, DType to) {
  CastKind kind = from == to ? CastKind::kSame : CastKind::kNone;
  with_type(from, [&](auto from_tag) {
    with_type(to, [&](auto to_tag) {
      kind = kind_of<typename decltype(from_tag)::Type, typename decltype(to_tag)::Type>();
    });
  });
  return kind;
}

Result<Tensor> cast(const Tensor& tensor, DType to, Arena* arena) {
  const CastKind kind = cast_kind(tensor.dtype(), to);
  if (kind == CastKind::kSame) return tensor;
  if (kind == CastKind::kNone) {
    return unsupported("{} is not converted to {}", dtype_name(tensor.dtype()), dtype_name(to));
  }
  HOLDALL_ASSIGN(const uint64_t size_bytes, tensor_size_bytes(to, tensor.shape()));
  HOLDALL_ASSIGN(auto buffer, Buffer::allocate(size_bytes, arena));
  Status status;
  with_type(tensor.dtype(), [&](auto from_tag) {
    with_type(to, [&](auto to_tag) {
      using From = typename decltype(from_tag)::Type;
      using To = typename decltype(to_tag)::Type;
      if constexpr (kind_of<From, To>() == CastKind::kExact ||
                    kind_of<From, To>() == CastKind::kLossy) {
        status = convert_all<From, To>(tensor.bytes(), buffer->fill());
      }
    });
  });
  if (!status.ok()) {
    Error error = std::move(status).error();
    error.message += message(" in {}", dtype_name(to));
    return error;
  }
  return TensorFactory::make(to, tensor.shape(), std::move(buffer));
}

}  // namespace holdall
