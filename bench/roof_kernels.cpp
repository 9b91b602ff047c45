#include "roof_kernels.h"

#include <isa-l.h>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <atomic>
#include <cstring>
#include <thread>

namespace holdall::bench {
namespace {

// As large as it can be and stay in the first cache beside what is written; 8 KiB were slower.
constexpr size_t kFusedBytes = 4096;
constexpr size_t kCrcPieceBytes = size_t{1} << 30;  // ISA-L takes its length as an int

std::atomic<uint64_t> kept{0};

void copy_plainly(std::byte* into, std::span<const std::byte> from) {
  std::memcpy(into, from.data(), from.size());
}

#if defined(__x86_64__)

bool is_streamable(const std::byte* into) {
  return reinterpret_cast<uintptr_t>(into) % 16 == 0;
}

// Requires: is_streamable(into), and a fence before another thread looks.
void stream(std::byte* into, std::span<const std::byte> from) {
  size_t at = 0;
  for (; at + 64 <= from.size(); at += 64) {
    for (size_t word = at; word < at + 64; word += 16) {
      const auto* source = reinterpret_cast<const __m128i*>(from.data() + word);
      _mm_stream_si128(reinterpret_cast<__m128i*>(into + word), _mm_loadu_si128(source));
    }
  }
  std::memcpy(into + at, from.data() + at, from.size() - at);
}

void fence() {
  _mm_sfence();
}

#else

bool is_streamable(const std::byte*) {
  return false;
}
void stream(std::byte* into, std::span<const std::byte> from) {
  copy_plainly(into, from);
}
void fence() {}

#endif

using CopyBlock = void (*)(std::byte* into, std::span<const std::byte> from);

// Each block goes through the stack, so that the source is read from memory once.
uint32_t copy_blocks_and_crc(std::byte* into, std::span<const std::byte> from, CopyBlock copy) {
  alignas(64) std::byte stage[kFusedBytes];
  uint32_t mix = 0;
  for (size_t at = 0; at < from.size(); at += kFusedBytes) {
    const auto block = from.subspan(at, std::min(kFusedBytes, from.size() - at));
    const std::span<std::byte> staged(stage, block.size());
    copy_plainly(staged.data(), block);
    mix ^= crc32c_of(staged);
    copy(into + at, staged);
  }
  return mix;
}

}  // namespace

uint64_t sum_of(std::span<const std::byte> bytes) {
  uint64_t sum = 0;
  size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    sum += word;
  }
  for (unsigned shift = 0; at < bytes.size(); ++at, shift += 8) {
    sum += static_cast<uint64_t>(bytes[at]) << shift;
  }
  return sum;
}

uint32_t crc32c_of(std::span<const std::byte> bytes) {
  uint32_t state = ~uint32_t{0};
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), kCrcPieceBytes));
    auto* from = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(piece.data()));
    state = crc32_iscsi(from, static_cast<int>(piece.size()), state);
    bytes = bytes.subspan(piece.size());
  }
  return ~state;
}

void copy_past_caches(std::byte* into, std::span<const std::byte> from) {
  if (!is_streamable(into)) return copy_plainly(into, from);
  stream(into, from);
  fence();
}

uint32_t copy_and_crc(std::byte* into, std::span<const std::byte> from) {
  const uint32_t mix = copy_blocks_and_crc(into, from, is_streamable(into) ? stream : copy_plainly);
  fence();
  return mix;
}

uint32_t copy_fresh_and_crc(std::byte* into, std::span<const std::byte> from) {
  return copy_blocks_and_crc(into, from, copy_plainly);
}

void in_parallel(unsigned threads, size_t count, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next{0};
  const auto drain = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(drain);
  drain();
  for (std::thread& other : others) other.join();
}

void keep(uint64_t value) {
  kept.fetch_add(value, std::memory_order_relaxed);
}

}  // namespace holdall::bench
