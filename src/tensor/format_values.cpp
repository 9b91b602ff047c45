// The layout is NumPy's for printing arrays with its default options: eight digits after the point,
// lines of 75 characters, and only the first and last three of each dimension from 1000 elements
// on.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <functional>

#include "base/quote.h"
#include "holdall/text.h"
#include "tensor/convert.h"

namespace holdall {
namespace {

constexpr int kPrecision = 8;
constexpr size_t kLineWidth = 75;
constexpr uint64_t kSummaryThreshold = 1000;
constexpr int64_t kEdgeItems = 3;

template <class T>
T element_at(const Tensor& tensor, uint64_t i) {
  T value;
  std::memcpy(&value, tensor.bytes().data() + i * sizeof(T), sizeof value);
  return value;
}

// A real number in the forms it may take in a column.
struct Digits {
  std::string whole;     // with sign
  std::string fraction;  // may be empty
  std::string exponent;  // "e-05", or empty
};

template <class T>
std::string shortest(T value, std::chars_format format) {
  char text[400];
  auto end = std::to_chars(text, text + sizeof text, value, format).ptr;
  std::string digits(text, end);
  const size_t point = digits.find('.');
  const size_t exponent = std::min(digits.find('e'), digits.size());
  if (point == std::string::npos || exponent - point - 1 <= kPrecision) return digits;
  end = std::to_chars(text, text + sizeof text, value, format, kPrecision).ptr;
  return std::string(text, end);
}

Digits split(std::string text) {
  Digits digits;
  const size_t exponent = std::min(text.find('e'), text.size());
  digits.exponent = text.substr(exponent);
  text.resize(exponent);
  const size_t point = std::min(text.find('.'), text.size());
  digits.whole = text.substr(0, point);
  if (point < text.size()) digits.fraction = text.substr(point + 1);
  while (digits.fraction.ends_with('0')) digits.fraction.pop_back();
  return digits;
}

bool needs_exponent(const std::vector<double>& values) {
  double largest = 0;
  double least = INFINITY;
  for (const double value : values) {
    if (!std::isfinite(value) || value == 0) continue;
    largest = std::max(largest, std::abs(value));
    least = std::min(least, std::abs(value));
  }
  return largest > 0 && (largest >= 1e8 || least < 1e-4 || largest / least > 1000);
}

std::string non_finite(double value) {
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

// All numbers of an array in one width.
template <class T>
std::vector<std::string> format_reals(const std::vector<T>& values) {
  const bool exponent = needs_exponent({values.begin(), values.end()});
  const auto format = exponent ? std::chars_format::scientific : std::chars_format::fixed;
  std::vector<Digits> all;
  size_t whole_width = 0;
  size_t fraction_width = 0;
  for (const T value : values) {
    Digits digits = std::isfinite(value) ? split(shortest(value, format))
                                         : Digits{non_finite(static_cast<double>(value)), "", ""};
    if (std::isfinite(value)) {
      whole_width = std::max(whole_width, digits.whole.size());
      fraction_width = std::max(fraction_width, digits.fraction.size());
    }
    all.push_back(std::move(digits));
  }
  std::vector<std::string> texts;
  size_t width = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    Digits& digits = all[i];
    if (std::isfinite(values[i])) {
      digits.whole.insert(0, whole_width - digits.whole.size(), ' ');
      digits.whole += '.' + digits.fraction;
      digits.whole.append(fraction_width - digits.fraction.size(), exponent ? '0' : ' ');
      digits.whole += digits.exponent;
    }
    width = std::max(width, digits.whole.size());
    texts.push_back(std::move(digits.whole));
  }
  for (std::string& text : texts) text.insert(0, width - text.size(), ' ');
  return texts;
}

std::vector<std::string> right_aligned(std::vector<std::string> texts) {
  size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, text.size());
  for (std::string& text : texts) text.insert(0, width - text.size(), ' ');
  return texts;
}

// Calls `make(i)` for the elements shown and aligns what it returns.
std::vector<std::string> aligned(const std::vector<uint64_t>& shown,
                                 const std::function<std::string(uint64_t)>& make) {
  std::vector<std::string> texts;
  for (const uint64_t i : shown) texts.push_back(make(i));
  return right_aligned(std::move(texts));
}

template <class T>
std::vector<std::string> reals(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  std::vector<T> values;
  for (const uint64_t i : shown) values.push_back(element_at<T>(tensor, i));
  return format_reals(values);
}

template <class T>
std::vector<std::string> integers(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  return aligned(shown, [&](uint64_t i) { return std::to_string(element_at<T>(tensor, i)); });
}

// The value in the low `bits` bits of each byte.
std::vector<std::string> narrow(const Tensor& tensor, const std::vector<uint64_t>& shown, int bits,
                                bool is_signed) {
  return aligned(shown, [&](uint64_t i) {
    const int raw = element_at<uint8_t>(tensor, i) & ((1 << bits) - 1);
    return std::to_string(is_signed && raw >= (1 << (bits - 1)) ? raw - (1 << bits) : raw);
  });
}

template <class T>
std::vector<std::string> complexes(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  std::vector<T> real;
  std::vector<T> imaginary;
  for (const uint64_t i : shown) {
    real.push_back(element_at<T>(tensor, 2 * i));
    imaginary.push_back(element_at<T>(tensor, 2 * i + 1));
  }
  std::vector<std::string> texts = format_reals(real);
  for (size_t i = 0; i < texts.size(); ++i) {
    std::string part = format_reals(std::vector<T>{imaginary[i]}).front();
    texts[i] += (part.front() == '-' ? "" : "+") + part + "j";
  }
  return right_aligned(std::move(texts));
}

std::vector<std::string> halves(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  std::vector<float> values;
  for (const uint64_t i : shown) {
    const auto bits = element_at<uint16_t>(tensor, i);
    values.push_back(tensor.dtype() == DType::kF16
                         ? half_to_float(bits)
                         : std::bit_cast<float>(static_cast<uint32_t>(bits) << 16));
  }
  return format_reals(values);
}

// Types without a decimal form here show their bits.
std::vector<std::string> bit_patterns(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  return aligned(shown, [&](uint64_t i) {
    const auto bits = element_at<uint8_t>(tensor, i);
    return std::string("0x") + "0123456789abcdef"[bits >> 4] + "0123456789abcdef"[bits & 15];
  });
}

std::vector<std::string> format_elements(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  switch (tensor.dtype()) {
    case DType::kF32: return reals<float>(tensor, shown);
    case DType::kF64: return reals<double>(tensor, shown);
    case DType::kF16:
    case DType::kBF16: return halves(tensor, shown);
    case DType::kI8:
    case DType::kQI8: return integers<int8_t>(tensor, shown);
    case DType::kI16:
    case DType::kQI16: return integers<int16_t>(tensor, shown);
    case DType::kI32:
    case DType::kQI32: return integers<int32_t>(tensor, shown);
    case DType::kI64: return integers<int64_t>(tensor, shown);
    case DType::kU8:
    case DType::kQU8: return integers<uint8_t>(tensor, shown);
    case DType::kU16:
    case DType::kQU16: return integers<uint16_t>(tensor, shown);
    case DType::kU32: return integers<uint32_t>(tensor, shown);
    case DType::kU64: return integers<uint64_t>(tensor, shown);
    case DType::kI4: return narrow(tensor, shown, 4, true);
    case DType::kU4: return narrow(tensor, shown, 4, false);
    case DType::kI2: return narrow(tensor, shown, 2, true);
    case DType::kU2: return narrow(tensor, shown, 2, false);
    case DType::kComplex64: return complexes<float>(tensor, shown);
    case DType::kComplex128: return complexes<double>(tensor, shown);
    case DType::kBool:
      return aligned(shown, [&](uint64_t i) -> std::string {
        return element_at<uint8_t>(tensor, i) != 0 ? "True" : "False";
      });
    case DType::kString:
      return aligned(shown, [&](uint64_t i) { return "b" + quote(tensor.string_at(i)); });
    default: return bit_patterns(tensor, shown);
  }
}

// Lays the texts of the shown elements out in nested brackets.
class BracketPrinter {
 public:
  BracketPrinter(const Shape& shape, bool is_summary) : shape_(shape), is_summary_(is_summary) {}

