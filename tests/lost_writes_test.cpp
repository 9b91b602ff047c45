// A power cut at every call of a save, in a model of file systems that keep no more than they
// promise: the old checkpoint or the new one, and never less than what was reported saved
// (docs/reliability.md, F3 and F5). On real ones: power_cuts_test.cpp.
#include <gtest/gtest.h>

#include "support/failing_calls.h"
#include "support/figures.h"
#include "support/lost_writes.h"
#include "support/save_scenarios.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

class LostWrites : public testing::TestWithParam<SaveScenario> {
 protected:
  void begin() const {
    FailingCalls quick;
    there_.begin();
  }

  // Any state that a cut may leave; `is_saved`: what has to be there is the new one.
  void look_at(const RecordedState& state, bool is_saved) {
    points_ += for_each_cut(state, is_torture() ? 12 : 7, random_, [&](const auto& storage) {
      const float outcome = there_.what_is_there(storage);
      if (there_.is_right(outcome, is_saved)) return;
      ++(is_saved ? lost_ : violations_);
      ADD_FAILURE() << "saved: " << is_saved << ", there: " << outcome << ", of "
                    << testing::PrintToString(*storage->list_directory(there_.directory()));
    });
  }

  TempDirectory directory_;
  const ScenarioCheckpoint there_{GetParam(), directory_.path()};
  std::mt19937_64 random_{1};
  uint64_t points_ = 0;
  uint64_t violations_ = 0;
  uint64_t lost_ = 0;
};

std::vector<SaveScenario> durable_scenarios() {
  std::vector<SaveScenario> durable;
  for (const SaveScenario& each : save_scenarios()) {
    if (each.durability == Durability::kDurable) durable.push_back(each);
  }
  return durable;
}

INSTANTIATE_TEST_SUITE_P(All, LostWrites, testing::ValuesIn(durable_scenarios()),
                         [](const auto& param) { return param.param.label; });

TEST_P(LostWrites, LeaveTheOldOrTheNew) {
  begin();
  std::vector<RecordedState> states;
  {
    RecordedCalls calls(directory_.path());
    ASSERT_TRUE(is_ok(there_.save(ScenarioCheckpoint::kNew)));
    states = calls.states();
  }
  for (size_t i = 0; i < states.size() && !HasFailure(); ++i) {
    SCOPED_TRACE(testing::Message() << "after " << i << " of " << states.size() - 1);
    look_at(states[i], false);
  }
  look_at(states.back(), true);
  print_figure(
      "F3",
      {{"modelled points", points_}, {"violations", violations_}, {"success then lost", lost_}});
}

// In a directory that is made for it, whose own name may be lost.
TEST_P(LostWrites, LeaveNothingOrTheNewWhereTheDirectoryIsNew) {
  std::vector<RecordedState> states;
  {
    RecordedCalls calls(directory_.path());
    ASSERT_TRUE(is_ok(there_.save(ScenarioCheckpoint::kNew)));
    states = calls.states();
  }
  look_at(states.back(), true);
  print_figure("F3", {{"modelled points", points_}, {"success then lost", lost_}});
}

// What a failed sync did not write is lost, though a second one succeeds.
TEST_P(LostWrites, AreNeverTakenForSavedWhereASyncFailed) {
  uint64_t false_successes = 0;
  bool has_failed = true;
  for (uint64_t at = 0; has_failed && !HasFailure(); ++at) {
    SCOPED_TRACE(testing::Message() << "sync " << at);
    begin();
    RecordedState state;
    bool is_saved = false;
    {
      RecordedCalls calls(directory_.path(), at);
      is_saved = there_.save(ScenarioCheckpoint::kNew).ok();
      state = calls.states().back();
      has_failed = calls.sync_count() > at;
    }
    false_successes += has_failed && is_saved ? 1 : 0;
    look_at(state, is_saved);
  }
  EXPECT_EQ(false_successes, 0u);
  print_figure("F5", {{"points", points_},
                      {"false successes", false_successes + lost_},
                      {"violations", violations_}});
}

}  // namespace
}  // namespace holdall
