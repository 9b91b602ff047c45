// A device that is full, for real, at every size: the old checkpoint or the new one
// (docs/reliability.md, S3 and T3).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>

#include "holdall/retention.h"
#include "support/bundle_files.h"
#include "support/failing_calls.h"
#include "support/figures.h"
#include "support/save_scenarios.h"
#include "support/small_disk.h"
#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kStepBytes = 4096;

// A device that does not say how full it is, so that the save finds out by writing.
class SilentDevice : public local::SystemCalls {
 public:
  SilentDevice() : before_(local::replace_system_calls(this)) {}
  SilentDevice(const SilentDevice&) = delete;
  SilentDevice& operator=(const SilentDevice&) = delete;
  ~SilentDevice() override { local::replace_system_calls(before_); }
  int statvfs(const char*, struct statvfs* status) override {
    *status = {};
    return 0;
  }

 private:
  local::SystemCalls* before_;
};

class FullDisk : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::string why_not;
    const uint64_t size_bytes = uint64_t{GetParam() == "xfs" ? 300u : 16u} << 20;
    disk_ = SmallDisk::make(GetParam(), size_bytes, why_not);
    if (disk_ != nullptr) return;
    print_skipped("S3", save_scenarios().size(), GetParam() + ": " + why_not);
    GTEST_SKIP() << why_not;
  }

  uint64_t free_bytes() const {
    struct statvfs status = {};
    EXPECT_EQ(::statvfs(disk_->path().c_str(), &status), 0);
    return status.f_bavail * status.f_frsize;
  }

  // Takes the rest of the device away.
  void leave(uint64_t size_bytes) const {
    const std::string path = disk_->path() + "/ballast";
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_GE(file, 0);
    off_t at = 0;
    for (off_t step = 1 << 20; step >= 4096;) {
      const uint64_t left = free_bytes();
      const bool is_more = left > size_bytes && left - size_bytes >= static_cast<uint64_t>(step);
      if (is_more && ::posix_fallocate(file, at, step) == 0)
        at += step;
      else
        step /= 2;
    }
    ::close(file);
  }
  // XFS takes its time to give back what a removed file had, but not what a cut one had.
  void give_back() const {
    fs::resize_file(disk_->path() + "/ballast", 0);
    fs::remove(disk_->path() + "/ballast");
  }

  std::unique_ptr<SmallDisk> disk_;
};

INSTANTIATE_TEST_SUITE_P(All, FullDisk, testing::Values("tmpfs", "ext4", "xfs"),
                         [](const auto& param) { return param.param; });

TEST_P(FullDisk, LeavesTheOldOrTheNewAtEverySize) {
  uint64_t points = 0, violations = 0, full = 0;
  for (const SaveScenario& scenario : save_scenarios()) {
    const ScenarioCheckpoint there(scenario, disk_->path());
    // Twice the need, and what a lock and a state file take.
    const uint64_t most = 2 * scenario.large_bytes + 24 * kStepBytes;
    const uint64_t step = kStepBytes * (is_torture() || scenario.large_bytes == 0 ? 1 : 16);
    for (uint64_t size_bytes = 0; size_bytes <= most; size_bytes += step) {
      for (const bool is_silent : {true, false}) {
        SCOPED_TRACE(testing::Message()
                     << scenario.label << ", " << size_bytes << " bytes are left");
        there.begin();
        leave(size_bytes);
        Result<SaveReport> report = Error();
        {
          std::optional<SilentDevice> silent;
          if (is_silent) silent.emplace();
          report = there.save(ScenarioCheckpoint::kNew);
        }
        if (!report.ok()) {
          ++full;
          const Error& error = report.error();
          EXPECT_TRUE(error.reason == reason::kNoSpace || error.code == Code::kExhausted)
              << error.to_string();
        }
        ++points;
        const bool is_right = there.is_right(there.what_is_there(), report.ok());
        EXPECT_TRUE(is_right);
        violations += is_right ? 0u : 1u;
        give_back();
        if (HasFailure()) return;
      }
    }
  }
  EXPECT_GT(full, 10u);
  EXPECT_LT(full, points);
  print_figure("S3",
               {{GetParam() + " points", points}, {"refused", full}, {"violations", violations}});
}

// What a series needs least is room: old steps go where a new one has none, and nothing else does.
TEST_P(FullDisk, IsPrunedWithoutLosingWhatStays) {
  const auto step_path = [&](int step) { return disk_->path() + "/m-" + std::to_string(step); };
  uint64_t points = 0;
  for (uint64_t left = 0; left <= 6 * kStepBytes; left += kStepBytes) {
    for (int step = 1; step <= 4; ++step)
      save_checkpoint(make_local_storage(), step_path(step),
                      {{"w", counting_tensor({3000}, static_cast<float>(step)), {}, {}, 0}});
    leave(left);
    const auto plan = plan_keep(disk_->path(), {.last = 2});
    ASSERT_TRUE(is_ok(plan));
    const Status status = execute(*plan);
    for (int step = 1; step <= 4; ++step) {
      ++points;
      const auto checkpoint = Checkpoint::open(step_path(step));
      const auto w = checkpoint.ok() ? checkpoint->read("w") : checkpoint.error();
      const bool is_gone = step <= 2 && !w.ok() && w.error().code == Code::kNotFound;
      if (is_gone) continue;
      ASSERT_TRUE(is_ok(w)) << step << ' ' << (status.ok() ? "" : status.error().to_string());
      EXPECT_EQ(*w, counting_tensor({3000}, static_cast<float>(step)));
    }
    give_back();
  }
  print_figure("T3", {{"points on a full disk", points}, {"mixes", 0}});
}

}  // namespace
}  // namespace holdall
