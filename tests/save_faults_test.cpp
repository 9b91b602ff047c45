// Every file call of a save fails in turn, and the process is killed at every one of them: the old
// checkpoint or the new one is there, whole (docs/reliability.md, F1 and F2).
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "holdall/saver.h"
#include "support/failing_calls.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr float kOld = 1;
constexpr float kNew = 2;

struct Scenario {
  std::string label;
  std::string name;
  uint32_t shard_count = 1;
  bool exists = true;
  Durability durability = Durability::kDurable;
};

void PrintTo(const Scenario& scenario, std::ostream* out) {
  *out << scenario.label;
}

const Scenario kScenarios[] = {
    {"bundle", "m"},
    {"atomic_bundle", "m", 1, true, Durability::kAtomic},
    {"first_bundle", "m", 1, false},
    {"sharded_bundle", "m", 3},
    {"safetensors", "m.safetensors"},
    {"sharded_safetensors", "m.safetensors", 2},
    {"npz", "m.npz"},
};

// The errors that depend on who asks are injected like the rest, since nothing is refused to root.
// With HOLDALL_TORTURE set all of them; else one of each sort, as the code does not tell them
// apart.
std::vector<CallFault> faults() {
  std::vector<CallFault> some = {{CallFault::kErrno, EIO},
                                 {CallFault::kErrno, EINTR},
                                 {CallFault::kShort},
                                 {CallFault::kZero}};
  if (std::getenv("HOLDALL_TORTURE") == nullptr) return some;
  for (const int number : {ENOSPC, EDQUOT, EACCES, EMFILE})
    some.push_back({CallFault::kErrno, number});
  return some;
}

class SaveFaults : public testing::TestWithParam<Scenario> {
 protected:
  Result<SaveReport> save(float first) const {
    const uint32_t shard_count = GetParam().shard_count;
    std::vector<SaveItem> items = {
        {"a", counting_tensor({3}, first), {}, {}, 0},
        {"b", counting_tensor({40, 2}, first + 100), {}, {}, shard_count - 1}};
    SaveOptions options;
    options.shard_count = shard_count;
    options.durability = GetParam().durability;
    const auto plan = plan_save(path(), std::move(items), options);
    return plan.ok() ? execute(*plan) : plan.error();
  }

  std::string path() const { return directory_ / "d/" + GetParam().name; }
  size_t file_count() const { return (*local_->list_directory(directory_ / "d")).size(); }

  // Which of the two is there, whole; 0 if nothing is; -1 for anything else.
  float what_is_there() const {
    const auto checkpoint = Checkpoint::open(path());
    if (!checkpoint.ok()) return checkpoint.error().code == Code::kNotFound ? 0 : -1;
    const auto a = checkpoint->read("a");
    const auto b = checkpoint->read("b");
    if (!a.ok() || !b.ok()) return -1;
    const float first = a->view<float>()->front();
    const bool is_whole =
        *a == counting_tensor({3}, first) && *b == counting_tensor({40, 2}, first + 100);
    return is_whole ? first : -1;
  }

  // The state from which each point starts.
  void begin() {
    if (GetParam().exists) {
      ASSERT_TRUE(is_ok(save(kOld)));
      ASSERT_EQ(what_is_there(), kOld);
      if (clean_count_ == 0) clean_count_ = file_count();
    } else {
      ASSERT_TRUE(is_ok(local_->make_directories(directory_ / "d")));
      for (const std::string& name : *local_->list_directory(directory_ / "d"))
        ASSERT_TRUE(is_ok(local_->remove(directory_ / "d/" + name)));
    }
    // What failed before has left nothing that the next save does not clean up.
    ASSERT_EQ(file_count(), clean_count_);
  }

  // Of a save without a fault.
  uint64_t count_calls() {
    FailingCalls calls;
    begin();
    const uint64_t before = calls.count();
    EXPECT_TRUE(is_ok(save(kNew)));
    return calls.count() - before;
  }

  void check_outcome(bool is_saved) {
    ++points_;
    const float outcome = what_is_there();
    const float old = GetParam().exists ? kOld : 0;
    const bool is_right = is_saved ? outcome == kNew : outcome == kNew || outcome == old;
    EXPECT_TRUE(is_right) << "saved: " << is_saved << ", there: " << outcome;
    if (!is_right) ++violations_;
  }

  void TearDown() override {
    std::cout << testing::UnitTest::GetInstance()->current_test_info()->name() << ": " << points_
              << " points, " << violations_ << " violations\n";
  }

  TempDirectory directory_;
  std::shared_ptr<Storage> local_ = make_local_storage();
  size_t clean_count_ = 0;
  uint64_t points_ = 0;
  uint64_t violations_ = 0;
};

INSTANTIATE_TEST_SUITE_P(All, SaveFaults, testing::ValuesIn(kScenarios),
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
        {
          FailingCalls quick;
          begin();
        }
        Result<SaveReport> report = Error();
        std::string failed_call;
        {
          FailingCalls calls(at, fault);
          report = save(kNew);
          failed_call = calls.failed_call();
        }
        if (!report.ok()) check_error(report.error(), fault);
        check_outcome(report.ok());
        if (!is_lasting && fault.number == EINTR && failed_call != "statvfs") {
          EXPECT_TRUE(is_ok(report)) << failed_call;
        }
        // A save that failed once has cleaned up behind it.
        if (!is_lasting && failed_call != "unlink" && failed_call != "rename") {
          EXPECT_LE(file_count(), std::max<size_t>(clean_count_, 3) + GetParam().shard_count);
          for (const std::string& name : *local_->list_directory(directory_ / "d"))
            EXPECT_EQ(name.find(".tmp"), std::string::npos) << name << ' ' << failed_call;
        }
        if (HasFailure()) return;
      }
    }
  }
}

TEST_P(SaveFaults, LeaveTheOldOrTheNewWhereverTheProcessIsKilled) {
  for (const bool is_after : {false, true}) {
    bool is_killed = true;
    for (uint64_t at = 0; is_killed; ++at) {
      SCOPED_TRACE(testing::Message() << (is_after ? "after" : "before") << " call " << at);
      {
        FailingCalls quick;
        begin();
      }
      const pid_t child = ::fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        FailingCalls calls;
        calls.run_at(at, is_after, [] { ::raise(SIGKILL); });
        ::_exit(save(kNew).ok() ? 0 : 1);
      }
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
      is_killed = WIFSIGNALED(status);
      ASSERT_TRUE(is_killed || WEXITSTATUS(status) == 0);
      check_outcome(!is_killed);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace holdall
