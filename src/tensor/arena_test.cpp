#include "tensor/arena.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "support/status_matchers.h"
#include "tensor/buffer.h"
#include "tensor/pages.h"

namespace holdall {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;

std::byte* address_of(const Result<ArenaBlock>& block) {
  return block.ok() ? block->bytes.get() : nullptr;
}

TEST(Arena, GivesWhatItKeptToThoseWhoAskForAsMuch) {
  Arena arena(8 * kMiB);
  auto block = arena.allocate(3 * kMiB);
  ASSERT_TRUE(is_ok(block));
  EXPECT_FALSE(block->is_reused);
  std::byte* const first = address_of(block);
  std::memset(first, 7, 3 * kMiB);
  EXPECT_EQ(arena.kept_bytes(), 0u);
  block->bytes.reset();
  EXPECT_EQ(arena.kept_bytes(), 3 * kMiB);
  // One that is a little smaller may have it, one that is far smaller or larger may not.
  EXPECT_NE(address_of(arena.allocate(kMiB)), first);
  EXPECT_NE(address_of(arena.allocate(3 * kMiB + 1)), first);
  const auto again = arena.allocate(3 * kMiB - 4096);
  ASSERT_TRUE(is_ok(again));
  EXPECT_TRUE(again->is_reused);
  EXPECT_EQ(again->bytes.get(), first);
}

TEST(Arena, KeepsNoMoreThanItMay) {
  Arena arena(2 * kMiB);
  {
    const auto a = arena.allocate(kMiB);
    const auto b = arena.allocate(kMiB);
    const auto c = arena.allocate(kMiB);
    ASSERT_TRUE(a.ok() && b.ok() && c.ok());
  }
  EXPECT_EQ(arena.kept_bytes(), 2 * kMiB);
  EXPECT_EQ(arena.trim(), 2 * kMiB);
  EXPECT_EQ(arena.kept_bytes(), 0u);
  EXPECT_EQ(arena.trim(), 0u);
  { ASSERT_TRUE(is_ok(Arena::keeps_nothing().allocate(kMiB))); }
  EXPECT_EQ(Arena::keeps_nothing().kept_bytes(), 0u);
}

TEST(Arena, MayGoBeforeItsBlocks) {
  ArenaBlock block;
  {
    Arena arena(UINT64_MAX);
    block = *arena.allocate(kMiB);
  }
  std::memset(block.bytes.get(), 1, kMiB);
  EXPECT_EQ(block.bytes.get()[kMiB - 1], std::byte{1});
}

TEST(Arena, SaysWhatCannotBeHad) {
  Arena arena;
  for (const uint64_t size_bytes : {uint64_t{1} << 62, UINT64_MAX, UINT64_MAX - kHugePageBytes})
    EXPECT_TRUE(fails(arena.allocate(size_bytes), Code::kExhausted, {std::to_string(size_bytes)}));
}

TEST(Arena, ServesThreadsAtOnce) {
  Arena arena(64 * kMiB);
  std::vector<std::jthread> threads;
  for (int number = 1; number <= 4; ++number) {
    threads.emplace_back([&arena, number] {
      for (int i = 0; i < 50; ++i) {
        const auto block = arena.allocate(kMiB);
        ASSERT_TRUE(is_ok(block));
        std::memset(block->bytes.get(), number, kMiB);
        for (uint64_t at = 0; at < kMiB; at += 4096)
          ASSERT_EQ(block->bytes.get()[at], static_cast<std::byte>(number));
      }
    });
  }
}

// A size that is no multiple of a page is whole to its last byte, and begins where huge pages do.
TEST(Pages, AreThereToTheLastByte) {
  for (const uint64_t size_bytes : {uint64_t{1}, uint64_t{4097}, kHugePageBytes - 1, kHugePageBytes,
                                    kHugePageBytes + 1, 3 * kHugePageBytes + 12345}) {
    std::byte* const pages = map_pages(size_bytes);
    ASSERT_NE(pages, nullptr) << size_bytes;
    std::memset(pages, 1, size_bytes);
    const uint64_t border = size_bytes >= kHugePageBytes ? kHugePageBytes : 1;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(pages) % border, 0u) << size_bytes;
    unmap_pages(pages, size_bytes);
  }
}

}  // namespace
}  // namespace holdall
