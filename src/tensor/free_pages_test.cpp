#include "tensor/free_pages.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "tensor/pages.h"

namespace holdall {
namespace {

constexpr uint64_t kPage = 4096;

TEST(FreePages, AreTakenFromTheSmallestRunThatIsLargeEnough) {
  FreePages free;
  std::byte* const large = map_pages(8 * kPage);
  std::byte* const small = map_pages(3 * kPage);
  free.add(large, 8 * kPage);
  free.add(small + kPage, kPage);  // with a page between them, whichever comes first
  EXPECT_EQ(free.size_bytes(), 9 * kPage);
  EXPECT_EQ(free.take(kPage), small + kPage);
  EXPECT_EQ(free.take(9 * kPage), nullptr);
  std::byte* const part = free.take(3 * kPage);
  EXPECT_TRUE(part >= large && part + 3 * kPage <= large + 8 * kPage);
  EXPECT_EQ(free.size_bytes(), 5 * kPage);
  unmap_pages(small, 3 * kPage);
  unmap_pages(part, 3 * kPage);
  EXPECT_EQ(free.unmap_all(), 5 * kPage);
  EXPECT_EQ(free.size_bytes(), 0u);
}

TEST(FreePages, AreOneRunWhereTheyTouch) {
  std::byte* const pages = map_pages(7 * kPage);
  for (const std::vector<size_t>& order :
       {std::vector<size_t>{0, 1, 2}, {2, 1, 0}, {0, 2, 1}, {1, 0, 2}}) {
    FreePages free;
    for (const size_t i : order) free.add(pages + i * 2 * kPage, 2 * kPage);
    EXPECT_EQ(free.take(6 * kPage), pages);
    EXPECT_EQ(free.take(kPage), nullptr);
  }
  unmap_pages(pages, 7 * kPage);
}

// Whatever is taken and given back in whatever order: no page is had twice, and none is lost.
TEST(FreePages, ArePartitionedInAnyOrder) {
  constexpr uint64_t kCount = 200;
  FreePages free;
  std::byte* const pages = map_pages(kCount * kPage);
  free.add(pages, kCount * kPage);
  std::mt19937 random(1);
  std::vector<std::pair<std::byte*, uint64_t>> taken;
  uint64_t taken_bytes = 0;
  for (int step = 0; step < 5000; ++step) {
    if (random() % 2 == 0 && !taken.empty()) {
      std::swap(taken[random() % taken.size()], taken.back());
      const auto [run, size_bytes] = taken.back();
      for (uint64_t at = 0; at < size_bytes; at += kPage) ASSERT_EQ(run[at], std::byte{1});
      std::memset(run, 0, size_bytes);
      free.add(run, size_bytes);
      taken_bytes -= size_bytes;
      taken.pop_back();
    } else {
      const uint64_t size_bytes = (1 + random() % 30) * kPage;
      std::byte* const run = free.take(size_bytes);
      if (run == nullptr) continue;
      for (uint64_t at = 0; at < size_bytes; at += kPage) ASSERT_EQ(run[at], std::byte{0});
      std::memset(run, 1, size_bytes);
      taken.emplace_back(run, size_bytes);
      taken_bytes += size_bytes;
    }
    ASSERT_EQ(free.size_bytes() + taken_bytes, kCount * kPage);
  }
  for (const auto& [run, size_bytes] : taken) free.add(run, size_bytes);
  EXPECT_EQ(free.take(kCount * kPage), pages);
  unmap_pages(pages, kCount * kPage);
}

}  // namespace
}  // namespace holdall
