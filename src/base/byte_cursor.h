// Reads integers and byte runs from a span, front to back. It knows its position and cannot
// overrun: a read that does not fit returns nothing and leaves the position where it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/endian.h"

namespace holdall {

class ByteCursor {
 public:
  explicit ByteCursor(std::span<const std::byte> bytes) : bytes_(bytes) {}

  uint64_t position() const { return position_; }
  uint64_t remaining_bytes() const { return bytes_.size() - position_; }
  bool is_at_end() const { return position_ == bytes_.size(); }

  std::optional<uint8_t> read_u8() { return read_fixed<uint8_t>(); }
  std::optional<uint32_t> read_fixed32() { return read_fixed<uint32_t>(); }
  std::optional<uint64_t> read_fixed64() { return read_fixed<uint64_t>(); }

  // Base-128, low group first, at most ten bytes; a tenth byte above 1 does not fit 64 bits.
  std::optional<uint64_t> read_varint64() {
    // Most are small.
    if (!is_at_end() && static_cast<uint8_t>(bytes_[position_]) < 0x80)
      return static_cast<uint64_t>(bytes_[position_++]);
    return read_long_varint64();
  }

  // The same of at most five bytes, with a fifth below 16.
  std::optional<uint32_t> read_varint32() {
    const uint64_t start = position_;
    const auto value = read_varint64();
    if (value && *value <= UINT32_MAX && position_ - start <= 5)
      return static_cast<uint32_t>(*value);
    position_ = start;
    return std::nullopt;
  }

  std::optional<std::span<const std::byte>> read_bytes(uint64_t size_bytes) {
    if (size_bytes > remaining_bytes()) return std::nullopt;
    const auto run = bytes_.subspan(position_, size_bytes);
    position_ += size_bytes;
    return run;
  }

 private:
  std::optional<uint64_t> read_long_varint64() {
    uint64_t value = 0;
    for (unsigned i = 0; i < 10 && i < remaining_bytes(); ++i) {
      const auto group = static_cast<uint64_t>(bytes_[position_ + i]);
      if (i == 9 && group > 1) return std::nullopt;
      value |= (group & 0x7f) << (7 * i);
      if (group < 0x80) {
        position_ += i + 1;
        return value;
      }
    }
    return std::nullopt;
  }

  template <class T>
  std::optional<T> read_fixed() {
    const auto run = read_bytes(sizeof(T));
    if (!run) return std::nullopt;
    return load_le<T>(run->data());
  }

  std::span<const std::byte> bytes_;
  uint64_t position_ = 0;
};

}  // namespace holdall
