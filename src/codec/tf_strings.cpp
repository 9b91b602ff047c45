#include "codec/tf_strings.h"

#include <array>

#include "base/byte_cursor.h"
#include "base/checked_math.h"
#include "base/message.h"
#include "base/try.h"
#include "checksum/crc32c.h"
#include "codec/proto_wire.h"

namespace holdall {
namespace {

constexpr uint64_t kChecksumBytes = 4;

template <class T>
std::array<std::byte, sizeof(T)> in_order(T value, ByteOrder order) {
  std::array<std::byte, sizeof(T)> bytes;
  store_le(bytes.data(), order == ByteOrder::kLittle ? value : swap_bytes(value));
  return bytes;
}

uint32_t extend_by_length(uint32_t crc, uint64_t length, ByteOrder order) {
  if (length > UINT32_MAX) return crc32c_extend(crc, in_order(length, order));
  return crc32c_extend(crc, in_order(static_cast<uint32_t>(length), order));
}

}  // namespace

TfStringsHead encode_tf_strings_head(std::span<const uint64_t> ends, ByteOrder order) {
  TfStringsHead head;
  uint64_t start = 0;
  for (const uint64_t end : ends) {
    append_varint(head.bytes, end - start);
    head.crc32c = extend_by_length(head.crc32c, end - start, order);
    start = end;
  }
  const auto checksum = in_order(crc32c_mask(head.crc32c), order);
  for (const std::byte b : checksum) head.bytes += static_cast<char>(b);
  head.crc32c = crc32c_extend(head.crc32c, checksum);
  return head;
}

Result<TfStrings> decode_tf_strings(std::span<const std::byte> encoded, uint64_t count,
                                    ByteOrder order) {
  if (encoded.size() < tf_strings_min_bytes(count)) {
    return corrupt("{} strings take at least {} bytes, the entry has {}", count,
                   tf_strings_min_bytes(count), encoded.size());
  }
  ByteCursor cursor(encoded);
  TfStrings strings;
  strings.ends.reserve(count);
  uint64_t end = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const auto length = cursor.read_varint64();
    if (!length) return corrupt("the length of string {} is not a varint", i);
    const auto next_end = checked_add(end, *length);
    if (!next_end || *next_end > encoded.size()) {
      return corrupt("string {} is {} bytes long, the whole entry has {}", i, *length,
                     encoded.size());
    }
    end = *next_end;
    strings.ends.push_back(end);
    strings.crc32c = extend_by_length(strings.crc32c, *length, order);
  }
  const auto checksum = cursor.read_bytes(kChecksumBytes);
  if (!checksum) return corrupt("the entry ends before the checksum of its string lengths");
  auto stored = load_le<uint32_t>(checksum->data());
  if (order == ByteOrder::kBig) stored = swap_bytes(stored);
  if (stored != crc32c_mask(strings.crc32c)) {
    return make_error(Code::kCorrupt, reason::kChecksum,
                      "The length checksum does not match: stored {}, calculated {}",
                      crc32c_unmask(stored), strings.crc32c);
  }
  if (cursor.remaining_bytes() != end) {
    return corrupt("the strings' lengths add up to {} bytes, the entry has {} for them", end,
                   cursor.remaining_bytes());
  }
  strings.bytes = *cursor.read_bytes(end);
  strings.crc32c = crc32c_extend(strings.crc32c, *checksum);
  strings.crc32c = crc32c_extend(strings.crc32c, strings.bytes);
  return strings;
}

uint64_t tf_strings_min_bytes(uint64_t count) {
  return checked_add(count, kChecksumBytes).value_or(UINT64_MAX);
}

}  // namespace holdall
