// The loops that roofs are made of, with nothing of Holdall in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace holdall::bench {

// The sum, modulo 2^64, of the bytes as little-endian words of eight, the last one filled up with
// zeros. Workload files tell this sum of every model, and every consumer forms it.
uint64_t sum_of(std::span<const std::byte> bytes);

// ISA-L's CRC-32C.
uint32_t crc32c_of(std::span<const std::byte> bytes);

// A copy by stores that go past the caches, where the processor has them.
void copy_past_caches(std::byte* into, std::span<const std::byte> from);

// The same in blocks of 4 KiB, summed in the cache. Gives a mix of their sums.
uint32_t copy_and_crc(std::byte* into, std::span<const std::byte> from);

// The same with ordinary stores, for pages that are in the cache as the kernel has just zeroed
// them.
uint32_t copy_fresh_and_crc(std::byte* into, std::span<const std::byte> from);

// Calls `work` with 0 ... count - 1, each once, from `threads` threads.
void in_parallel(unsigned threads, size_t count, const std::function<void(size_t)>& work);

// What must not be optimised away goes here.
void keep(uint64_t value);

}  // namespace holdall::bench
