// A power cut at every call of a save, on file systems that are really cut off
// (docs/reliability.md, F3): whatever is there then is the old checkpoint or the new one, and what
// was reported saved is there.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/failing_calls.h"
#include "support/figures.h"
#include "support/save_scenarios.h"
#include "support/small_disk.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

// XFS is not made smaller.
constexpr uint64_t kDiskBytes = uint64_t{300} << 20;

// Where in a save the power goes.
struct Cut {
  uint64_t at = 0;  // number of the call
  bool is_after = false;
  bool is_foreign = false;  // somebody else's sync on the same file system comes just before
};

class PowerCuts : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::string why_not;
    disk_ = SmallDisk::make(GetParam(), kDiskBytes, why_not);
    if (disk_ != nullptr) return;
    print_skipped("F3", save_scenarios().size(), GetParam() + ": " + why_not);
    GTEST_SKIP() << why_not;
  }

  void begin(const ScenarioCheckpoint& there) {
    FailingCalls quick;
    there.begin();
    ASSERT_TRUE(disk_->sync());
  }

  void sync_something_else() const {
    const std::string path = disk_->path() + "/other";
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    EXPECT_EQ(::write(file, "x", 1), 1);
    EXPECT_EQ(::fsync(file), 0);
    ::close(file);
  }

  // Returns whether the save came so far.
  bool cut(const ScenarioCheckpoint& there, const Cut& where) {
    begin(there);
    bool is_cut = false;
    const auto cut_power = [&] {
      if (where.is_foreign) sync_something_else();
      is_cut = disk_->cut_power();
      EXPECT_TRUE(is_cut);
    };
    bool is_saved = false;
    {
      FailingCalls calls;
      calls.wait_for_the_device();
      calls.run_at(where.at, where.is_after, cut_power);
      is_saved = there.save(ScenarioCheckpoint::kNew).ok();
    }
    // What is said when the power is gone nobody hears. (XFS says of a directory that it is synced
    // when it is shut down.)
    if (is_cut) is_saved = false;
    const bool came_so_far = is_cut;
    if (!is_cut) cut_power();
    EXPECT_TRUE(disk_->mount_again());
    ++points_;
    const float outcome = there.what_is_there();
    if (!there.is_right(outcome, is_saved)) {
      ++(is_saved ? lost_ : violations_);
      ADD_FAILURE() << "saved: " << is_saved << ", there: " << outcome;
    }
    return came_so_far;
  }

  std::unique_ptr<SmallDisk> disk_;
  uint64_t points_ = 0;
  uint64_t violations_ = 0;
  uint64_t lost_ = 0;
};

INSTANTIATE_TEST_SUITE_P(All, PowerCuts, testing::Values("ext4", "xfs"),
                         [](const auto& param) { return param.param; });

// One in ten, where HOLDALL_TORTURE is not set; and the one after the end always.
TEST_P(PowerCuts, LeaveTheOldOrTheNew) {
  const uint64_t step = is_torture() ? 1 : 10;
  uint64_t first = 0;
  for (const SaveScenario& scenario : save_scenarios()) {
    if (scenario.durability != Durability::kDurable) continue;
    const ScenarioCheckpoint there(scenario, disk_->path());
    for (const bool is_foreign : {false, true}) {
      for (const bool is_after : {false, true}) {
        for (uint64_t at = first++ % step;; at += step) {
          SCOPED_TRACE(testing::Message()
                       << scenario.label << (is_after ? ", after" : ", before") << " call " << at
                       << (is_foreign ? ", with another's sync" : ""));
          const bool came_so_far = cut(there, {at, is_after, is_foreign});
          if (HasFailure()) return;
          if (!came_so_far) break;
        }
      }
    }
  }
  print_figure("F3", {{GetParam() + " points", points_},
                      {"violations", violations_},
                      {"success then lost", lost_}});
}

}  // namespace
}  // namespace holdall
