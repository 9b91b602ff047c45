#include "base/byte_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace holdall {
namespace {

using namespace std::chrono_literals;

TEST(ByteGate, LetsInNoMoreThanItMay) {
  ByteGate gate(100);
  std::atomic<uint64_t> inside = 0;
  std::atomic<uint64_t> most = 0;
  {
    std::vector<std::jthread> threads;
    for (uint64_t thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 50; ++i) {
          const uint64_t size_bytes = 10 + 10 * thread;
          const auto pass = gate.enter(size_bytes);
          const uint64_t now = inside += size_bytes;
          for (uint64_t before = most; before < now && !most.compare_exchange_weak(before, now);) {
          }
          std::this_thread::sleep_for(50us);
          inside -= size_bytes;
        }
      });
    }
  }
  EXPECT_LE(most, 100u);
  EXPECT_GE(most, 80u);  // one of them has as much by itself
}

TEST(ByteGate, LetsInAloneWhatIsLargerThanIt) {
  ByteGate gate(100);
  std::atomic<bool> is_second_inside = false;
  std::jthread second;
  {
    const auto pass = gate.enter(UINT64_MAX);
    second = std::jthread([&] {
      const auto next = gate.enter(1);
      is_second_inside = true;
    });
    std::this_thread::sleep_for(20ms);
    EXPECT_FALSE(is_second_inside);
  }
  second.join();
  EXPECT_TRUE(is_second_inside);
}

// Else work that needs much room would wait for as long as there is small work.
TEST(ByteGate, LetsNobodyPastWhoWaits) {
  ByteGate gate(100);
  std::atomic<int> entered = 0;
  int large = 0;
  int small = 0;
  std::jthread first;
  std::jthread second;
  {
    const auto pass = gate.enter(50);
    first = std::jthread([&] {
      const auto all = gate.enter(100);
      large = ++entered;
    });
    std::this_thread::sleep_for(20ms);
    second = std::jthread([&] {
      const auto some = gate.enter(10);
      small = ++entered;
    });
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(entered, 0);
  }
  first.join();
  second.join();
  EXPECT_EQ(large, 1);
  EXPECT_EQ(small, 2);
}

TEST(ByteGate, IsOpenWithoutABound) {
  ByteGate gate;
  const auto one = gate.enter(UINT64_MAX);
  const auto two = gate.enter(UINT64_MAX);
}

}  // namespace
}  // namespace holdall