  // The elements that are shown, in row-major order.
  std::vector<uint64_t> shown() const {
    std::vector<uint64_t> indices;
    collect(0, 0, indices);
    return indices;
  }

  std::string print(const std::vector<std::string>& texts) {
    texts_ = &texts;
    next_ = 0;
    std::string out;
    print_axis(0, out);
    return out;
  }

 private:
  bool is_cut(size_t axis) const { return is_summary_ && shape_[axis] > 2 * kEdgeItems; }

  // Positions along `axis` that are shown; -1 stands for the ellipsis.
  std::vector<int64_t> positions(size_t axis) const {
    std::vector<int64_t> all;
    for (int64_t i = 0; i < shape_[axis]; ++i) {
      if (is_cut(axis) && i == kEdgeItems) {
        all.push_back(-1);
        i = shape_[axis] - kEdgeItems;
      }
      all.push_back(i);
    }
    return all;
  }

  void collect(size_t axis, uint64_t base, std::vector<uint64_t>& indices) const {
    if (axis == shape_.rank()) {
      indices.push_back(base);
      return;
    }
    for (const int64_t i : positions(axis)) {
      if (i < 0) continue;
      collect(axis + 1, base * static_cast<uint64_t>(shape_[axis]) + static_cast<uint64_t>(i),
              indices);
    }
  }

