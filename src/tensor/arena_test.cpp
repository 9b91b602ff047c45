#include "tensor/arena.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <set>
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
  Arena arena({.kept_bytes = 8 * kMiB});
  auto block = arena.allocate(3 * kMiB);
  ASSERT_TRUE(is_ok(block));
  EXPECT_FALSE(block->is_reused);
  std::byte* const first = address_of(block);
  std::memset(first, 7, 3 * kMiB);
  EXPECT_EQ(arena.kept_bytes(), 0u);
  block->bytes.reset();
  EXPECT_EQ(arena.kept_bytes(), 3 * kMiB);
  EXPECT_FALSE(arena.allocate(3 * kMiB + 1)->is_reused);
  const auto again = arena.allocate(3 * kMiB);
  ASSERT_TRUE(is_ok(again));
  EXPECT_TRUE(again->is_reused);
  EXPECT_EQ(again->bytes.get(), first);
  EXPECT_EQ(again->bytes.get()[3 * kMiB - 1], std::byte{7});
}

// Models that follow one another differ in the sizes of their tensors.
TEST(Arena, GivesPartsOfWhatItKept) {
  Arena arena({.kept_bytes = 8 * kMiB});
  std::byte* const kept = address_of(arena.allocate(3 * kMiB));
  ASSERT_EQ(arena.kept_bytes(), 3 * kMiB);
  const std::vector<uint64_t> sizes = {kMiB, kMiB - 100, kMiB};
  {
    const auto parts = arena.allocate_all(sizes);
    ASSERT_TRUE(is_ok(parts));
    std::set<std::byte*> begins;
    for (const ArenaBlock& part : *parts) {
      EXPECT_TRUE(part.is_reused);
      begins.insert(part.bytes.get());
    }
    EXPECT_EQ(begins, (std::set<std::byte*>{kept, kept + kMiB, kept + 2 * kMiB}));
    EXPECT_EQ(arena.kept_bytes(), 0u);
  }
  // They are one again.
  const auto whole = arena.allocate(3 * kMiB);
  EXPECT_TRUE(whole->is_reused);
  EXPECT_EQ(address_of(whole), kept);
}

TEST(Arena, LaysNewBlocksSideBySide) {
  Arena arena;
  const std::vector<uint64_t> sizes = {3 * kMiB, 100, 5 * kMiB + 1, 128 * kMiB};
  auto blocks = *arena.allocate_all(sizes);
  ASSERT_EQ(blocks.size(), 4u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(blocks[0].bytes.get()) % kHugePageBytes, 0u);
  EXPECT_EQ(blocks[2].bytes.get(), blocks[0].bytes.get() + 3 * kMiB);
  EXPECT_EQ(blocks[3].bytes.get(), blocks[2].bytes.get() + page_bytes_for(5 * kMiB + 1));
  for (size_t i = 0; i < blocks.size(); ++i)
    std::memset(blocks[i].bytes.get(), static_cast<int>(i + 1), sizes[i]);
  // Each goes by itself, and leaves the others.
  blocks[2].bytes.reset();
  EXPECT_EQ(blocks[0].bytes.get()[3 * kMiB - 1], std::byte{1});
  EXPECT_EQ(blocks[1].bytes.get()[99], std::byte{2});
  EXPECT_EQ(blocks[3].bytes.get()[0], std::byte{4});
  EXPECT_EQ(blocks[3].bytes.get()[128 * kMiB - 1], std::byte{4});
}

// Those that were had before it go, as all that fails.
TEST(Arena, SaysWhichOfSeveralCannotBeHad) {
  Arena arena({.kept_bytes = 8 * kMiB});
  { ASSERT_TRUE(is_ok(arena.allocate(kMiB))); }
  const std::vector<uint64_t> sizes = {kMiB, uint64_t{1} << 62};
  EXPECT_TRUE(fails(arena.allocate_all(sizes), Code::kExhausted, {std::to_string(sizes[1])}));
  EXPECT_EQ(arena.kept_bytes(), kMiB);
  const std::vector<uint64_t> too_many(4, uint64_t{1} << 63);
  EXPECT_TRUE(fails(arena.allocate_all(too_many), Code::kExhausted));
}

