// Two who save to one path at once, and one whose files somebody removes: one save or the other,
// whole, or an error (docs/reliability.md, T3).
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "support/failing_calls.h"
#include "support/figures.h"
#include "support/save_scenarios.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;

class RivalWriters : public testing::TestWithParam<SaveScenario> {
 protected:
  // Saves again and again, each time something else, until it is ended.
  pid_t start_writer(float first) const {
    const pid_t child = ::fork();
    if (child != 0) return child;
    FailingCalls quick;
    for (float value = first;; value += 10) {
      const auto report = there_.save(value);
      const bool is_told = report.ok() || report.error().reason == reason::kLocked;
      if (!is_told) {
        std::cout << report.error().to_string() << std::endl;
        ::_exit(1);
      }
    }
  }

  static void stop(pid_t child) {
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "a save failed that should not have";
  }

  // The first number, or -1 for a mixture; 0 for an error that says what it is.
  float look(bool may_be_missing) {
    ++looks_;
    const auto checkpoint = Checkpoint::open(there_.path());
    const auto a = checkpoint.ok() ? checkpoint->read("a") : checkpoint.error();
    if (!a.ok()) {
      const bool is_told = a.error().reason == reason::kChangedWhileReading ||
                           (may_be_missing && a.error().code == Code::kNotFound);
      EXPECT_TRUE(is_told) << a.error().to_string();
      return 0;
    }
    return a->view<float>()->front();
  }

  TempDirectory directory_;
  const ScenarioCheckpoint there_{GetParam(), directory_.path()};
  uint64_t looks_ = 0;
};

std::vector<SaveScenario> rival_scenarios() {
  std::vector<SaveScenario> rivals;
  for (const SaveScenario& each : save_scenarios()) {
    if (each.exists && !each.reread && each.large_bytes == 0) rivals.push_back(each);
  }
  return rivals;
}

INSTANTIATE_TEST_SUITE_P(All, RivalWriters, testing::ValuesIn(rival_scenarios()),
                         [](const auto& param) { return param.param.label; });

TEST_P(RivalWriters, LeaveOneSaveWhole) {
  ASSERT_TRUE(is_ok(there_.save(1)));
  const int rounds = is_torture() ? 40 : 4;
  uint64_t mixes = 0;
  for (int round = 0; round < rounds; ++round) {
    const pid_t first = start_writer(11);
    const pid_t second = start_writer(16);
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(150);
    while (std::chrono::steady_clock::now() < until) look(false);
    stop(first);
    stop(second);
    const float there = there_.what_is_there();
    EXPECT_GT(there, 0) << "a mixture, or nothing";
    mixes += there > 0 ? 0u : 1u;
  }
  // Both are dead, whatever they were at: the next one has the path.
  EXPECT_TRUE(is_ok(there_.save(ScenarioCheckpoint::kNew)));
  EXPECT_EQ(there_.what_is_there(), ScenarioCheckpoint::kNew);
  print_figure("T3",
               {{"rounds", static_cast<uint64_t>(rounds)}, {"reads", looks_}, {"mixes", mixes}});
}

TEST_P(RivalWriters, GiveAnErrorOrAWholeSaveWhereFilesAreRemoved) {
  std::mt19937 random(7);
  uint64_t saves = 0, mixes = 0;
  std::atomic<bool> is_done = false;
  FailingCalls quick;
  ASSERT_TRUE(is_ok(there_.save(1)));
  std::jthread remover([&] {
    while (!is_done) {
      std::error_code ignored;
      std::vector<fs::path> files;
      for (const auto& entry : fs::directory_iterator(there_.directory(), ignored))
        files.push_back(entry.path());
      if (!files.empty()) fs::remove(files[random() % files.size()], ignored);
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 500));
    }
  });
  const uint64_t rounds = is_torture() ? 5000 : 200;
  for (float value = 1; saves < rounds; ++value, ++saves) {
    (void)there_.save(value);
    const float there = there_.what_is_there();
    // What is left of a save may lack files, and says so.
    mixes += there == ScenarioCheckpoint::kMixed ? 1u : 0u;
    EXPECT_LE(there, value);
  }
  is_done = true;
  remover.join();
  EXPECT_EQ(mixes, 0u);
  EXPECT_TRUE(is_ok(there_.save(ScenarioCheckpoint::kNew)));
  EXPECT_EQ(there_.what_is_there(), ScenarioCheckpoint::kNew);
  print_figure("T3", {{"saves whose files vanish", saves}, {"mixes", mixes}});
}

}  // namespace
}  // namespace holdall