  void print_axis(size_t axis, std::string& out) {
    if (axis == shape_.rank()) {
      out += (*texts_)[next_++];
      return;
    }
    out += '[';
    if (axis + 1 == shape_.rank()) {
      print_row(axis, out);
    } else {
      print_rows(axis, out);
    }
    out += ']';
  }

  void print_rows(size_t axis, std::string& out) {
    // One line break between rows of a matrix, one more for each further dimension.
    const std::string separator =
        std::string(shape_.rank() - axis - 1, '\n') + std::string(axis + 1, ' ');
    bool is_first = true;
    for (const int64_t i : positions(axis)) {
      if (!is_first) out += separator;
      is_first = false;
      if (i < 0) {
        out += kEllipsis;
      } else {
        print_axis(axis + 1, out);
      }
    }
  }

  void print_row(size_t axis, std::string& out) {
    // The closing brackets must still fit on the line.
    const size_t width = kLineWidth - shape_.rank();
    size_t line_start = out.rfind('\n') == std::string::npos ? 0 : out.rfind('\n') + 1;
    bool is_first = true;
    for (const int64_t i : positions(axis)) {
      const std::string& text = i < 0 ? kEllipsis : (*texts_)[next_++];
      if (!is_first && out.size() - line_start + 1 + text.size() > width) {
        out += '\n';
        line_start = out.size();
        out.append(axis, ' ');
        is_first = false;
      }
      if (!is_first) out += ' ';
      out += text;
      is_first = false;
    }
  }

  inline static const std::string kEllipsis = "...";
  const Shape& shape_;
  bool is_summary_;
  const std::vector<std::string>* texts_ = nullptr;
  size_t next_ = 0;
};

}  // namespace

std::string format_values(const Tensor& tensor) {
  if (tensor.element_count() == 0) return "[]";
  BracketPrinter printer(tensor.shape(), tensor.element_count() > kSummaryThreshold);
  std::string text = printer.print(format_elements(tensor, printer.shown()));
  // A scalar is printed as a number, not as an array.
  if (tensor.shape().rank() == 0 && text.ends_with('.')) text += '0';
  return text;
}

}  // namespace holdall
