#include "base/vanishing_memory.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <thread>
#include <vector>

namespace holdall {
namespace {

constexpr size_t kPage = 4096;

// A mapping of a file with three pages, which is then cut to one.
class CutMapping {
 public:
  CutMapping() : file_(std::tmpfile()) {
    EXPECT_EQ(::ftruncate(::fileno(file_), 3 * kPage), 0);
    begin_ = static_cast<std::byte*>(
        ::mmap(nullptr, 3 * kPage, PROT_READ, MAP_SHARED, ::fileno(file_), 0));
    EXPECT_EQ(::ftruncate(::fileno(file_), kPage), 0);
  }
  CutMapping(const CutMapping&) = delete;
  CutMapping& operator=(const CutMapping&) = delete;
  ~CutMapping() {
    ::munmap(begin_, 3 * kPage);
    std::fclose(file_);
  }
  std::span<const std::byte> page(size_t number) const { return {begin_ + number * kPage, kPage}; }

 private:
  std::FILE* file_;
  std::byte* begin_;
};

int sum(std::span<const std::byte> bytes) {
  int sum = 0;
  for (const std::byte byte : bytes)
    sum += static_cast<int>(*const_cast<volatile std::byte*>(&byte));
  return sum;
}

TEST(VanishingMemory, IsReadAsFarAsItIsThere) {
  const CutMapping mapping;
  const VanishingMemory vanishing;
  int result = -1;
  EXPECT_TRUE(vanishing.read(mapping.page(0), [&] { result = sum(mapping.page(0)); }));
  EXPECT_EQ(result, 0);
  // Again and again, since the signal must not stay blocked.
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(vanishing.read(mapping.page(1), [&] { result = sum(mapping.page(1)); }));
  }
  EXPECT_TRUE(vanishing.read(mapping.page(0), [&] { result = sum(mapping.page(0)); }));
}

TEST(VanishingMemory, IsReadByManyThreadsAtOnce) {
  const CutMapping mapping;
  std::atomic<int> wrong = 0;
  std::vector<std::jthread> threads;
  for (size_t i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 200; ++k) {
        const VanishingMemory vanishing;
        const auto page = mapping.page(i % 3);
        int result = 0;
        const bool is_there = vanishing.read(page, [&] { result = sum(page); });
        wrong += is_there != (i % 3 == 0);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

sigjmp_buf foreign_back;
void on_foreign(int) {
  siglongjmp(foreign_back, 1);  // NOLINT(cert-err52-cpp)
}

// What is not memory being read is for who was there before, and afterwards he has all.
TEST(VanishingMemory, LeavesOtherSignalsToOthers) {
  struct sigaction foreign = {};
  foreign.sa_handler = on_foreign;
  foreign.sa_flags = SA_NODEFER;
  struct sigaction at_first = {};
  ASSERT_EQ(sigaction(SIGBUS, &foreign, &at_first), 0);
  const CutMapping mapping;
  volatile bool came_back = false;
  {
    const VanishingMemory vanishing;
    if (sigsetjmp(foreign_back, 0) != 0) {  // NOLINT(cert-err52-cpp)
      came_back = true;
    } else {
      (void)vanishing.read(mapping.page(0), [&] { (void)sum(mapping.page(2)); });
    }
  }
  EXPECT_TRUE(came_back);
  struct sigaction now = {};
  ASSERT_EQ(sigaction(SIGBUS, &at_first, &now), 0);
  EXPECT_EQ(now.sa_handler, on_foreign);
}

TEST(VanishingMemoryDeathTest, EndsTheProcessWhereNobodyAsked) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        struct sigaction plain = {};
        plain.sa_handler = SIG_DFL;
        sigaction(SIGBUS, &plain, nullptr);
        const CutMapping mapping;
        const VanishingMemory vanishing;
        (void)sum(mapping.page(2));
      },
      testing::KilledBySignal(SIGBUS), "");
}

}  // namespace
}  // namespace holdall
