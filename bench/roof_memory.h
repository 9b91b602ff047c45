// Memory that roofs work on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace holdall::bench {

enum class Pages : uint8_t { kSmall, kHuge };

// Pages that nobody has touched yet, given back when the object goes.
class FreshMemory {
 public:
  FreshMemory(uint64_t size_bytes, Pages pages);
  FreshMemory(const FreshMemory&) = delete;
  ~FreshMemory();
  std::span<std::byte> bytes() const { return {data_, size_bytes_}; }

 private:
  std::byte* data_ = nullptr;
  size_t size_bytes_ = 0;
  void* start_ = nullptr;
};

// Memory of the process that is faulted in on its first use and kept; `number` 0 or 1. The first
// holds no zeros.
std::span<std::byte> reused_memory(unsigned number, uint64_t size_bytes);

}  // namespace holdall::bench
