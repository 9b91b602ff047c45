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

// Of what map_pages() gave, or of a part that begins and ends with a page, which leaves the rest.
void unmap_pages(std::byte* pages, uint64_t size_bytes);

// The bytes of all pages that so many bytes touch; UINT64_MAX if that is too little.
uint64_t page_bytes_for(uint64_t size_bytes);

// For what of the memory is not there yet, as far as they fit between its ends. It stays as it is
// where the system does not offer them.
void ask_for_huge_pages(std::byte* memory, uint64_t size_bytes);

// Brings the pages into being. Without memory for them it leaves them as they are.
void touch_pages(std::byte* pages, uint64_t size_bytes);

}  // namespace holdall
