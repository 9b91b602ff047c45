#include "formats/tf_common/tf_slice_key.h"

#include <cstdint>

namespace holdall {
namespace {

// A count byte, then that many bytes, most significant first.
void append_unsigned(std::string& key, uint64_t value) {
  std::string digits;
  for (; value > 0; value >>= 8) digits.insert(digits.begin(), static_cast<char>(value & 0xff));
  key += static_cast<char>(digits.size());
  key += digits;
}

// 00 and FF are escaped, so that the terminator 00 01 sorts before every continuation.
void append_text(std::string& key, std::string_view text) {
  for (const char c : text) {
    key += c;
    if (c == '\0') key += '\xff';
    if (c == '\xff') key += '\0';
  }
  key += '\0';
  key += '\x01';
}

// n one-bits and a zero bit, then the value in the other 7n - 1 bits: longer values begin with more
// ones, so bytes compare as numbers do. Negative numbers are the complement of the positive ones.
void append_signed(std::string& key, int64_t value) {
  const uint64_t magnitude =
      value < 0 ? ~static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  unsigned count = 1;
  while (count < 10 && (magnitude >> (7 * count - 1)) != 0) ++count;
  std::string bytes;
  for (unsigned i = 0; i < count; ++i) {
    const unsigned shift = 8 * (count - 1 - i);
    bytes += static_cast<char>(shift < 64 ? (magnitude >> shift) & 0xff : 0);
  }
  for (unsigned bit = 0; bit < count; ++bit) {
    bytes[bit / 8] =
        static_cast<char>(static_cast<unsigned char>(bytes[bit / 8]) | (0x80u >> (bit % 8)));
  }
  for (char& c : bytes) key += value < 0 ? static_cast<char>(~c) : c;
}

}  // namespace

std::string encode_slice_key(std::string_view name, const Box& slice) {
  std::string key;
  append_unsigned(key, 0);
  append_text(key, name);
  append_unsigned(key, slice.starts.size());
  for (size_t i = 0; i < slice.starts.size(); ++i) {
    append_signed(key, slice.starts[i]);
    append_signed(key, slice.lengths[i]);
  }
  return key;
}

}  // namespace holdall
