// An allocator of containers that may become large: as far as huge pages fit into their memory it
// comes in these, which the system brings into being far faster than small ones.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "tensor/pages.h"

namespace holdall {

template <class T>
class PageAllocator {
 public:
  using value_type = T;

  PageAllocator() = default;
  template <class U>
  PageAllocator(const PageAllocator<U>&) noexcept {}  // NOLINT: implicit, as containers need it

  T* allocate(size_t count) {
    T* const memory = std::allocator<T>().allocate(count);
    ask_for_huge_pages(reinterpret_cast<std::byte*>(memory), count * sizeof(T));
    return memory;
  }
  void deallocate(T* memory, size_t count) noexcept {
    std::allocator<T>().deallocate(memory, count);
  }

  // A vector that is about to be filled is not filled with zeros first.
  template <class U>
  void construct(U* at) noexcept(std::is_nothrow_default_constructible_v<U>) {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class... Args>
  void construct(U* at, Args&&... args) {
    std::construct_at(at, std::forward<Args>(args)...);
  }

  friend bool operator==(const PageAllocator&, const PageAllocator&) { return true; }
};

template <class T>
using PageVector = std::vector<T, PageAllocator<T>>;
using PageString = std::basic_string<char, std::char_traits<char>, PageAllocator<char>>;

}  // namespace holdall
