// The header of an array is a Python dictionary in text: {'descr': '<f4', 'fortran_order': False,
// 'shape': (3, 4), }. It is read as that and no more; nothing is evaluated.
#include <algorithm>
#include <charconv>
#include <vector>

#include "base/byte_cursor.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/npz/npz_layout.h"
#include "tensor/convert.h"

namespace holdall::npz {
namespace {

constexpr unsigned kMaxDepth = 8;  // of structured types; NumPy's own nest less

struct TypeRow {
  std::string_view kind;  // and size in bytes
  DType dtype;
};

constexpr TypeRow kTypes[] = {
    {"b1", DType::kBool},      {"i1", DType::kI8},          {"i2", DType::kI16},
    {"i4", DType::kI32},       {"i8", DType::kI64},         {"u1", DType::kU8},
    {"u2", DType::kU16},       {"u4", DType::kU32},         {"u8", DType::kU64},
    {"f2", DType::kF16},       {"f4", DType::kF32},         {"f8", DType::kF64},
    {"c8", DType::kComplex64}, {"c16", DType::kComplex128},
};

// bfloat16 of the package ml_dtypes, which is an opaque type to NumPy: no other type of two bytes
// is spelled with a byte order, raw bytes are "|V2".
constexpr std::string_view kBFloat16 = "<V2";

class LiteralScanner {
 public:
  explicit LiteralScanner(std::string_view text) : text_(text) {}

  bool take_if(char mark) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != mark) return false;
    ++at_;
    return true;
  }

  Status take(char mark) {
    if (take_if(mark)) return {};
    return malformed();
  }

  // Without the quotes. No type has an escape in its name.
  Result<std::string_view> take_string() {
    skip_spaces();
    const char mark = at_ < text_.size() ? text_[at_] : '\0';
    if (mark != '\'' && mark != '"') return malformed();
    const size_t end = text_.find(mark, at_ + 1);
    if (end == std::string_view::npos) return malformed();
    const std::string_view string = text_.substr(at_ + 1, end - at_ - 1);
    if (string.find('\\') != std::string_view::npos) return malformed();
    at_ = end + 1;
    return string;
  }

  Result<bool> take_bool() {
    skip_spaces();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return word == "True";
    }
    return malformed();
  }

  // "(2, 3)", "(2,)", "()"; Python 2 wrote "(2L,)".
  Result<std::vector<int64_t>> take_shape() {
    HOLDALL_TRY(take('('));
    std::vector<int64_t> dims;
    bool has_comma = true;
    while (!take_if(')')) {
      if (!has_comma) return malformed();
      HOLDALL_ASSIGN(const int64_t size, take_integer());
      dims.push_back(size);
      has_comma = take_if(',');
    }
    // "(2)" is a number in brackets to Python.
    if (dims.size() == 1 && !has_comma) return malformed();
    return dims;
  }

  // A string, or a list of fields, as it is written.
  Result<std::string> take_descr() {
    skip_spaces();
    const size_t start = at_;
    if (at_ < text_.size() && text_[at_] == '[') {
      HOLDALL_TRY(skip_fields(0));
      return std::string(text_.substr(start, at_ - start));
    }
    HOLDALL_ASSIGN(const std::string_view string, take_string());
    return std::string(string);
  }

  Status take_end() {
    skip_spaces();
    if (at_ < text_.size()) return malformed();
    return {};
  }

  Error malformed() const {
    return corrupt("the header of the array is malformed at byte {}", at_);
  }

 private:
  void skip_spaces() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  Result<int64_t> take_integer() {
    skip_spaces();
    int64_t value = 0;
    const char* const first = text_.data() + at_;
    const auto parsed = std::from_chars(first, text_.data() + text_.size(), value);
    if (parsed.ec == std::errc::result_out_of_range) {
      return corrupt("a size in the header of the array exceeds 63 bits");
    }
    if (parsed.ec != std::errc() || value < 0 || *first == '-') return malformed();
    const auto digits = static_cast<size_t>(parsed.ptr - first);
    // "010" was eight to Python 2, and is nothing to Python 3.
    if (*first == '0' && digits > 1) return malformed();
    at_ += digits;
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;
    return value;
  }

  // Brackets, strings, integers and commas.
  Status skip_fields(unsigned depth) {
    if (depth > kMaxDepth) return malformed();
    skip_spaces();
    const char next = at_ < text_.size() ? text_[at_] : '\0';
    if (next == '\'' || next == '"') {
      auto skipped = take_string();
      return skipped.ok() ? Status() : Status(std::move(skipped).error());
    }
    if (next != '[' && next != '(') {
      auto skipped = take_integer();
      return skipped.ok() ? Status() : Status(std::move(skipped).error());
    }
    ++at_;
    const char closing = next == '[' ? ']' : ')';
    while (!take_if(closing)) {
      HOLDALL_TRY(skip_fields(depth + 1));
      if (!take_if(',')) return take(closing);
    }
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
};

