#include "codec/proto_file.h"

#include <algorithm>
#include <utility>

#include "base/byte_cursor.h"
#include "base/message.h"
#include "base/try.h"

namespace holdall {
namespace {

// What is read at once: the heads of many small fields.
constexpr uint64_t kWindowBytes = 4096;

// Two varints of ten bytes.
constexpr uint64_t kHeadBytes = 20;

// How long the payload is, after what of the head tells it; none if the head is damaged.
std::optional<uint64_t> payload_size(ByteCursor& head, uint32_t wire_type) {
  switch (wire_type) {
    case 0: {
      const uint64_t start = head.position();
      ByteCursor value = head;
      if (!value.read_varint64()) return std::nullopt;
      return value.position() - start;
    }
    case 1: return 8;
    case 2: return head.read_varint64();
    case 5: return 4;
    default: return std::nullopt;
  }
}

}  // namespace

Result<std::optional<ProtoFileField>> ProtoFile::next() {
  if (offset_ == size_bytes_) return std::optional<ProtoFileField>();
  if (++field_count_ > kMaxFields) {
    return unsupported("the message has more than {} fields", kMaxFields);
  }
  HOLDALL_ASSIGN(const auto bytes, bytes_at(offset_, kHeadBytes));
  ByteCursor head(bytes);
  const auto tag = head.read_varint32();
  const auto size_bytes = tag ? payload_size(head, *tag & 7) : std::nullopt;
  if (!size_bytes || *tag >> 3 == 0) {
    return corrupt("at byte {} of {} there is no field of a protobuf message", offset_,
                   size_bytes_);
  }
  const uint64_t payload = offset_ + head.position();
  if (*size_bytes > size_bytes_ - payload) {
    return make_error(Code::kCorrupt, reason::kCutShort,
                      "field {} at byte {} has {} bytes, {} are left in the file", *tag >> 3,
                      offset_, *size_bytes, size_bytes_ - payload);
  }
  const uint64_t start = std::exchange(offset_, payload + *size_bytes);
  return std::optional(
      ProtoFileField{*tag >> 3, static_cast<WireType>(*tag & 7), payload, *size_bytes, start});
}

Result<std::span<const std::byte>> ProtoFile::peek(const ProtoFileField& field) {
  return bytes_at(field.offset, std::min(field.size_bytes, kPeekBytes));
}

Result<std::vector<std::byte>> ProtoFile::read(const ProtoFileField& field,
                                               uint64_t max_bytes) const {
  if (field.size_bytes > max_bytes) {
    return unsupported("field {} at byte {} has {} bytes; {} are the most that are read",
                       field.number, field.offset, field.size_bytes, max_bytes);
  }
  std::vector<std::byte> bytes(field.size_bytes);
  HOLDALL_TRY(file_.read_exact(field.offset, bytes));
  return bytes;
}

Result<std::span<const std::byte>> ProtoFile::bytes_at(uint64_t offset, uint64_t count) {
  const uint64_t wanted = std::min(count, size_bytes_ - offset);
  const bool is_at_hand = offset >= window_offset_ && offset - window_offset_ <= window_.size() &&
                          window_.size() - (offset - window_offset_) >= wanted;
  if (!is_at_hand) {
    window_.resize(std::min(kWindowBytes, size_bytes_ - offset));
    window_offset_ = offset;
    HOLDALL_TRY(file_.read_exact(offset, window_));
  }
  return std::span<const std::byte>(window_).subspan(offset - window_offset_, wanted);
}

}  // namespace holdall
