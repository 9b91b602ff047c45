#include "support/truth.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "codec/sorted_table_layout.h"  // append_fixed
#include "support/sha256.h"
#include "support/test_files.h"

namespace holdall {
namespace {

template <class T>
T element_at(const Tensor& tensor, uint64_t i) {
  T value;
  std::memcpy(&value, tensor.bytes().data() + i * sizeof(T), sizeof value);
  return value;
}

// A floating-point type of at most 16 bits.
struct SmallFloat {
  int exponent_bits;
  int fraction_bits;
  int bias;
  bool has_infinity = true;
  bool is_fnuz = false;  // no infinity, no -0; the pattern of -0 is the only NaN
};

std::optional<SmallFloat> small_float_of(DType dtype) {
  switch (dtype) {
    case DType::kF16: return SmallFloat{5, 10, 15};
    case DType::kBF16: return SmallFloat{8, 7, 127};
    case DType::kF8E5M2: return SmallFloat{5, 2, 15};
    case DType::kF8E4M3FN: return SmallFloat{4, 3, 7, false};
    case DType::kF8E4M3FNUZ: return SmallFloat{4, 3, 8, false, true};
    case DType::kF8E4M3B11FNUZ: return SmallFloat{4, 3, 11, false, true};
    case DType::kF8E5M2FNUZ: return SmallFloat{5, 2, 16, false, true};
    default: return std::nullopt;
  }
}

double decode(const SmallFloat& type, unsigned bits) {
  const unsigned sign = bits >> (type.exponent_bits + type.fraction_bits);
  const int exponent =
      static_cast<int>(bits >> type.fraction_bits) & ((1 << type.exponent_bits) - 1);
  const int fraction = static_cast<int>(bits) & ((1 << type.fraction_bits) - 1);
  const int top = (1 << type.exponent_bits) - 1;
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  if (type.is_fnuz && sign == 1 && exponent == 0 && fraction == 0) return kNan;
  if (type.has_infinity && exponent == top)
    return fraction != 0 ? kNan : sign ? -HUGE_VAL : HUGE_VAL;
  const bool is_top = exponent == top && fraction == (1 << type.fraction_bits) - 1;
  if (!type.has_infinity && !type.is_fnuz && is_top) return kNan;
  const int leading = exponent == 0 ? 0 : 1 << type.fraction_bits;
  const double value =
      std::ldexp(leading + fraction, std::max(exponent, 1) - type.bias - type.fraction_bits);
  return sign ? -value : value;
}

double real_from(const Json& json) {
  const auto text = json.as_string();
  if (!text) return json.as_double().value_or(NAN);
  return *text == "Infinity" ? HUGE_VAL : *text == "-Infinity" ? -HUGE_VAL : NAN;
}

// A NaN is any NaN; zeros have signs.
bool is_same_real(const Json& json, double value) {
  const double expected = real_from(json);
  if (std::isnan(expected)) return std::isnan(value);
  return expected == value && std::signbit(expected) == std::signbit(value);
}

bool is_same_complex(const Json& json, double real, double imaginary) {
  return json.size() == 2 && is_same_real(json[0], real) && is_same_real(json[1], imaginary);
}

template <class T>
bool is_same_integer(const Json& json, T value) {
  if (const auto text = json.as_string()) return *text == std::to_string(value);
  // Types below a byte stand as 7.0.
  return json.as_double() == static_cast<double>(value);
}

// The low bits of a byte.
bool is_same_narrow(const Json& json, unsigned byte, int bits, bool is_signed) {
  const int low = static_cast<int>(byte) & ((1 << bits) - 1);
  return is_same_integer(json, is_signed && low >> (bits - 1) ? low - (1 << bits) : low);
}

bool is_same_element(const Json& json, const Tensor& tensor, uint64_t i) {
  if (const auto type = small_float_of(tensor.dtype())) {
    return is_same_real(json, decode(*type, dtype_size_bytes(tensor.dtype()) == 1
                                                ? element_at<uint8_t>(tensor, i)
                                                : element_at<uint16_t>(tensor, i)));
  }
  switch (tensor.dtype()) {
    case DType::kF32: return is_same_real(json, static_cast<double>(element_at<float>(tensor, i)));
    case DType::kF64: return is_same_real(json, element_at<double>(tensor, i));
    case DType::kComplex64:
      return is_same_complex(json, static_cast<double>(element_at<float>(tensor, 2 * i)),
                             static_cast<double>(element_at<float>(tensor, 2 * i + 1)));
    case DType::kComplex128:
      return is_same_complex(json, element_at<double>(tensor, 2 * i),
                             element_at<double>(tensor, 2 * i + 1));
    case DType::kBool: return json.as_bool() == (element_at<uint8_t>(tensor, i) != 0);
    case DType::kI8:
    case DType::kQI8: return is_same_integer(json, element_at<int8_t>(tensor, i));
    case DType::kI16:
    case DType::kQI16: return is_same_integer(json, element_at<int16_t>(tensor, i));
    case DType::kI32:
    case DType::kQI32: return is_same_integer(json, element_at<int32_t>(tensor, i));
    case DType::kI64: return is_same_integer(json, element_at<int64_t>(tensor, i));
    case DType::kU8:
    case DType::kQU8: return is_same_integer(json, element_at<uint8_t>(tensor, i));
    case DType::kU16:
    case DType::kQU16: return is_same_integer(json, element_at<uint16_t>(tensor, i));
    case DType::kU32: return is_same_integer(json, element_at<uint32_t>(tensor, i));
    case DType::kU64: return is_same_integer(json, element_at<uint64_t>(tensor, i));
    case DType::kI4: return is_same_narrow(json, element_at<uint8_t>(tensor, i), 4, true);
    case DType::kU4: return is_same_narrow(json, element_at<uint8_t>(tensor, i), 4, false);
    case DType::kI2: return is_same_narrow(json, element_at<uint8_t>(tensor, i), 2, true);
    case DType::kU2: return is_same_narrow(json, element_at<uint8_t>(tensor, i), 2, false);
    default: return false;
  }
}

std::string from_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  unsigned bit_count = 0;
  for (const char c : text) {
    const size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) break;
    bits = bits << 6 | static_cast<unsigned>(digit);
    bit_count += 6;
    if (bit_count >= 8) bytes += static_cast<char>(bits >> (bit_count -= 8) & 0xff);
  }
  return bytes;
}

