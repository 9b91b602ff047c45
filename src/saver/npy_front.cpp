#include "saver/npy_front.h"

#include "base/message.h"

namespace holdall {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY\x01\x00", 8};
constexpr size_t kLengthBytes = 2;

// Elements begin at a multiple of it.
constexpr size_t kAlignment = 64;

// NumPy leaves room for one size to grow to that many digits, so that arrays can be appended to.
constexpr size_t kGrowthDigits = 21;

std::string shape_text(const Shape& shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.rank(); ++i) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  return text + (shape.rank() == 1 ? ",)" : ")");
}

}  // namespace

std::string_view npy_descr(DType dtype) {
  switch (dtype) {
    case DType::kBool: return "|b1";
    case DType::kI8: return "|i1";
    case DType::kU8: return "|u1";
    case DType::kI16: return "<i2";
    case DType::kU16: return "<u2";
    case DType::kI32: return "<i4";
    case DType::kU32: return "<u4";
    case DType::kI64: return "<i8";
    case DType::kU64: return "<u8";
    case DType::kF16: return "<f2";
    case DType::kF32: return "<f4";
    case DType::kF64: return "<f8";
    case DType::kComplex64: return "<c8";
    case DType::kComplex128: return "<c16";
    case DType::kBF16: return "<V2";  // as ml_dtypes spells it
    default: return "";
  }
}

std::string make_npy_front(std::string_view descr, const Shape& shape) {
  std::string header =
      message("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", descr, shape_text(shape));
  if (shape.rank() > 0) header.append(kGrowthDigits - std::to_string(shape[0]).size(), ' ');
  const size_t used = kMagic.size() + kLengthBytes + header.size() + 1;
  header.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  header += '\n';
  std::string front(kMagic);
  front += static_cast<char>(header.size() & 0xff);
  front += static_cast<char>(header.size() >> 8);
  return front + header;
}

}  // namespace holdall
