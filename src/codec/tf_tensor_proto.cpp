#include "codec/tf_tensor_proto.h"

#include <algorithm>
#include <bit>

#include "base/byte_cursor.h"
#include "base/endian.h"
#include "base/message.h"
#include "base/try.h"
#include "codec/proto_wire.h"
#include "codec/snappy_block.h"

namespace holdall {
namespace {

// Puts values where the elements go, and counts those for which there is no room.
class ElementSink {
 public:
  ElementSink(DType dtype, std::span<std::byte> into)
      : dtype_(dtype), size_bytes_(dtype_size_bytes(dtype)), into_(into) {}

  // The low bytes of the value, in this machine's order.
  void add(uint64_t value) {
    ++count_;
    if (into_.size() < size_bytes_) return;
    if (dtype_ == DType::kBool) value = value != 0 ? 1 : 0;
    std::byte little[sizeof value];
    store_le(little, value);
    put(std::span(little).first(size_bytes_), size_bytes_);
  }

  // Little-endian numbers of `width` bytes, one or two to an element.
  void add_raw(std::span<const std::byte> bytes, uint64_t width) {
    raw_bytes_ += bytes.size();
    if (bytes.size() <= into_.size()) put(bytes, width);
  }

  uint64_t count() const { return count_ + raw_bytes_ / size_bytes_; }
  bool is_full() const { return into_.empty() && raw_bytes_ % size_bytes_ == 0; }

 private:
  void put(std::span<const std::byte> bytes, uint64_t width) {
    // Not memcpy(): there may be neither bytes nor a place for them.
    std::ranges::copy(bytes, into_.begin());
    if constexpr (std::endian::native == std::endian::big) {
      for (uint64_t at = 0; at < bytes.size(); at += width)
        std::reverse(into_.data() + at, into_.data() + at + width);
    }
    into_ = into_.subspan(bytes.size());
  }

  const DType dtype_;
  const uint64_t size_bytes_;
  std::span<std::byte> into_;
  uint64_t count_ = 0;
  uint64_t raw_bytes_ = 0;
};

// One number of the wire, packed or not, of 4 or 8 bytes.
Status add_fixed(ProtoReader& field, uint64_t width, ElementSink& sink) {
  if (field.wire_type() == WireType::kBytes) {
    const auto bytes = field.as_bytes();
    if (bytes.size() % width != 0) {
      return corrupt("field {} at byte {} packs values of {} bytes, but is {} bytes long",
                     field.number(), field.payload_offset(), width, bytes.size());
    }
    sink.add_raw(bytes, width);
    return {};
  }
  std::byte value[8];
  store_le(value, width == 4 ? field.as_fixed32() : field.as_fixed64());
  HOLDALL_TRY(field.status());
  sink.add_raw(std::span(value).first(width), width);
  return {};
}

Status add_varints(ProtoReader& field, ElementSink& sink) {
  if (field.wire_type() != WireType::kBytes) {
    const uint64_t value = field.as_uint64();
    HOLDALL_TRY(field.status());
    sink.add(value);
    return {};
  }
  ByteCursor packed(field.as_bytes());
  while (!packed.is_at_end()) {
    const auto value = packed.read_varint64();
    if (!value) {
      return corrupt("varint at byte {} is cut short or does not fit 64 bits",
                     field.payload_offset() + packed.position());
    }
    sink.add(*value);
  }
  return {};
}

// Of the numbers that stand in a kRaw field.
uint64_t raw_width(DType dtype) {
  return dtype == DType::kF64 || dtype == DType::kComplex128 ? 8 : 4;
}

}  // namespace

TensorProtoField tensor_proto_field(DType dtype) {
  using enum TensorProtoValue;
  switch (dtype) {
    case DType::kF32: return {5, kRaw};
    case DType::kF64: return {6, kRaw};
    case DType::kI32:
    case DType::kI16:
    case DType::kI8:
    case DType::kQI8:
    case DType::kQI16:
    case DType::kQI32: return {7, kSigned};
    case DType::kU8:
    case DType::kU16:
    case DType::kQU8:
    case DType::kQU16: return {7, kUnsigned};
    case DType::kString: return {8, kText};
    case DType::kComplex64: return {9, kRaw};
    case DType::kI64: return {10, kSigned};
    case DType::kBool: return {11, kUnsigned};
    case DType::kComplex128: return {12, kRaw};
    case DType::kF16: return {13, kUnsigned};
    default: return {};
  }
}

Status decode_tensor_proto(std::span<const std::byte> message, DType dtype,
                           std::span<std::byte> into) {
  const TensorProtoField wanted = tensor_proto_field(dtype);
  ElementSink sink(dtype, into);
  ProtoReader reader(message);
  while (reader.next()) {
    if (reader.number() != wanted.number) continue;
    HOLDALL_TRY(wanted.value == TensorProtoValue::kRaw ? add_fixed(reader, raw_width(dtype), sink)
                                                       : add_varints(reader, sink));
  }
  HOLDALL_TRY(reader.status());
  const uint64_t expected = into.size() / dtype_size_bytes(dtype);
  if (sink.count() != expected || !sink.is_full()) {
    return corrupt("{} values of {} are stored in field {}, expected {}", sink.count(),
                   dtype_name(dtype), wanted.number, expected);
  }
  return {};
}

Result<TensorProtoStrings> decode_tensor_proto_strings(std::span<const std::byte> message,
                                                       uint64_t count) {
  const uint32_t number = tensor_proto_field(DType::kString).number;
  TensorProtoStrings strings;
  ProtoReader reader(message);
  uint64_t found = 0;
  while (reader.next()) {
    if (reader.number() != number) continue;
    const auto text = reader.as_bytes();
    if (++found > count) continue;
    strings.bytes.insert(strings.bytes.end(), text.begin(), text.end());
    strings.ends.push_back(strings.bytes.size());
  }
  HOLDALL_TRY(reader.status());
  if (found != count) {
    return corrupt("{} strings are stored in field {}, expected {}", found, number, count);
  }
  return strings;
}

uint64_t max_tensor_proto_values(DType dtype, uint64_t message_bytes) {
  switch (tensor_proto_field(dtype).value) {
    case TensorProtoValue::kNone: return 0;
    case TensorProtoValue::kRaw: return message_bytes / dtype_size_bytes(dtype);
    case TensorProtoValue::kText: return message_bytes / 2;  // a tag and a length each
    default: return message_bytes;
  }
}

Result<std::span<const std::byte>> find_in_snappy(std::span<const std::byte> block, uint64_t offset,
                                                  std::vector<std::byte>& original) {
  HOLDALL_ASSIGN(original, snappy_decompress(block));
  if (offset > original.size()) {
    return corrupt("the block has {} bytes, the values begin at byte {}", original.size(), offset);
  }
  ProtoReader reader(std::span<const std::byte>(original).subspan(offset), offset);
  (void)reader.next();
  HOLDALL_TRY(reader.status());
  const auto message = reader.as_bytes();
  HOLDALL_TRY(reader.status());
  return message;
}

}  // namespace holdall
