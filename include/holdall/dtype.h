// Element types: every type that a TensorFlow checkpoint can hold, under the names NumPy and
// ml_dtypes use. One table (src/tensor/dtype.cpp) owns names and sizes. All calls are thread-safe.
#pragma once

#include <complex>
#include <cstdint>
#include <optional>
#include <string_view>

#include "holdall/export.h"

namespace holdall {

enum class DType : uint8_t {
  kUnknown,  // a code this version does not know: the tensor can be listed, not read
  kF32,
  kF64,
  kF16,
  kBF16,
  kI8,
  kI16,
  kI32,
  kI64,
  kU8,
  kU16,
  kU32,
  kU64,
  kBool,        // one byte: 0 or 1
  kComplex64,   // two kF32: real, imaginary
  kComplex128,  // two kF64
  kString,      // byte strings of any length and content
  kQI8,         // q*: quantised, stored as the integers of the same width
  kQU8,
  kQI16,
  kQU16,
  kQI32,
  kF8E5M2,
  kF8E4M3FN,
  kF8E4M3FNUZ,
  kF8E4M3B11FNUZ,
  kF8E5M2FNUZ,
  kI4,  // sub-byte types: one byte an element, the value in its low bits
  kU4,
  kI2,
  kU2,
  kF4E2M1FN,
  kVariant,   // TensorFlow objects: listed by name, never read
  kResource,  // a handle; no file can hold its value
};

// "float32", "bfloat16", "string", ...; "unknown" for kUnknown.
HOLDALL_EXPORT std::string_view dtype_name(DType dtype);

// The type of that name, or none.
HOLDALL_EXPORT std::optional<DType> find_dtype(std::string_view name);

// Bytes an element takes in memory and on disk; 0 where elements have no fixed size (kString,
// kVariant, kResource, kUnknown).
HOLDALL_EXPORT uint64_t dtype_size_bytes(DType dtype);

// Bytes that change places together when the byte order changes: the element's size, or half of it
// for complex types; 1 where nothing does.
HOLDALL_EXPORT uint64_t dtype_swap_bytes(DType dtype);

// The DType whose elements are C++'s T.
template <class T>
struct DTypeOf;
template <>
struct DTypeOf<float> {
  static constexpr DType value = DType::kF32;
};
template <>
struct DTypeOf<double> {
  static constexpr DType value = DType::kF64;
};
template <>
struct DTypeOf<int8_t> {
  static constexpr DType value = DType::kI8;
};
template <>
struct DTypeOf<int16_t> {
  static constexpr DType value = DType::kI16;
};
template <>
struct DTypeOf<int32_t> {
  static constexpr DType value = DType::kI32;
};
template <>
struct DTypeOf<int64_t> {
  static constexpr DType value = DType::kI64;
};
template <>
struct DTypeOf<uint8_t> {
  static constexpr DType value = DType::kU8;
};
template <>
struct DTypeOf<uint16_t> {
  static constexpr DType value = DType::kU16;
};
template <>
struct DTypeOf<uint32_t> {
  static constexpr DType value = DType::kU32;
};
template <>
struct DTypeOf<uint64_t> {
  static constexpr DType value = DType::kU64;
};
template <>
struct DTypeOf<bool> {
  static constexpr DType value = DType::kBool;
};
template <>
struct DTypeOf<std::complex<float>> {
  static constexpr DType value = DType::kComplex64;
};
template <>
struct DTypeOf<std::complex<double>> {
  static constexpr DType value = DType::kComplex128;
};
template <class T>
inline constexpr DType kDTypeOf = DTypeOf<T>::value;

}  // namespace holdall
