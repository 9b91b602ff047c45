#include "formats/tf_bundle/plain_entry.h"

#include "base/byte_cursor.h"

namespace holdall::tf_bundle {
namespace {

// The field's number and how it is spelled, in one byte.
enum Tag : uint8_t {
  kDtype = 0x08,
  kShape = 0x12,
  kShard = 0x18,
  kOffset = 0x20,
  kSize = 0x28,
  kCrc = 0x35,
  kDim = 0x12,      // in a shape
  kDimSize = 0x08,  // in a dim
};

// A varint that is not negative as a signed number of 64 bits.
bool read_unsigned(ByteCursor& cursor, uint64_t& value) {
  const auto read = cursor.read_varint64();
  if (!read || *read > INT64_MAX) return false;
  value = *read;
  return true;
}

// Where the message ends whose size comes next. What is read of it is not kept from going past
// that: whoever reads has to look whether it came to stand there.
bool read_message_end(ByteCursor& cursor, uint64_t& end) {
  uint64_t size_bytes = 0;
  if (!read_unsigned(cursor, size_bytes) || size_bytes > cursor.remaining_bytes()) return false;
  end = cursor.position() + size_bytes;
  return true;
}

// An empty dim is one of size 0.
bool read_dim(ByteCursor& cursor, uint64_t& size) {
  uint64_t end = 0;
  if (!read_message_end(cursor, end)) return false;
  if (cursor.position() == end) return true;
  return cursor.read_u8() == kDimSize && read_unsigned(cursor, size) && cursor.position() == end;
}

bool read_shape(ByteCursor& cursor, PlainEntry& entry) {
  uint64_t end = 0;
  if (!read_message_end(cursor, end)) return false;
  while (cursor.position() < end) {
    uint64_t size = 0;
    if (entry.rank == PlainEntry::kMostDims || cursor.read_u8() != kDim || !read_dim(cursor, size))
      return false;
    entry.dims[entry.rank++] = static_cast<int64_t>(size);
  }
  return cursor.position() == end;
}

bool read_shard(ByteCursor& cursor, PlainEntry& entry) {
  uint64_t shard = 0;
  if (!read_unsigned(cursor, shard) || shard > INT32_MAX) return false;
  entry.shard = static_cast<uint32_t>(shard);
  return true;
}

bool read_crc(ByteCursor& cursor, PlainEntry& entry) {
  const auto crc = cursor.read_fixed32();
  entry.masked_crc32c = crc.value_or(0);
  return crc.has_value();
}

bool read_field(uint8_t tag, ByteCursor& cursor, PlainEntry& entry) {
  switch (tag) {
    case kDtype: return read_unsigned(cursor, entry.dtype_code);
    case kShape: return read_shape(cursor, entry);
    case kShard: return read_shard(cursor, entry);
    case kOffset: return read_unsigned(cursor, entry.offset);
    case kSize: return read_unsigned(cursor, entry.size_bytes);
    case kCrc: return read_crc(cursor, entry);
    default: return false;
  }
}

}  // namespace

bool parse_plain_entry(std::span<const std::byte> message, PlainEntry& entry) {
  entry.clear();
  ByteCursor cursor(message);
  uint8_t last_tag = 0;
  while (const auto tag = cursor.read_u8()) {
    // One that comes again would count twice, or instead.
    if (*tag <= last_tag || !read_field(*tag, cursor, entry)) return false;
    last_tag = *tag;
  }
  return true;
}

}  // namespace holdall::tf_bundle
