#include "tensor/pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "base/checked_math.h"

namespace holdall {
namespace {

uint64_t small_page_bytes() {
  static const auto size_bytes = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return size_bytes;
}

// How far the next border of a huge page is.
uint64_t bytes_to_border(const std::byte* at) {
  return (kHugePageBytes - reinterpret_cast<uintptr_t>(at) % kHugePageBytes) % kHugePageBytes;
}

std::byte* map_anywhere(uint64_t size_bytes) {
  void* const pages =
      mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : static_cast<std::byte*>(pages);
}

}  // namespace

std::byte* map_pages(uint64_t size_bytes) {
  if (size_bytes < kHugePageBytes) return map_anywhere(size_bytes);
  if (size_bytes > PTRDIFF_MAX - kHugePageBytes) return nullptr;
  std::byte* const room = map_anywhere(size_bytes + kHugePageBytes);
  if (room == nullptr) return nullptr;
  // What is in front of the border and behind the end is given back.
  const uint64_t in_front = bytes_to_border(room);
  std::byte* const pages = room + in_front;
  if (in_front > 0) munmap(room, in_front);
  const uint64_t used = page_bytes_for(size_bytes);
  if (kHugePageBytes - in_front > used - size_bytes)
    munmap(pages + used, size_bytes + kHugePageBytes - in_front - used);
  ask_for_huge_pages(pages, size_bytes);
  return pages;
}

void ask_for_huge_pages(std::byte* memory, uint64_t size_bytes) {
  if (size_bytes < kHugePageBytes) return;
  const uint64_t in_front = bytes_to_border(memory);
  const uint64_t whole = (size_bytes - in_front) / kHugePageBytes;
  if (whole > 0) (void)madvise(memory + in_front, whole * kHugePageBytes, MADV_HUGEPAGE);
}

void unmap_pages(std::byte* pages, uint64_t size_bytes) {
  munmap(pages, size_bytes);
}

uint64_t page_bytes_for(uint64_t size_bytes) {
  return checked_align_up(size_bytes, small_page_bytes()).value_or(UINT64_MAX);
}

void touch_pages(std::byte* pages, uint64_t size_bytes) {
#if defined(MADV_POPULATE_WRITE)
  if (madvise(pages, size_bytes, MADV_POPULATE_WRITE) == 0 || errno != EINVAL) return;
#endif
  // Systems from before that call. Where memory lacks they end a process that touches it, as they
  // would when it is filled.
  for (uint64_t at = 0; at < size_bytes; at += small_page_bytes())
    *static_cast<volatile std::byte*>(pages + at) = std::byte{};
}

}  // namespace holdall
