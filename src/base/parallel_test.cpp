#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <new>
#include <thread>

#include "base/message.h"
#include "base/parallel.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

TEST(RunInParallel, CallsTheBodyOnceForEachNumber) {
  for (const unsigned threads : {0u, 1u, 3u, 100u}) {
    std::vector<std::atomic<int>> calls(57);
    EXPECT_TRUE(is_ok(run_in_parallel(calls.size(), threads, [&](size_t i) -> Status {
      ++calls[i];
      return {};
    })));
    for (const auto& count : calls) EXPECT_EQ(count, 1);
  }
}

TEST(RunInParallel, DoesNothingForACountOfZero) {
  EXPECT_TRUE(is_ok(run_in_parallel(0, 4, [](size_t) -> Status { return corrupt("called"); })));
}

TEST(RunInParallel, BeginsNothingAfterAFailure) {
  std::vector<size_t> begun;
  const auto status = run_in_parallel(10, 1, [&](size_t i) -> Status {
    begun.push_back(i);
    if (i == 3) return corrupt("at {}", i);
    return {};
  });
  EXPECT_TRUE(fails(status, Code::kCorrupt, {"at 3"}));
  EXPECT_EQ(begun, (std::vector<size_t>{0, 1, 2, 3}));
}

TEST(RunInParallel, ReturnsTheFailureOfTheLeastNumber) {
  const std::vector<size_t> orders[] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}};
  for (const std::vector<size_t>& order : orders) {
    // All four have begun before any fails, one after another in this order.
    std::barrier all_begun(4);
    std::atomic<size_t> failed_count = 0;
    size_t failed = 4;
    const auto fail_in_order = [&](size_t i) -> Status {
      all_begun.arrive_and_wait();
      while (order[failed_count] != i) std::this_thread::yield();
      Status failure = corrupt("at {}", i);
      // So that the others report no earlier than this one.
      if (failed_count > 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      if (i != order.back()) ++failed_count;
      return failure;
    };
    const auto status = run_in_parallel(4, 4, fail_in_order, &failed);
    EXPECT_TRUE(fails(status, Code::kCorrupt, {"at 0"}));
    EXPECT_EQ(failed, 0u);
  }
}

TEST(RunInParallel, TurnsLackOfMemoryIntoAnError) {
  const auto status = run_in_parallel(2, 2, [](size_t) -> Status { throw std::bad_alloc(); });
  EXPECT_TRUE(fails(status, Code::kExhausted, {"out of memory"}));
}

}  // namespace
}  // namespace holdall
