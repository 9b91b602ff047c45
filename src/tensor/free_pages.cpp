#include "tensor/free_pages.h"

#include <iterator>
#include <utility>

#include "tensor/pages.h"

namespace holdall {

// Runs are few: those of one scope lie side by side, and are one once it is gone.
std::byte* FreePages::take(uint64_t size_bytes) {
  auto best = runs_.end();
  for (auto run = runs_.begin(); run != runs_.end(); ++run) {
    if (run->second >= size_bytes && (best == runs_.end() || run->second < best->second))
      best = run;
  }
  if (best == runs_.end()) return nullptr;
  // From its end, so that the run stays where it is in the map.
  best->second -= size_bytes;
  size_bytes_ -= size_bytes;
  std::byte* const pages = best->first + best->second;
  if (best->second == 0) runs_.erase(best);
  return pages;
}

void FreePages::add(std::byte* pages, uint64_t size_bytes) {
  const auto [run, is_new] = runs_.emplace(pages, size_bytes);
  size_bytes_ += size_bytes;
  if (const auto next = std::next(run); next != runs_.end() && pages + size_bytes == next->first) {
    run->second += next->second;
    runs_.erase(next);
  }
  if (run == runs_.begin()) return;
  const auto before = std::prev(run);
  if (before->first + before->second != pages) return;
  before->second += run->second;
  runs_.erase(run);
}

uint64_t FreePages::unmap_all() {
  for (const auto& [pages, size_bytes] : runs_) unmap_pages(pages, size_bytes);
  runs_.clear();
  return std::exchange(size_bytes_, 0);
}

void FreePages::swap(FreePages& other) noexcept {
  runs_.swap(other.runs_);
  std::swap(size_bytes_, other.size_bytes_);
}

}  // namespace holdall
