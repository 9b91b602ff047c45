// Runs beside other runs and beside a growing graph; meant for the thread sanitizer too.
#include <atomic>
#include <thread>

#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

TEST(Tf1SessionThreads, RunWhileAnotherAddsNodes) {
  Graph graph;
  const Variable w = graph.variable("w", floats({1, 2}));
  const Operation init = graph.global_variables_initializer();
  const Output sum = graph.add(w.value(), graph.random_uniform({2}, {.seed = 1}));
  Session session(graph);
  std::atomic<bool> is_done = false;
  std::thread builder([&] {
    for (int i = 0; i < 500; ++i) {
      NameScope scope(graph, "s");
      (void)graph.variable("v", floats({1}));
    }
    is_done = true;
  });
  int run_count = 0;
  while (!is_done || run_count < 20) {
    ASSERT_TRUE(is_ok(session.run(init)));
    ASSERT_TRUE(is_ok(session.run(sum)));
    ++run_count;
  }
  builder.join();
  EXPECT_EQ(graph.global_variables().size(), 501u);
  ASSERT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  EXPECT_EQ(session.values().snapshot().count(), 501u);
}

TEST(Tf1SessionThreads, PublishEachRunAsAWhole) {
  Graph graph;
  const Variable a = graph.variable("a", 0.0f);
  const Variable b = graph.variable("b", 0.0f);
  std::vector<Operation> both;
  for (int i = 0; i < 4; ++i) {
    const Output value = graph.constant(scalar(static_cast<float>(i)));
    both.push_back(
        graph.group(std::vector{graph.assign(a, value).op(), graph.assign(b, value).op()}));
  }
  Session session(graph);
  ASSERT_TRUE(is_ok(session.run(both[0])));
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        EXPECT_TRUE(is_ok(session.run(both[static_cast<size_t>((t + i) % 4)])));
        const auto values = session.run(std::vector{a.value(), b.value()}, {});
        ASSERT_TRUE(is_ok(values));
        EXPECT_EQ((*values)[0], (*values)[1]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Tf1SessionThreads, ShareTheStreamOfARandomNode) {
  Graph graph;
  const Output x = graph.random_uniform({1}, {.seed = 1});
  Session session(graph);
  constexpr int kThreads = 3;
  constexpr int kRuns = 100;
  std::vector<std::vector<float>> drawn(kThreads);
  std::vector<std::thread> threads;
  for (std::vector<float>& mine : drawn) {
    threads.emplace_back([&] {
      for (int i = 0; i < kRuns; ++i) mine.push_back(values_of<float>(*session.run(x))[0]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<float> together;
  for (const auto& mine : drawn) together.insert(together.end(), mine.begin(), mine.end());
  Session alone(graph);
  std::vector<float> expected;
  for (int i = 0; i < kThreads * kRuns; ++i) expected.push_back(values_of<float>(*alone.run(x))[0]);
  std::sort(together.begin(), together.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(together, expected);
}

}  // namespace
}  // namespace holdall::tf1
