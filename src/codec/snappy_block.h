// Snappy's raw format (no framing, no checksum): a varint32 with the length of the original, then
// literals and copies. The calls keep no state and may run in parallel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "holdall/status.h"

namespace holdall {

// The format states the length of the original in 32 bits.
inline constexpr uint64_t kMaxSnappyOriginalSizeBytes = UINT32_MAX;

// The original. kCorrupt if `compressed` is damaged, cut short or followed by anything, or claims
// more than it could hold: no memory is taken for such a claim.
Result<std::vector<std::byte>> snappy_decompress(std::span<const std::byte> compressed);

// Requires: at most kMaxSnappyOriginalSizeBytes bytes.
std::string snappy_compress(std::span<const std::byte> original);

}  // namespace holdall