void resolve_descr(NpyHeader& header) {
  std::string_view kind = header.descr;
  if (kind == kBFloat16) {
    header.dtype = DType::kBF16;
    return;
  }
  ByteOrder order = kNativeOrder;
  if (!kind.empty() && std::string_view("<>|=").find(kind[0]) != std::string_view::npos) {
    if (kind[0] == '<') order = ByteOrder::kLittle;
    if (kind[0] == '>') order = ByteOrder::kBig;
    kind.remove_prefix(1);
  }
  for (const TypeRow& row : kTypes) {
    if (row.kind == kind) header.dtype = row.dtype;
  }
  if (dtype_swap_bytes(header.dtype) > 1) header.byte_order = order;
}

// Whether NumPy has such arrays: without its zeros too, the product of the sizes fits 63 bits.
bool is_possible(const Shape& shape) {
  std::vector<int64_t> sizes;
  for (size_t i = 0; i < shape.rank(); ++i) {
    if (shape[i] != 0) sizes.push_back(shape[i]);
  }
  return Shape(sizes).element_count().has_value();
}

Status take_members(LiteralScanner& literal, NpyHeader& header) {
  unsigned seen = 0;
  HOLDALL_TRY(literal.take('{'));
  while (!literal.take_if('}')) {
    HOLDALL_ASSIGN(const std::string_view key, literal.take_string());
    HOLDALL_TRY(literal.take(':'));
    unsigned bit = 0;
    if (key == "descr") {
      bit = 1;
      HOLDALL_ASSIGN(header.descr, literal.take_descr());
    } else if (key == "fortran_order") {
      bit = 2;
      HOLDALL_ASSIGN(header.is_column_major, literal.take_bool());
    } else if (key == "shape") {
      bit = 4;
      HOLDALL_ASSIGN(auto dims, literal.take_shape());
      header.shape = Shape(dims);
    }
    if (bit == 0 || (seen & bit) != 0) {
      return corrupt(
          "the header of the array has key {}; descr, fortran_order and shape are "
          "expected, once each",
          quote(key));
    }
    seen |= bit;
    if (literal.take_if(',')) continue;
    HOLDALL_TRY(literal.take('}'));
    break;
  }
  if (seen != 7) {
    return corrupt("the header of the array lacks one of descr, fortran_order and shape");
  }
  return literal.take_end();
}

}  // namespace

Result<uint64_t> npy_header_size(std::span<const std::byte> front) {
  const std::string_view text(reinterpret_cast<const char*>(front.data()), front.size());
  if (text.size() < kNpyMagic.size() + 4 || !text.starts_with(kNpyMagic)) {
    return corrupt("it does not begin as a NumPy array does");
  }
  const auto major = static_cast<unsigned>(front[6]);
  const auto minor = static_cast<unsigned>(front[7]);
  if (major < 1 || major > 3 || minor != 0) {
    return unsupported("it is a NumPy array of version {}.{}; 1.0, 2.0 and 3.0 are known", major,
                       minor);
  }
  if (major == 1) return 10 + uint64_t{load_le<uint16_t>(front.data() + 8)};
  if (front.size() < kFrontBytes) return corrupt("it does not begin as a NumPy array does");
  const uint64_t length = load_le<uint32_t>(front.data() + 8);
  if (length > kMaxHeaderBytes) {
    return corrupt("the header of the array should take {} bytes, the limit is {}", length,
                   kMaxHeaderBytes);
  }
  return kFrontBytes + length;
}

