// The wire format of protocol buffers, without schemas: a reader that walks the fields of a message
// and a writer that appends fields to a string. Which number means what is the caller's knowledge.
//
// A field is a tag, varint(number << 3 | wire type), and a payload: 0 a varint, 1 eight bytes, 2 a
// length and that many bytes (strings, messages, packed repeated scalars), 5 four bytes; all little
// endian. Types 3 and 4, groups, occur in no format of ours and are refused, as are 6 and 7.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/byte_cursor.h"
#include "base/endian.h"
#include "holdall/status.h"

namespace holdall {

enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

inline constexpr uint32_t kMaxFieldNumber = (uint32_t{1} << 29) - 1;

// Levels below the outermost message; as_message() refuses more, as protobuf's own parsers do, so
// that callers may recurse without a limit of their own.
inline constexpr int kMaxMessageDepth = 100;

// What a fixed32 or fixed64 can hold: float, uint64_t and the like.
template <class T>
concept FixedScalar = std::is_arithmetic_v<T> && sizeof(T) % 4 == 0 && sizeof(T) <= 8;

// Walks one message and borrows its bytes:
//
//   ProtoReader reader(bytes);
//   while (reader.next()) {
//     switch (reader.number()) {
//       case 1: entry.dtype = reader.as_int32(); break;
//       case 2: HOLDALL_TRY(parse_shape(reader.as_message(), entry.shape)); break;
//       default: break;  // unknown fields are skipped
//     }
//   }
//   HOLDALL_TRY(reader.status());
//
// The first fault sticks: next() is false from then on, accessors give zeros, and status() says
// what is wrong and at which byte (kCorrupt). A singular field may come again and then replaces the
// earlier value or, a message, merges into it: left to the caller. Copies are cheap.
class ProtoReader {
 public:
  // `offset` is where the message starts in what the caller counts bytes in, the file say.
  explicit ProtoReader(std::span<const std::byte> message, uint64_t offset = 0)
      : cursor_(message), offset_(offset) {}

  // Moves to the next field; false at the end and after a fault.
  bool next();
  const Status& status() const { return fault_; }

  // The current field. Requires: the last next() was true.
  uint32_t number() const { return number_; }
  WireType wire_type() const { return wire_type_; }
  // Where the payload starts, counted like the constructor's `offset`; for bytes, after the length.
  uint64_t payload_offset() const { return payload_offset_; }

  // The value of the current field. Another wire type is a fault: protobuf would skip such a field
  // as unknown and leave the default, which in our files would hide damage. A varint too large
  // for 32 bits is cut to its low ones, and a bool is anything but 0: these two as in protobuf.
  uint64_t as_uint64() { return expect(WireType::kVarint) ? scalar_ : 0; }
  int64_t as_int64() { return static_cast<int64_t>(as_uint64()); }
  uint32_t as_uint32() { return static_cast<uint32_t>(as_uint64()); }
  int32_t as_int32() { return static_cast<int32_t>(as_uint64()); }  // enums too
  bool as_bool() { return as_uint64() != 0; }
  uint32_t as_fixed32() { return expect(WireType::kFixed32) ? static_cast<uint32_t>(scalar_) : 0; }
  uint64_t as_fixed64() { return expect(WireType::kFixed64) ? scalar_ : 0; }
  float as_float() { return std::bit_cast<float>(as_fixed32()); }
  double as_double() { return std::bit_cast<double>(as_fixed64()); }
  std::span<const std::byte> as_bytes();
  std::string_view as_string();  // not checked to be UTF-8
  // Its offsets and depth follow on from this reader's.
  ProtoReader as_message();

  // The current field is one of a repeated scalar's: appends its value, or all of them if packed.
  // After a fault some values may have been appended.
  template <class T>
  void append_varints(std::vector<T>& values);
  template <FixedScalar T>
  void append_fixed(std::vector<T>& values);

 private:
  bool read_tag();
  bool read_payload();
  bool expect(WireType wanted);
  bool expect_whole_number_of(size_t size_bytes);
  void refuse_varint(const ByteCursor& at, uint64_t start_offset);

