// How a tensor bundle spells a string tensor (tf_bundle.md, "Strings"):
//
//   varint64 length of each string | fixed32 masked checksum of the lengths | the strings' bytes
//
// The checksums cover the lengths as 4-byte integers (8-byte ones above 2^32 - 1), not as varints,
// in the byte order of the file; the stored checksum itself; then the strings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/status.h"

namespace holdall {

// What stands before the strings, and the checksum so far.
struct TfStringsHead {
  std::string bytes;
  uint32_t crc32c = 0;
};

// `ends[i]` is where string i ends among the bytes of all.
TfStringsHead encode_tf_strings_head(std::span<const uint64_t> ends, ByteOrder order);

struct TfStrings {
  std::vector<uint64_t> ends;        // of each string in `bytes`
  std::span<const std::byte> bytes;  // part of what was decoded
  uint32_t crc32c = 0;               // of the whole, to compare with the entry's
};

// Fails: kCorrupt unless `encoded` holds exactly `count` strings and the lengths' checksum is
// right.
Result<TfStrings> decode_tf_strings(std::span<const std::byte> encoded, uint64_t count,
                                    ByteOrder order);

// The fewest bytes that `count` strings take; UINT64_MAX if that does not fit.
uint64_t tf_strings_min_bytes(uint64_t count);

}  // namespace holdall
