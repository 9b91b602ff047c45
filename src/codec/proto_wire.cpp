#include "codec/proto_wire.h"

#include <cassert>

#include "base/message.h"

namespace holdall {
namespace {

constexpr unsigned kWireTypeBits = 3;

// The bytes that a fixed32 or fixed64 takes.
constexpr uint64_t fixed_size_bytes(WireType type) {
  return type == WireType::kFixed32 ? 4 : 8;
}

}  // namespace

bool ProtoReader::next() {
  if (!fault_.ok() || cursor_.is_at_end()) return false;
  return read_tag() && read_payload();
}

bool ProtoReader::read_tag() {
  tag_offset_ = offset_ + cursor_.position();
  const auto tag = cursor_.read_varint64();
  if (!tag) {
    refuse_varint(cursor_, offset_);
    return false;
  }
  const uint64_t number = *tag >> kWireTypeBits;
  const uint64_t wire_type = *tag & ((1u << kWireTypeBits) - 1);
  if (number == 0 || number > kMaxFieldNumber) {
    fault_ = corrupt("field number at byte {} is {}, must be from 1 to {}", tag_offset_, number,
                     kMaxFieldNumber);
    return false;
  }
  if (wire_type == 3 || wire_type == 4) {
    fault_ = corrupt("field {} at byte {} is a group, which no checkpoint format uses", number,
                     tag_offset_);
    return false;
  }
  if (wire_type > 5) {
    fault_ = corrupt("field {} at byte {} has wire type {}, which does not exist", number,
                     tag_offset_, wire_type);
    return false;
  }
  number_ = static_cast<uint32_t>(number);
  wire_type_ = static_cast<WireType>(wire_type);
  return true;
}

bool ProtoReader::read_payload() {
  payload_offset_ = offset_ + cursor_.position();
  uint64_t size_bytes = 0;
  if (wire_type_ == WireType::kVarint || wire_type_ == WireType::kBytes) {
    const auto varint = cursor_.read_varint64();
    if (!varint) {
      refuse_varint(cursor_, offset_);
      return false;
    }
    scalar_ = *varint;
    if (wire_type_ == WireType::kVarint) return true;
    payload_offset_ = offset_ + cursor_.position();
    size_bytes = *varint;
  } else {
    size_bytes = fixed_size_bytes(wire_type_);
  }
  const auto payload = cursor_.read_bytes(size_bytes);
  if (!payload) {
    fault_ = corrupt("field {} at byte {} takes {} bytes, but its message has {} left", number_,
                     tag_offset_, size_bytes, cursor_.remaining_bytes());
    return false;
  }
  payload_ = *payload;
  if (wire_type_ == WireType::kFixed32) scalar_ = load_le<uint32_t>(payload_.data());
  if (wire_type_ == WireType::kFixed64) scalar_ = load_le<uint64_t>(payload_.data());
  return true;
}

bool ProtoReader::expect(WireType wanted) {
  if (!fault_.ok()) return false;
  if (wire_type_ == wanted) return true;
  fault_ = corrupt("field {} at byte {} has wire type {}, expected {}", number_, tag_offset_,
                   static_cast<uint8_t>(wire_type_), static_cast<uint8_t>(wanted));
  return false;
}

bool ProtoReader::expect_whole_number_of(size_t size_bytes) {
  if (!fault_.ok()) return false;
  if (payload_.size() % size_bytes == 0) return true;
  fault_ = corrupt("field {} at byte {} packs values of {} bytes, but is {} bytes long", number_,
                   tag_offset_, size_bytes, payload_.size());
  return false;
}

// A refused varint leaves the cursor at its start; with ten bytes left it was not cut short.
void ProtoReader::refuse_varint(const ByteCursor& at, uint64_t start_offset) {
  const uint64_t offset = start_offset + at.position();
  fault_ = at.remaining_bytes() < 10 ? corrupt("varint at byte {} is cut short", offset)
                                     : corrupt("varint at byte {} does not fit 64 bits", offset);
}

std::span<const std::byte> ProtoReader::as_bytes() {
  return expect(WireType::kBytes) ? payload_ : std::span<const std::byte>();
}

std::string_view ProtoReader::as_string() {
  const auto bytes = as_bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ProtoReader ProtoReader::as_message() {
  ProtoReader inner(as_bytes(), payload_offset_);
  inner.depth_ = depth_ + 1;
  if (inner.depth_ > kMaxMessageDepth && fault_.ok()) {
    fault_ = corrupt("message in field {} at byte {} is nested deeper than {} levels", number_,
                     tag_offset_, kMaxMessageDepth);
    inner.cursor_ = ByteCursor({});
  }
  return inner;
}

size_t varint_size_bytes(uint64_t value) {
  // Seven bits a byte; zero takes one byte too.
  return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7;
}

void append_varint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void ProtoWriter::add_tag(uint32_t number, WireType wire_type) {
  assert(number >= 1 && number <= kMaxFieldNumber);
  append_varint(out_, number << kWireTypeBits | static_cast<uint32_t>(wire_type));
}

std::byte* ProtoWriter::extend(size_t size_bytes) {
  const size_t before = out_.size();
  out_.resize(before + size_bytes);
  return reinterpret_cast<std::byte*>(out_.data()) + before;
}

void ProtoWriter::add_uint(uint32_t number, uint64_t value) {
  add_tag(number, WireType::kVarint);
  append_varint(out_, value);
}

void ProtoWriter::add_fixed32(uint32_t number, uint32_t value) {
  add_tag(number, WireType::kFixed32);
  store_le(extend(sizeof value), value);
}

void ProtoWriter::add_fixed64(uint32_t number, uint64_t value) {
  add_tag(number, WireType::kFixed64);
  store_le(extend(sizeof value), value);
}

void ProtoWriter::add_bytes(uint32_t number, std::string_view bytes) {
  add_tag(number, WireType::kBytes);
  append_varint(out_, bytes.size());
  out_ += bytes;
}

void ProtoWriter::add_int_if_set(uint32_t number, int64_t value) {
  if (value != 0) add_int(number, value);
}

void ProtoWriter::add_uint_if_set(uint32_t number, uint64_t value) {
  if (value != 0) add_uint(number, value);
}

void ProtoWriter::add_bool_if_set(uint32_t number, bool value) {
  if (value) add_bool(number, value);
}

void ProtoWriter::add_fixed32_if_set(uint32_t number, uint32_t value) {
  if (value != 0) add_fixed32(number, value);
}

void ProtoWriter::add_fixed64_if_set(uint32_t number, uint64_t value) {
  if (value != 0) add_fixed64(number, value);
}

void ProtoWriter::add_float_if_set(uint32_t number, float value) {
  add_fixed32_if_set(number, std::bit_cast<uint32_t>(value));
}

void ProtoWriter::add_double_if_set(uint32_t number, double value) {
  add_fixed64_if_set(number, std::bit_cast<uint64_t>(value));
}

void ProtoWriter::add_bytes_if_set(uint32_t number, std::string_view bytes) {
  if (!bytes.empty()) add_bytes(number, bytes);
}

}  // namespace holdall
