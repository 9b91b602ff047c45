// Each allocation of a load and of a save fails in turn: an error comes back, nothing is changed,
// nothing is left behind.
#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "holdall/session.h"
#include "support/allocation_meter.h"
#include "support/bundle_files.h"
#include "support/failing_calls.h"
#include "support/figures.h"
#include "support/save_scenarios.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

std::vector<SaveItem> items_from(float first) {
  return {{"a", counting_tensor({3}, first), {}, {}, 0},
          {"words", strings_tensor({2}, {"x", "a string longer than small ones"}), {}, {}, 0},
          {"p", counting_tensor({1, 2}, first), Box{{0, 0}, {1, 2}}, Shape({2, 2}), 0},
          {"p", counting_tensor({1, 2}, first + 2), Box{{1, 0}, {1, 2}}, Shape({2, 2}), 0}};
}

TEST(OutOfMemory, LeavesTheSessionAsItWas) {
  if (!can_count_allocations()) GTEST_SKIP() << "the sanitizer has an allocator of its own";
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "d/m", items_from(0));
  uint64_t failure_count = 0;
  for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
    for (bool is_done = false; !is_done;) {
      Session session;
      ASSERT_TRUE(is_ok(session.assign("old", counting_tensor({1}))));
      const LoadOptions options{.scope = "s", .storage = storage, .read = {.io = io, .threads = 1}};
      auto failure = std::make_unique<AllocationFailure>(failure_count);
      const auto report = session.load("d", options);
      is_done = !failure->has_happened();
      failure.reset();
      failure_count += is_done ? 0 : 1;
      // Sorting does with less memory than it would like.
      if (report.ok()) {
        EXPECT_EQ(session.snapshot().count(), 4u);
        continue;
      }
      ASSERT_TRUE(fails(report, Code::kExhausted)) << failure_count;
      EXPECT_EQ(session.snapshot().count(), 1u);
      EXPECT_EQ(session.snapshot().generation(), 1u);
    }
    EXPECT_GT(failure_count, 50u);
    failure_count = 0;
  }
}

TEST(OutOfMemory, LeavesTheOldCheckpoint) {
  if (!can_count_allocations()) GTEST_SKIP() << "the sanitizer has an allocator of its own";
  const TempDirectory directory;
  const auto local = make_local_storage();
  const std::string prefix = directory / "m";
  uint64_t failure_count = 0;
  for (bool is_done = false; !is_done;) {
    save_checkpoint(local, prefix, items_from(0), {.durability = Durability::kAtomic});
    std::vector<SaveItem> items = items_from(5);
    std::optional<Result<SaveReport>> report;
    auto failure = std::make_unique<AllocationFailure>(failure_count);
    {
      const auto plan = plan_save(prefix, std::move(items),
                                  {.storage = local, .durability = Durability::kAtomic});
      report = plan.ok() ? execute(*plan) : Result<SaveReport>(plan.error());
    }
    is_done = !failure->has_happened();
    failure.reset();
    failure_count += is_done ? 0 : 1;
    EXPECT_TRUE(report->ok() || fails(*report, Code::kExhausted));
    const auto a = Checkpoint::open(prefix)->read("a");
    ASSERT_TRUE(is_ok(a));
    EXPECT_TRUE(*a == counting_tensor({3}, 5) || (!report->ok() && *a == counting_tensor({3}, 0)));
    // State, data and index; of what is new already, the old data may be there once more.
    const bool is_cut_off_at_the_end = !report->ok() && *a == counting_tensor({3}, 5);
    EXPECT_LE(directory.names().size(), is_cut_off_at_the_end ? 4u : 3u)
        << "allocation " << failure_count << ", " << testing::PrintToString(directory.names())
        << (report->ok() ? "" : report->error().to_string());
  }
  EXPECT_GT(failure_count, 100u);
}

// Every way to save, and to load what was saved; one allocation fails, or all from one on. Without
// HOLDALL_TORTURE some of them.
class OutOfMemoryAnywhere : public testing::TestWithParam<SaveScenario> {
 protected:
  void SetUp() override {
    if (!can_count_allocations()) GTEST_SKIP() << "the sanitizer has an allocator of its own";
  }

  // Calls `attempt` with every allocation failing in turn, until none is left to fail.
  template <class Attempt>
  void for_each_failure(const Attempt& attempt) {
    for (const bool is_lasting : {false, true}) {
      bool has_happened = true;
      for (uint64_t at = 0; has_happened && !HasFailure(); at += is_torture() ? 1u : 13u) {
        SCOPED_TRACE(testing::Message()
                     << "allocation " << at << (is_lasting ? " and all after it" : ""));
        has_happened = attempt(at, is_lasting);
        ++points_;
      }
    }
  }

  TempDirectory directory_;
  const ScenarioCheckpoint there_{GetParam(), directory_.path()};
  uint64_t points_ = 0;
};

INSTANTIATE_TEST_SUITE_P(All, OutOfMemoryAnywhere, testing::ValuesIn(save_scenarios()),
                         [](const auto& param) { return param.param.label; });

TEST_P(OutOfMemoryAnywhere, LeavesTheOldOrTheNew) {
  for_each_failure([&](uint64_t at, bool is_lasting) {
    FailingCalls quick;
    there_.begin();
    auto prepared = there_.prepare(ScenarioCheckpoint::kNew);
    std::optional<Result<SaveReport>> report;
    auto failure = std::make_unique<AllocationFailure>(at, is_lasting);
    report.emplace(prepared.run());
    const bool has_happened = failure->has_happened();
    failure.reset();
    EXPECT_TRUE(report->ok() || report->error().code == Code::kExhausted)
        << report->error().to_string();
    EXPECT_TRUE(there_.is_right(there_.what_is_there(), report->ok()));
    return has_happened;
  });
  print_figure("F7", {{"points of saves", points_}, {"violations", HasFailure() ? 1u : 0u}});
}

TEST_P(OutOfMemoryAnywhere, LeavesTheSessionAsItWas) {
  ASSERT_TRUE(is_ok(there_.save(ScenarioCheckpoint::kOld)));
  for (const IoMode io : {IoMode::kCopy, IoMode::kMap, IoMode::kMapCopy, IoMode::kDirect}) {
    for_each_failure([&](uint64_t at, bool is_lasting) {
      Session session;
      EXPECT_TRUE(is_ok(session.assign("s/a", counting_tensor({1}))));
      LoadOptions options{.scope = "s", .replace = true, .read = {.io = io, .threads = 1}};
      const std::string path = there_.path();
      std::optional<Result<RestoreReport>> report;
      auto failure = std::make_unique<AllocationFailure>(at, is_lasting);
      report.emplace(session.load(path, options));
      const bool has_happened = failure->has_happened();
      failure.reset();
      const Tensor a = *session.find("s/a");
      EXPECT_EQ(a, counting_tensor(report->ok() ? Shape({3}) : Shape({1}), report->ok() ? 1 : 0));
      EXPECT_TRUE(report->ok() || report->error().code == Code::kExhausted)
          << report->error().to_string();
      return has_happened;
    });
  }
  print_figure("F7", {{"points of loads", points_}, {"violations", HasFailure() ? 1u : 0u}});
}

}  // namespace
}  // namespace holdall
