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

std::optional<ByteCursor> read_message(ByteCursor& cursor) {
  uint64_t size_bytes = 0;
  if (!read_unsigned(cursor, size_bytes)) return std::nullopt;
  const auto bytes = cursor.read_bytes(size_bytes);
  if (!bytes) return std::nullopt;
  return ByteCursor(*bytes);
}

// An empty dim is one of size 0.
bool read_dim(ByteCursor& shape, uint64_t& size) {
  auto dim = read_message(shape);
  if (!dim) return false;
  if (dim->is_at_end()) return true;
  return dim->read_u8() == kDimSize && read_unsigned(*dim, size) && dim->is_at_end();
}

bool read_shape(ByteCursor& cursor, PlainEntry& entry) {
  auto shape = read_message(cursor);
  if (!shape) return false;
  while (!shape->is_at_end()) {
    uint64_t size = 0;
    if (entry.rank == PlainEntry::kMostDims || shape->read_u8() != kDim || !read_dim(*shape, size))
      return false;
    entry.dims[entry.rank++] = static_cast<int64_t>(size);
  }
  return true;
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

std::optional<PlainEntry> parse_plain_entry(std::span<const std::byte> message) {
  PlainEntry entry;
  ByteCursor cursor(message);
  uint8_t last_tag = 0;
  while (const auto tag = cursor.read_u8()) {
    // One that comes again would count twice, or instead.
    if (*tag <= last_tag || !read_field(*tag, cursor, entry)) return std::nullopt;
    last_tag = *tag;
  }
  return entry;
}

}  // namespace holdall::tf_bundle