// As truth.json has it: all bytes of numbers, and each string after its length in eight bytes.
std::string sha256_of(const Tensor& tensor) {
  const auto all = tensor.bytes();
  const std::string_view bytes(reinterpret_cast<const char*>(all.data()), all.size());
  if (tensor.dtype() != DType::kString) return sha256_hex(bytes);
  std::string text;
  for (uint64_t i = 0; i < tensor.element_count(); ++i) {
    const std::string_view string = tensor.string_at(i);
    append_fixed(text, uint64_t{string.size()});
    text += string;
  }
  return sha256_hex(text);
}

std::string string_difference(const TruthTensor& truth, const Tensor& tensor) {
  if (truth.lengths.size() != tensor.element_count()) return "another number of strings";
  const bool has_values = !truth.values_base64.is_null();
  for (size_t i = 0; i < truth.lengths.size(); ++i) {
    if (truth.lengths[i].as_uint64() != tensor.string_at(i).size()) {
      return "another length of string " + std::to_string(i);
    }
    if (has_values && from_base64(*truth.values_base64[i].as_string()) != tensor.string_at(i)) {
      return "other bytes in string " + std::to_string(i);
    }
  }
  return "";
}

const Json& member(const Json& json, std::string_view key) {
  static const Json null;
  const Json* found = json.find(key);
  return found == nullptr ? null : *found;
}

}  // namespace

TruthTensor parse_truth_tensor(const Json& json) {
  TruthTensor truth;
  truth.name = member(json, "name").as_string().value_or("");
  const std::string dtype(member(json, "dtype").as_string().value_or(""));
  truth.dtype = find_dtype(dtype).value_or(DType::kUnknown);
  EXPECT_NE(truth.dtype, DType::kUnknown) << dtype;
  std::vector<int64_t> dims;
  for (const Json& size : member(json, "shape").items()) dims.push_back(*size.as_int64());
  truth.shape = Shape(dims);
  truth.sha256 = member(json, "sha256").as_string().value_or("");
  truth.values = member(json, "values");
  truth.lengths = member(json, "lengths");
  truth.values_base64 = member(json, "values_base64");
  return truth;
}

Truth read_truth(std::string_view folder, std::string_view format) {
  Truth truth;
  const std::string path = join_path(source_path(folder), "truth.json");
  auto json = Json::parse(read_test_file(path));
  if (!json.ok()) {
    ADD_FAILURE() << path << ": " << json.error().to_string();
    return truth;
  }
  truth.json = std::move(*json);
  for (const Json& checkpoint : member(truth.json, "checkpoints").items()) {
    if (member(checkpoint, "format").as_string() != format) continue;
    truth.checkpoints.push_back({std::string(*member(checkpoint, "prefix").as_string()), {}});
    for (const Json& tensor : member(checkpoint, "tensors").items()) {
      truth.checkpoints.back().tensors.push_back(parse_truth_tensor(tensor));
    }
  }
  return truth;
}

std::string difference(const TruthTensor& truth, const Tensor& tensor) {
  if (tensor.dtype() != truth.dtype) return "dtype " + std::string(dtype_name(tensor.dtype()));
  if (tensor.shape() != truth.shape) return "shape " + tensor.shape().to_string();
  if (sha256_of(tensor) != truth.sha256) return "other bytes";
  if (truth.dtype == DType::kString) return string_difference(truth, tensor);
  if (truth.values.is_null()) return "";
  if (truth.values.size() != tensor.element_count()) return "another number of elements";
  for (size_t i = 0; i < truth.values.size(); ++i) {
    if (!is_same_element(truth.values[i], tensor, i)) {
      return "another element " + std::to_string(i) + " than " + truth.values[i].dump();
    }
  }
  return "";
}

}  // namespace holdall
