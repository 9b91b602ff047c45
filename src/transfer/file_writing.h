// Writes the parts of a data file, calculating checksums on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// Appends `bytes`, with every group of `reversed_group` bytes turned round, and returns the CRC-32C
// of what was written, continued from `crc_seed`. Fails: kIo.
Result<uint32_t> append_with_checksum(Writer& writer, std::span<const std::byte> bytes,
                                      uint64_t reversed_group, uint32_t crc_seed);

// Appends `count` zero bytes.
Status append_zeros(Writer& writer, uint64_t count);

}  // namespace holdall
