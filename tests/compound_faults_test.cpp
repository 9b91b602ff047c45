// A save that is cut off, and then a call of the next save fails, or that is cut off too: still the
// old checkpoint or the new one (docs/reliability.md, F8).
#include <gtest/gtest.h>

#include <filesystem>

#include "support/failing_calls.h"
#include "support/figures.h"
#include "support/lost_writes.h"
#include "support/save_scenarios.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;

class CompoundFaults : public testing::TestWithParam<SaveScenario> {
 protected:
  static uint64_t pair_count() { return is_torture() ? 200 : 15; }

  std::vector<RecordedState> record_save(float first) const {
    RecordedCalls calls(directory_.path());
    EXPECT_TRUE(is_ok(there_.save(first)));
    return calls.states();
  }

  // Makes the directory what a cut at a moment that is chosen at random may leave.
  void cut_at_random(const std::vector<RecordedState>& states) {
    std::vector<std::shared_ptr<Storage>> cuts;
    for_each_cut(states[random_() % states.size()], 4, random_,
                 [&](const auto& storage) { cuts.push_back(storage); });
    const auto& left = cuts[random_() % cuts.size()];
    fs::remove_all(there_.directory());
    fs::create_directories(there_.directory());
    const auto names = left->list_directory(there_.directory());
    if (!names.ok()) return;
    for (const std::string& name : *names) {
      const std::string path = join_path(there_.directory(), name);
      write_test_file(path, read_file(*left, path));
    }
  }

  CallFault random_fault() {
    const CallFault faults[] = {{CallFault::kErrno, EIO, false},
                                {CallFault::kErrno, ENOSPC, true},
                                {CallFault::kErrno, EIO, true},
                                {CallFault::kShort, 0, false}};
    return faults[random_() % std::size(faults)];
  }

  void check(bool is_saved) {
    ++points_;
    const float outcome = there_.what_is_there();
    const bool is_right = there_.is_right(outcome, is_saved);
    EXPECT_TRUE(is_right) << "saved: " << is_saved << ", there: " << outcome;
    violations_ += is_right ? 0u : 1u;
  }

  TempDirectory directory_;
  const ScenarioCheckpoint there_{GetParam(), directory_.path()};
  std::mt19937_64 random_{GetParam().label.size()};
  uint64_t points_ = 0;
  uint64_t violations_ = 0;
};

INSTANTIATE_TEST_SUITE_P(All, CompoundFaults, testing::ValuesIn(save_scenarios()),
                         [](const auto& param) { return param.param.label; });

TEST_P(CompoundFaults, LeaveTheOldOrTheNew) {
  for (uint64_t i = 0; i < pair_count() && !HasFailure(); ++i) {
    SCOPED_TRACE(testing::Message() << "pair " << i);
    {
      FailingCalls quick;
      there_.begin();
    }
    const bool is_atomic_only = GetParam().durability != Durability::kDurable;
    const auto states = record_save(ScenarioCheckpoint::kNew);
    // Without syncs a cut takes everything, which is no fault of the save.
    if (!is_atomic_only) cut_at_random(states);
    bool is_saved = false;
    {
      FailingCalls calls(random_() % 60, random_fault());
      is_saved = there_.save(ScenarioCheckpoint::kNew).ok();
    }
    check(is_saved);
    // And cut off once more, while it cleans up behind that.
    if (!is_atomic_only) {
      cut_at_random(record_save(ScenarioCheckpoint::kNew));
      check(false);
    }
    FailingCalls quick;
    EXPECT_TRUE(is_ok(there_.save(ScenarioCheckpoint::kNew)));
    check(true);
  }
  print_figure("F8", {{"points", points_}, {"violations", violations_}});
}

}  // namespace
}  // namespace holdall
