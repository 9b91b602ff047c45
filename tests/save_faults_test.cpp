// Every file call of a save fails in turn, and the process is killed at every one of them: the old
// checkpoint or the new one is there, whole (docs/reliability.md, F1 and F2).
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "support/failing_calls.h"
#include "support/figures.h"
#include "support/save_scenarios.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

// The errors that depend on who asks are injected like the rest, since nothing is refused to root.
// With HOLDALL_TORTURE set all of them; else one of each sort, as the code does not tell them
// apart.
std::vector<CallFault> faults() {
  std::vector<CallFault> some = {{CallFault::kErrno, EIO},
                                 {CallFault::kErrno, EINTR},
                                 {CallFault::kShort},
                                 {CallFault::kZero}};
  if (!is_torture()) return some;
  for (const int number : {ENOSPC, EDQUOT, EACCES, EMFILE})
    some.push_back({CallFault::kErrno, number});
  return some;
}

class SaveFaults : public testing::TestWithParam<SaveScenario> {
 protected:
  // The state from which each point starts; what failed before has left nothing that the next save
  // does not clean up.
  void begin() {
    // Without waiting for the device.
    FailingCalls quick;
    there_.begin();
    if (clean_count_ == 0) clean_count_ = there_.file_count();
    ASSERT_EQ(there_.file_count(), there_.scenario().exists ? clean_count_ : 0);
  }

  // Of a save without a fault.
  uint64_t count_calls() {
    begin();
    FailingCalls calls;
    EXPECT_TRUE(is_ok(there_.save(ScenarioCheckpoint::kNew)));
    return calls.count();
  }

  void check_outcome(bool is_saved) {
    ++points_;
    const float outcome = there_.what_is_there();
    const bool is_right = there_.is_right(outcome, is_saved);
    EXPECT_TRUE(is_right) << "saved: " << is_saved << ", there: " << outcome;
    if (!is_right) ++violations_;
  }

  void print(std::string_view id) const {
    print_figure(id, {{"points", points_}, {"violations", violations_}});
  }

  TempDirectory directory_;
  const ScenarioCheckpoint there_{GetParam(), directory_.path()};
  size_t clean_count_ = 0;
  uint64_t points_ = 0;
  uint64_t violations_ = 0;
};

INSTANTIATE_TEST_SUITE_P(All, SaveFaults, testing::ValuesIn(save_scenarios()),
                         [](const auto& param) { return param.param.label; });

// Whether the error says where, and what the system said; a lock that cannot be asked for is
// another's.
void check_error(const Error& error, const CallFault& fault) {
  EXPECT_FALSE(error.place.file.empty()) << error.to_string();
  const bool is_told = fault.kind != CallFault::kErrno || error.system_error == fault.number ||
                       error.reason == reason::kLocked;
  EXPECT_TRUE(is_told) << error.to_string();
}

TEST_P(SaveFaults, LeaveTheOldOrTheNewWhicheverCallFails) {
  const uint64_t count = count_calls();
  for (CallFault fault : faults()) {
    for (const bool is_lasting : {false, true}) {
      // A call that is interrupted again and again is repeated for ever, and should be.
      if (is_lasting && fault.number == EINTR && fault.kind == CallFault::kErrno) continue;
      fault.is_lasting = is_lasting;
      for (uint64_t at = 0; at < count; ++at) {
        SCOPED_TRACE(testing::Message() << "call " << at << ", fault " << fault.kind << ' '
                                        << fault.number << (is_lasting ? ", lasting" : ", once"));
        begin();
        Result<SaveReport> report = Error();
        std::string failed_call;
        {
          FailingCalls calls(at, fault);
          report = there_.save(ScenarioCheckpoint::kNew);
          failed_call = calls.failed_call();
        }
        if (!report.ok()) check_error(report.error(), fault);
        check_outcome(report.ok());
        if (!is_lasting && fault.number == EINTR && failed_call != "statvfs") {
          EXPECT_TRUE(is_ok(report)) << failed_call;
        }
        // A save that failed once has cleaned up behind it.
        if (!is_lasting && failed_call != "unlink" && failed_call != "rename") {
          EXPECT_LE(there_.file_count(),
                    std::max<size_t>(clean_count_, 3) + GetParam().shard_count);
          for (const std::string& name : *make_local_storage()->list_directory(there_.directory()))
            EXPECT_EQ(name.find(".tmp"), std::string::npos) << name << ' ' << failed_call;
        }
        if (HasFailure()) return;
      }
    }
  }
  print("F1");
}

TEST_P(SaveFaults, LeaveTheOldOrTheNewWhereverTheProcessIsKilled) {
  for (const bool is_after : {false, true}) {
    bool is_killed = true;
    for (uint64_t at = 0; is_killed; ++at) {
      SCOPED_TRACE(testing::Message() << (is_after ? "after" : "before") << " call " << at);
      begin();
      const pid_t child = ::fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        FailingCalls calls;
        calls.run_at(at, is_after, [] { ::raise(SIGKILL); });
        ::_exit(there_.save(ScenarioCheckpoint::kNew).ok() ? 0 : 1);
      }
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      is_killed = WIFSIGNALED(status);
      ASSERT_TRUE(is_killed || WEXITSTATUS(status) == 0);
      check_outcome(!is_killed);
      if (HasFailure()) return;
    }
  }
  print("F2");
}

}  // namespace
}  // namespace holdall