  ByteCursor cursor_;
  uint64_t offset_;
  Status fault_;
  int depth_ = 0;
  uint32_t number_ = 0;
  WireType wire_type_ = WireType::kVarint;
  uint64_t tag_offset_ = 0;
  uint64_t payload_offset_ = 0;
  uint64_t scalar_ = 0;
  std::span<const std::byte> payload_;
};

size_t varint_size_bytes(uint64_t value);
void append_varint(std::string& out, uint64_t value);

// Appends fields to `out`, which it borrows, in the order of the calls; TensorFlow's bytes need
// ascending numbers. `number` always comes first and is at most kMaxFieldNumber.
//
// add_x() writes always: repeated fields, members of a oneof, proto2 fields with presence.
// add_x_if_set() writes unless the value is zero, false or empty: singular fields of proto3. A
// floating -0.0 is not zero. A sub-message that is present is written even if empty.
class ProtoWriter {
 public:
  explicit ProtoWriter(std::string& out) : out_(out) {}

  // For int32, int64 and enums: a negative one takes ten bytes whatever its width.
  void add_int(uint32_t number, int64_t value) { add_uint(number, static_cast<uint64_t>(value)); }
  // For uint32 and uint64.
  void add_uint(uint32_t number, uint64_t value);
  void add_bool(uint32_t number, bool value) { add_uint(number, value ? 1 : 0); }
  void add_fixed32(uint32_t number, uint32_t value);
  void add_fixed64(uint32_t number, uint64_t value);
  void add_float(uint32_t number, float v) { add_fixed32(number, std::bit_cast<uint32_t>(v)); }
  void add_double(uint32_t number, double v) { add_fixed64(number, std::bit_cast<uint64_t>(v)); }
  void add_bytes(uint32_t number, std::string_view bytes);
  void add_message(uint32_t number, std::string_view encoded) { add_bytes(number, encoded); }

  void add_int_if_set(uint32_t number, int64_t value);
  void add_uint_if_set(uint32_t number, uint64_t value);
  void add_bool_if_set(uint32_t number, bool value);
  void add_fixed32_if_set(uint32_t number, uint32_t value);
  void add_fixed64_if_set(uint32_t number, uint64_t value);
  void add_float_if_set(uint32_t number, float value);
  void add_double_if_set(uint32_t number, double value);
  void add_bytes_if_set(uint32_t number, std::string_view bytes);

  // A repeated scalar in one field, as proto3 does; nothing if there are no values.
  template <class Range>
  void add_packed_varints(uint32_t number, const Range& values);
  template <FixedScalar T>
  void add_packed_fixed(uint32_t number, std::span<const T> values);

 private:
  void add_tag(uint32_t number, WireType wire_type);
  // Room for `size_bytes` more at the end of the string.
  std::byte* extend(size_t size_bytes);

  std::string& out_;
};

template <class T>
void ProtoReader::append_varints(std::vector<T>& values) {
  if (wire_type_ != WireType::kBytes) {
    const uint64_t value = as_uint64();
    if (fault_.ok()) values.push_back(static_cast<T>(value));
    return;
  }
  ByteCursor packed(as_bytes());
  while (!packed.is_at_end()) {
    const auto value = packed.read_varint64();
    if (!value) return refuse_varint(packed, payload_offset_);
    values.push_back(static_cast<T>(*value));
  }
}

template <FixedScalar T>
void ProtoReader::append_fixed(std::vector<T>& values) {
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
  if (wire_type_ != WireType::kBytes) {
    if (!expect(sizeof(T) == 4 ? WireType::kFixed32 : WireType::kFixed64)) return;
    values.push_back(std::bit_cast<T>(static_cast<Bits>(scalar_)));
    return;
  }
  const auto packed = as_bytes();
  if (!expect_whole_number_of(sizeof(T))) return;
  const size_t count = packed.size() / sizeof(T);
  const size_t before = values.size();
  values.resize(before + count);
  for (size_t i = 0; i < count; ++i) {
    values[before + i] = std::bit_cast<T>(load_le<Bits>(packed.data() + i * sizeof(T)));
  }
}

template <class Range>
void ProtoWriter::add_packed_varints(uint32_t number, const Range& values) {
  // Widening a signed value to 64 bits extends its sign, as the format wants.
  uint64_t size_bytes = 0;
  for (const auto value : values) size_bytes += varint_size_bytes(static_cast<uint64_t>(value));
  if (size_bytes == 0) return;
  add_tag(number, WireType::kBytes);
  append_varint(out_, size_bytes);
  for (const auto value : values) append_varint(out_, static_cast<uint64_t>(value));
}

template <FixedScalar T>
void ProtoWriter::add_packed_fixed(uint32_t number, std::span<const T> values) {
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
  if (values.empty()) return;
  add_tag(number, WireType::kBytes);
  append_varint(out_, values.size_bytes());
  std::byte* to = extend(values.size_bytes());
  for (const T value : values) {
    store_le(to, std::bit_cast<Bits>(value));
    to += sizeof(T);
  }
}

}  // namespace holdall