Result<NpyHeader> parse_npy_header(std::span<const std::byte> header) {
  const uint64_t start = header[6] == std::byte{1} ? 10 : kFrontBytes;
  const std::string_view text(reinterpret_cast<const char*>(header.data()), header.size());
  NpyHeader parsed;
  parsed.size_bytes = header.size();
  LiteralScanner literal(text.substr(start));
  HOLDALL_TRY(take_members(literal, parsed));
  if (parsed.shape.rank() > kMaxRank) {
    return corrupt("the array has {} dimensions, NumPy's have at most {}", parsed.shape.rank(),
                   kMaxRank);
  }
  if (!is_possible(parsed.shape)) {
    return corrupt("the array has too many elements, its shape is {}", parsed.shape.to_string());
  }
  resolve_descr(parsed);
  return parsed;
}

Error unknown_descr(std::string_view descr) {
  std::string_view kind = descr;
  if (!kind.empty() && std::string_view("<>|=").find(kind[0]) != std::string_view::npos) {
    kind.remove_prefix(1);
  }
  std::string_view why = "which is not known here";
  switch (kind.empty() ? '\0' : kind[0]) {
    case 'O':
      why = "Python objects in a pickle, which could run any program and is never loaded";
      break;
    case 'S': why = "byte strings, which are not read; store them as uint8"; break;
    case 'U': why = "text, which is not read; store it as uint32"; break;
    case 'M':
    case 'm': why = "times, which are not read; store them as int64"; break;
    case '[': why = "records, which are not read; store each field as an array"; break;
    case 'V':
      why = kind == "V2"
                ? "raw bytes, perhaps bfloat16 of a writer that does not name it; store them as "
                  "uint16, or as ml_dtypes' bfloat16"
                : "raw bytes, or a type that NumPy lacks and does not name; store them as uint8";
      break;
    default: break;
  }
  return unsupported("its elements are of NumPy's type {}: {}", quote(descr), why);
}

std::string descr_of(DType dtype, ByteOrder order) {
  if (dtype == DType::kBF16) return order == ByteOrder::kLittle ? std::string(kBFloat16) : "";
  for (const TypeRow& row : kTypes) {
    if (row.dtype != dtype) continue;
    const char mark = dtype_size_bytes(dtype) == 1 ? '|' : order == ByteOrder::kBig ? '>' : '<';
    return mark + std::string(row.kind);
  }
  return "";
}

std::string make_npy_header(std::string_view descr, const Shape& shape) {
  std::string text = "{'descr': '" + std::string(descr) + "', 'fortran_order': False, 'shape': (";
  for (size_t i = 0; i < shape.rank(); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  }
  text += shape.rank() == 1 ? ",), }" : "), }";
  // Room for the first size to grow in place, up to 21 digits, so that arrays can be appended to.
  constexpr size_t kGrowthDigits = 21;
  if (shape.rank() > 0) text.append(kGrowthDigits - std::to_string(shape[0]).size(), ' ');
  constexpr uint64_t kBefore = 10;  // magic, version, length
  text.append(kAlignment - (kBefore + text.size() + 1) % kAlignment, ' ');
  text += '\n';
  std::string out(kNpyMagic);
  out += '\x01';
  out += '\0';
  out += static_cast<char>(text.size() & 0xff);
  out += static_cast<char>(text.size() >> 8);
  return out + text;
}

}  // namespace holdall::npz
