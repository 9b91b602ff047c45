// The layout is that of NumPy 1.14 to 2.2 for printing arrays with its default options: eight
// digits after the point, lines of 75 characters, and above 1000 elements only the first and last
// three of each dimension. (Later ones turn to exponents earlier, from 1e6 on for float32.)
#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <functional>
#include <numeric>

#include "base/quote.h"
#include "holdall/text.h"
#include "tensor/convert.h"
#include "tensor/format_edges.h"

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

// A real number, and the fewest digits that tell it from all others of its type: "-1.25e-05".
struct Real {
  double value = 0;
  std::string shortest;
};

std::string to_text(double value, std::chars_format format, int digits_after_point) {
  char text[400];
  const auto end = std::to_chars(text, text + sizeof text, value, format, digits_after_point).ptr;
  return {text, end};
}

double to_double(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

template <class T>
Real make_real(T value) {
  char text[64];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  return {static_cast<double>(value), {text, end}};
}

// The standard library does not know the type, so digits are added until they lie nearer to it than
// to its neighbours.
Real make_half(uint16_t half) {
  const auto value = static_cast<double>(half_to_float(half));
  if (!std::isfinite(value)) return {value, ""};
  const auto magnitude = static_cast<uint16_t>(half & 0x7fff);
  const double above =
      magnitude == 0x7bff
          ? 65536.0
          : static_cast<double>(half_to_float(static_cast<uint16_t>(magnitude + 1)));
  const double below =
      magnitude == 0 ? 0.0
                     : static_cast<double>(half_to_float(static_cast<uint16_t>(magnitude - 1)));
  for (int digits = 0;; ++digits) {
    std::string text = to_text(value, std::chars_format::scientific, digits);
    const double read = std::abs(to_double(text));
    const double distance = std::abs(read - std::abs(value));
    const double room = read < std::abs(value) ? std::abs(value) - below : above - std::abs(value);
    if (2 * distance < room || (2 * distance == room && magnitude % 2 == 0)) return {value, text};
  }
}

// The parts of a number that stand below each other in a column.
struct Digits {
  std::string whole;     // with sign
  std::string fraction;  // may be empty
  std::string exponent;  // "e-05", or empty
};

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

// Moves the point of the shortest digits by their exponent.
Digits without_exponent(const Digits& scientific) {
  const bool is_negative = scientific.whole.starts_with('-');
  std::string all = scientific.whole.substr(is_negative ? 1 : 0) + scientific.fraction;
  int point = 1;
  const std::string& exponent = scientific.exponent;  // "e-05"
  std::from_chars(exponent.data() + 2, exponent.data() + exponent.size(), point);
  point = 1 + (exponent[1] == '-' ? -point : point);
  if (point <= 0) all.insert(0, static_cast<size_t>(1 - point), '0');
  point = std::max(point, 1);
  const auto whole_size = static_cast<size_t>(point);
  if (all.size() < whole_size) all.append(whole_size - all.size(), '0');
  Digits digits{(is_negative ? "-" : "") + all.substr(0, whole_size), all.substr(whole_size), ""};
  while (digits.fraction.ends_with('0')) digits.fraction.pop_back();
  return digits;
}

// In a column: no more digits after the point than are shown, and all before it.
Digits digits_of(const Real& real, bool has_exponent) {
  const auto format = has_exponent ? std::chars_format::scientific : std::chars_format::fixed;
  const Digits scientific = split(real.shortest);
  Digits digits = has_exponent ? scientific : without_exponent(scientific);
  if (digits.fraction.size() > kPrecision) return split(to_text(real.value, format, kPrecision));
  if (digits.fraction.empty() && !has_exponent) return split(to_text(real.value, format, 0));
  return digits;
}

// `T` is what the numbers are compared in.
template <class T>
bool needs_exponent(const std::vector<Real>& reals) {
  T largest = 0;
  T least = INFINITY;
  for (const Real& real : reals) {
    if (!std::isfinite(real.value) || real.value == 0) continue;
    largest = std::max(largest, static_cast<T>(std::abs(real.value)));
    least = std::min(least, static_cast<T>(std::abs(real.value)));
  }
  return largest > 0 && (largest >= static_cast<T>(1e8) || least < static_cast<T>(1e-4) ||
                         largest / least > static_cast<T>(1000));
}

std::string non_finite(double value) {
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

std::vector<std::string> right_aligned(std::vector<std::string> texts) {
  size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, text.size());
  for (std::string& text : texts) text.insert(0, width - text.size(), ' ');
  return texts;
}

enum class Plus { kOmitted, kShown };

// How the numbers of an array are written so that their points stand below each other.
struct Column {
  bool has_exponent = false;
  Plus plus = Plus::kOmitted;
  size_t whole_width = 0;
  size_t fraction_width = 0;
  size_t exponent_width = 0;
};

std::string sign_of(const Digits& digits, Plus plus) {
  return plus == Plus::kShown && !digits.whole.starts_with('-') ? "+" : "";
}

template <class T>
Column make_column(const std::vector<Real>& reals, Plus plus) {
  Column column{needs_exponent<T>(reals), plus, 0, 0, 0};
  for (const Real& real : reals) {
    if (!std::isfinite(real.value)) continue;
    const Digits digits = digits_of(real, column.has_exponent);
    column.whole_width =
        std::max(column.whole_width, sign_of(digits, plus).size() + digits.whole.size());
    column.fraction_width = std::max(column.fraction_width, digits.fraction.size());
    column.exponent_width = std::max(column.exponent_width, digits.exponent.size());
  }
  return column;
}

std::string format_in(const Column& column, const Real& real) {
  if (!std::isfinite(real.value)) {
    const Digits word{non_finite(real.value), "", ""};
    return sign_of(word, column.plus) + word.whole;
  }
  Digits digits = digits_of(real, column.has_exponent);
  if (column.has_exponent) {
    // The true digits, where the column has room for more than the fewest.
    const auto digits_after_point = static_cast<int>(column.fraction_width);
    digits = split(to_text(real.value, std::chars_format::scientific, digits_after_point));
    digits.exponent.insert(2, column.exponent_width - digits.exponent.size(), '0');
  }
  const std::string whole = sign_of(digits, column.plus) + digits.whole;
  const char filler = column.has_exponent ? '0' : ' ';
  return std::string(column.whole_width - whole.size(), ' ') + whole + '.' + digits.fraction +
         std::string(column.fraction_width - digits.fraction.size(), filler) + digits.exponent;
}

template <class T>
std::vector<std::string> format_column(const std::vector<Real>& reals, Plus plus) {
  const Column column = make_column<T>(reals, plus);
  std::vector<std::string> texts;
  for (const Real& real : reals) texts.push_back(format_in(column, real));
  return right_aligned(std::move(texts));
}

// A number by itself: all its digits, and an exponent only from 1e16 on or below 1e-4.
std::string format_alone(const Real& real) {
  if (!std::isfinite(real.value)) return non_finite(real.value);
  const double magnitude = std::abs(real.value);
  const bool has_exponent = magnitude >= 1e16 || (magnitude < 1e-4 && magnitude > 0);
  const Digits scientific = split(real.shortest);
  const Digits digits = has_exponent ? scientific : without_exponent(scientific);
  return digits.whole + (digits.fraction.empty() ? "" : "." + digits.fraction) + digits.exponent;
}

// Calls `make(i)` for the elements shown and aligns what it returns.
std::vector<std::string> aligned(const std::vector<uint64_t>& shown,
                                 const std::function<std::string(uint64_t)>& make) {
  std::vector<std::string> texts;
  for (const uint64_t i : shown) texts.push_back(make(i));
  return right_aligned(std::move(texts));
}

// A scalar is printed as a number, not as an array.
template <class T>
std::vector<std::string> format_reals(const Tensor& tensor, const std::vector<Real>& reals) {
  if (tensor.shape().rank() > 0) return format_column<T>(reals, Plus::kOmitted);
  std::string text = format_alone(reals.front());
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return {text};
}

template <class T>
std::vector<std::string> reals(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  std::vector<Real> values;
  for (const uint64_t i : shown) values.push_back(make_real(element_at<T>(tensor, i)));
  return format_reals<T>(tensor, values);
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

std::string format_complex_alone(const Real& real, const Real& imaginary) {
  std::string part = format_alone(imaginary) + 'j';
  // NumPy leaves a real part of 0 out.
  if (real.value == 0 && !std::signbit(real.value)) return part;
  if (!part.starts_with('-')) part.insert(0, 1, '+');
  return '(' + format_alone(real) + part + ')';
}

template <class T>
std::vector<std::string> complexes(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  std::vector<Real> real;
  std::vector<Real> imaginary;
  for (const uint64_t i : shown) {
    real.push_back(make_real(element_at<T>(tensor, 2 * i)));
    imaginary.push_back(make_real(element_at<T>(tensor, 2 * i + 1)));
  }
  if (tensor.shape().rank() == 0) return {format_complex_alone(real[0], imaginary[0])};
  std::vector<std::string> texts = format_column<T>(real, Plus::kOmitted);
  const std::vector<std::string> parts = format_column<T>(imaginary, Plus::kShown);
  for (size_t i = 0; i < texts.size(); ++i) {
    std::string part = parts[i];
    part.insert(part.find_last_not_of(' ') + 1, 1, 'j');
    texts[i] += part;
  }
  return texts;
}

std::vector<std::string> halves(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  std::vector<Real> values;
  for (const uint64_t i : shown) {
    const auto bits = element_at<uint16_t>(tensor, i);
    values.push_back(tensor.dtype() == DType::kF16
                         ? make_half(bits)
                         : make_real(std::bit_cast<float>(static_cast<uint32_t>(bits) << 16)));
  }
  return format_reals<float>(tensor, values);
}

// Types without a decimal form here show their bits.
std::vector<std::string> bit_patterns(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  return aligned(shown, [&](uint64_t i) {
    const auto bits = element_at<uint8_t>(tensor, i);
    return std::string("0x") + "0123456789abcdef"[bits >> 4] + "0123456789abcdef"[bits & 15];
  });
}

// In an array both words take five characters, whether or not both occur.
std::vector<std::string> bools(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  const std::string is_true = tensor.shape().rank() > 0 ? " True" : "True";
  std::vector<std::string> texts;
  for (const uint64_t i : shown) {
    texts.push_back(element_at<uint8_t>(tensor, i) != 0 ? is_true : "False");
  }
  return texts;
}

std::vector<std::string> strings(const Tensor& tensor, const std::vector<uint64_t>& shown) {
  std::vector<std::string> texts;
  for (const uint64_t i : shown) texts.push_back("b" + quote(tensor.string_at(i)));
  return texts;
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
    case DType::kBool: return bools(tensor, shown);
    case DType::kString: return strings(tensor, shown);
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
        out.resize(out.find_last_not_of(' ') + 1);
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

std::string format_values(const Tensor& tensor, ValuesShown which) {
  if (tensor.element_count() == 0) return "[]";
  const bool is_summary = which == ValuesShown::kEdges && is_shown_in_part(tensor.shape());
  BracketPrinter printer(tensor.shape(), is_summary);
  return printer.print(format_elements(tensor, printer.shown()));
}

bool is_shown_in_part(const Shape& shape) {
  return shape.element_count().value_or(0) > kSummaryThreshold;
}

std::vector<uint64_t> edge_elements(const Shape& shape) {
  return BracketPrinter(shape, true).shown();
}

std::string format_edges(const Shape& shape, const Tensor& edges) {
  std::vector<uint64_t> all(edges.element_count());
  std::iota(all.begin(), all.end(), uint64_t{0});
  return BracketPrinter(shape, true).print(format_elements(edges, all));
}

}  // namespace holdall
