// Runs of pages that nobody uses at the moment. Any part of them can be handed out, and what comes
// back beside another run is one with it again: pages can be unmapped in other portions than those
// in which they were mapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace holdall {

// Not thread-safe. Sizes are multiples of a page (page_bytes_for()), and not 0.
class FreePages {
 public:
  FreePages() = default;
  FreePages(const FreePages&) = delete;
  FreePages& operator=(const FreePages&) = delete;
  ~FreePages() { unmap_all(); }

  uint64_t size_bytes() const { return size_bytes_; }

  // Part of the smallest run that is large enough; null if none is.
  std::byte* take(uint64_t size_bytes);

  // Throws std::bad_alloc, and has not taken them then.
  void add(std::byte* pages, uint64_t size_bytes);

  // Gives all back to the system; returns how many bytes they were.
  uint64_t unmap_all();

  void swap(FreePages& other) noexcept;

 private:
  std::map<std::byte*, uint64_t> runs_;  // no two touch each other
  uint64_t size_bytes_ = 0;
};

}  // namespace holdall
