#include "tensor/pages.h"

#include <sys/mman.h>
#include <unistd.h>

namespace holdall {
namespace {

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
  const uint64_t in_front =
      (kHugePageBytes - reinterpret_cast<uintptr_t>(room) % kHugePageBytes) % kHugePageBytes;
  std::byte* const pages = room + in_front;
  if (in_front > 0) munmap(room, in_front);
  const auto small_page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  const uint64_t used = (size_bytes + small_page - 1) / small_page * small_page;
  if (kHugePageBytes - in_front > used - size_bytes)
    munmap(pages + used, size_bytes + kHugePageBytes - in_front - used);
  (void)madvise(pages, size_bytes / kHugePageBytes * kHugePageBytes, MADV_HUGEPAGE);
  return pages;
}

void unmap_pages(std::byte* pages, uint64_t size_bytes) {
  munmap(pages, size_bytes);
}

}  // namespace holdall
