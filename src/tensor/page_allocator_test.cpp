#include "tensor/page_allocator.h"

#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>

#include "support/allocation_meter.h"

namespace holdall {
namespace {

TEST(PageAllocator, HoldsWhatASmallContainerGrowsTo) {
  PageVector<uint64_t> numbers;
  for (uint64_t i = 0; i < 600000; ++i) numbers.push_back(i);  // beyond two huge pages
  for (uint64_t i = 0; i < 600000; ++i) ASSERT_EQ(numbers[i], i);
  numbers.resize(3);
  numbers.shrink_to_fit();
  EXPECT_EQ(numbers, (PageVector<uint64_t>{0, 1, 2}));
  PageString text;
  for (int i = 0; i < 300000; ++i) text += "0123456789";
  EXPECT_EQ(text.size(), 3000000u);
  EXPECT_EQ(text.substr(2999995), "56789");
}

// What the system says of the mapping that an address lies in.
bool asks_for_huge_pages(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  bool is_there = false;
  for (std::string line; std::getline(maps, line);) {
    uintptr_t begin = 0;
    uintptr_t end = 0;
    if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " ", &begin, &end) == 2) {
      const auto at = reinterpret_cast<uintptr_t>(address);
      is_there = begin <= at && at < end;
    }
    if (is_there && line.starts_with("VmFlags:")) return line.find(" hg") != std::string::npos;
  }
  return false;
}

TEST(PageAllocator, AsksForHugePagesWhereTheyFit) {
  const PageVector<std::byte> large(3 * kHugePageBytes);
  EXPECT_TRUE(asks_for_huge_pages(large.data() + large.size() / 2));
  const PageVector<std::byte> small(kHugePageBytes / 4);
  EXPECT_FALSE(asks_for_huge_pages(small.data() + small.size() / 2));
}

TEST(PageAllocator, ThrowsWhereThereIsNoMemory) {
  if (!can_count_allocations()) GTEST_SKIP() << "the sanitizer's own operator new ends the program";
  PageAllocator<uint64_t> allocator;
  EXPECT_THROW((void)allocator.allocate(uint64_t{1} << 58), std::bad_alloc);
}

TEST(PageAllocator, ThrowsWhereTheSizeCannotBeCounted) {
  PageAllocator<uint64_t> allocator;
  EXPECT_THROW((void)allocator.allocate(std::numeric_limits<size_t>::max()), std::bad_alloc);
}

}  // namespace
}  // namespace holdall