void wait_for(const Arena& arena, uint64_t kept_bytes) {
  for (int i = 0; i < 10000 && arena.kept_bytes() < kept_bytes; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_EQ(arena.kept_bytes(), kept_bytes);
}

TEST(Arena, MakesMemoryReadyThatItKeeps) {
  Arena arena({.kept_bytes = 100 * kMiB});
  arena.make_ready(70 * kMiB + 1);
  wait_for(arena, 70 * kMiB);
  // Of several steps, and one run all the same.
  const auto block = arena.allocate(70 * kMiB);
  EXPECT_TRUE(block->is_reused);
  std::memset(block->bytes.get(), 1, 70 * kMiB);
  EXPECT_EQ(arena.kept_bytes(), 0u);
}

TEST(Arena, MakesNoMoreReadyThanItMayKeep) {
  Arena arena({.kept_bytes = 3 * kMiB});
  arena.make_ready(uint64_t{1} << 50);
  wait_for(arena, 3 * kMiB);
  Arena::keeps_nothing().make_ready(kMiB);
  EXPECT_EQ(Arena::keeps_nothing().kept_bytes(), 0u);
}

TEST(Arena, MayGoWhileItMakesMemoryReady) {
  for (int i = 0; i < 20; ++i) {
    Arena arena({.kept_bytes = UINT64_MAX});
    arena.make_ready(uint64_t{1} << 33);
  }
}

TEST(Arena, KeepsNoMoreThanItMay) {
  Arena arena({.kept_bytes = 2 * kMiB});
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
    Arena arena({.kept_bytes = UINT64_MAX});
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

TEST(Arena, GivesNoMoreThanItsBudget) {
  Arena arena({.budget_bytes = 4 * kMiB});
  auto first = arena.allocate(3 * kMiB);
  ASSERT_TRUE(is_ok(first));
  EXPECT_EQ(arena.used_bytes(), 3 * kMiB);
  const auto second = arena.allocate(2 * kMiB);
  ASSERT_TRUE(fails(second, Code::kExhausted,
                    {"2097152 bytes of memory are needed, and 3145728 of the session's 4194304",
                     "SessionOptions::budget_bytes"}));
  EXPECT_EQ(second.error().reason, reason::kOverBudget);
  EXPECT_EQ(arena.used_bytes(), 3 * kMiB);
  // Of several there are all or none.
  const std::vector<uint64_t> sizes = {1000, kMiB, kMiB};
  EXPECT_TRUE(fails(arena.allocate_all(sizes), Code::kExhausted));
  EXPECT_EQ(arena.used_bytes(), 3 * kMiB);
  {
    // Small blocks count as well.
    const auto small = arena.allocate(100 * 1000);
    ASSERT_TRUE(is_ok(small));
    EXPECT_EQ(arena.used_bytes(), 3 * kMiB + 100 * 1000);
    EXPECT_TRUE(fails(arena.allocate(kMiB), Code::kExhausted));
  }
  EXPECT_TRUE(is_ok(arena.allocate(kMiB)));
  EXPECT_TRUE(fails(arena.allocate(UINT64_MAX), Code::kExhausted));
  first->bytes.reset();
  EXPECT_EQ(arena.used_bytes(), 0u);
  EXPECT_TRUE(is_ok(arena.allocate(4 * kMiB)));
}

TEST(Arena, CountsWhatItKeepsAndLetsItGoForOthers) {
  Arena arena({.kept_bytes = 4 * kMiB, .budget_bytes = 4 * kMiB});
  std::byte* const first = address_of(arena.allocate(kMiB));
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(arena.kept_bytes(), kMiB);
  EXPECT_EQ(arena.used_bytes(), kMiB);
  const auto all = arena.allocate(4 * kMiB);
  ASSERT_TRUE(is_ok(all));
  EXPECT_EQ(arena.kept_bytes(), 0u);
  EXPECT_EQ(arena.used_bytes(), 4 * kMiB);
}

TEST(Arena, MakesNoMoreReadyThanItsBudget) {
  Arena arena({.kept_bytes = 8 * kMiB, .budget_bytes = 2 * kMiB});
  arena.make_ready(8 * kMiB);
  while (arena.kept_bytes() < 2 * kMiB) std::this_thread::yield();
  EXPECT_EQ(arena.used_bytes(), 2 * kMiB);
  EXPECT_EQ(arena.trim(), 2 * kMiB);
  EXPECT_EQ(arena.used_bytes(), 0u);
}

TEST(Arena, ServesThreadsAtOnce) {
  Arena arena({.kept_bytes = 64 * kMiB});
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
