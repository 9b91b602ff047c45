// Room in vectors that may become large.
#pragma once

#include <cstddef>
#include <vector>

#include "tensor/pages.h"

namespace holdall {

// vector.reserve(count), in huge pages as far as they fit into the memory: with small ones, what is
// known of 100,000 tensors would take a sixth longer to restore them.
template <class T>
void reserve_pages(std::vector<T>& vector, size_t count) {
  vector.reserve(count);
  if (vector.capacity() * sizeof(T) < kHugePageBytes) return;
  ask_for_huge_pages(reinterpret_cast<std::byte*>(vector.data()), vector.capacity() * sizeof(T));
}

}  // namespace holdall
