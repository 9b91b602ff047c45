// Large memory that is about to be filled for the first time: with pages of 4 KiB, that the kernel
// clears and hands them out one by one takes longer than to write them.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

namespace holdall {

constexpr size_t kHugePageBytes = size_t{2} << 20;

// Asks that what lies in the range, wholly, be huge pages. A wish: where the system has none, all
// goes on as before. Nothing is read or written.
inline void prefer_huge_pages([[maybe_unused]] void* data, [[maybe_unused]] size_t size_bytes) {
#ifdef MADV_HUGEPAGE
  const auto begin = reinterpret_cast<uintptr_t>(data);
  const uintptr_t skipped = (kHugePageBytes - begin % kHugePageBytes) % kHugePageBytes;
  if (size_bytes < skipped + kHugePageBytes) return;
  const size_t usable = (size_bytes - skipped) / kHugePageBytes * kHugePageBytes;
  madvise(static_cast<std::byte*>(data) + skipped, usable, MADV_HUGEPAGE);
#endif
}

}  // namespace holdall
