#include "tensor/page_allocator.h"

#include <gtest/gtest.h>

#include <limits>

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

TEST(PageAllocator, GivesLargeContainersHugePages) {
  const PageVector<std::byte> bytes(2 * kHugePageBytes);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(bytes.data()) % kHugePageBytes, 0u);
}

TEST(PageAllocator, ThrowsWhereThereIsNoMemory) {
  PageAllocator<uint64_t> allocator;
  EXPECT_THROW((void)allocator.allocate(uint64_t{1} << 58), std::bad_alloc);
  EXPECT_THROW((void)allocator.allocate(std::numeric_limits<size_t>::max()), std::bad_alloc);
}

}  // namespace
}  // namespace holdall
