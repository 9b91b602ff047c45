// Memory straight from the system, in pages of its own, which go back to it at once.
#pragma once

#include <cstddef>
#include <cstdint>

namespace holdall {

// The large pages of x86-64, and of AArch64 with pages of 4 KiB.
inline constexpr uint64_t kHugePageBytes = uint64_t{2} << 20;

// Zeros, not there before they are touched. From one huge page on they begin at the border of one,
// and the system is asked for huge ones as far as they fit: to bring 4 KiB at a time into being
// takes longer than to read them. Null if there is no memory. Requires: size_bytes is not 0.
std::byte* map_pages(uint64_t size_bytes);

// Requires: both as map_pages() had them.
void unmap_pages(std::byte* pages, uint64_t size_bytes);

}  // namespace holdall
