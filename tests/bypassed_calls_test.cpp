// That no call to the operating system about a checkpoint's files goes past the seam where tests
// make calls fail: what was shown there holds for all of them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "holdall/session.h"
#include "support/figures.h"
#include "support/save_scenarios.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/watched_calls.h"

namespace holdall {
namespace {

class BypassedCalls : public testing::TestWithParam<SaveScenario> {
 protected:
  void SetUp() override {
    if (!can_watch_calls()) GTEST_SKIP() << "the sanitizer has functions of its own there";
  }
};

INSTANTIATE_TEST_SUITE_P(All, BypassedCalls, testing::ValuesIn(save_scenarios()),
                         [](const auto& param) { return param.param.label; });

TEST_P(BypassedCalls, AreNone) {
  const TempDirectory directory;
  const ScenarioCheckpoint there(GetParam(), directory.path());
  uint64_t count = 0;
  {
    const WatchedCalls watched(directory.path());
    there.begin();
    ASSERT_TRUE(is_ok(there.save(ScenarioCheckpoint::kNew)));
    for (const IoMode io :
         {IoMode::kAuto, IoMode::kMap, IoMode::kMapCopy, IoMode::kCopy, IoMode::kDirect}) {
      Session session;
      const uint64_t before = watched.count();
      ASSERT_TRUE(is_ok(session.load(there.path(), {.read = {.io = io}})));
      ASSERT_TRUE(session.find("a").has_value());
      EXPECT_GT(watched.count(), before) << io_mode_name(io);
    }
    EXPECT_EQ(watched.bypassing(), std::vector<std::string>());
    count = watched.count();
  }
  EXPECT_GT(count, 30u);
  print_figure("F1", {{"calls seen by the C library", count}, {"past the seam", 0}});
}

// The watch itself.
TEST(WatchedCallsTest, SeeWhatGoesPastTheSeam) {
  if (!can_watch_calls()) GTEST_SKIP() << "the sanitizer has functions of its own there";
  const TempDirectory directory;
  const WatchedCalls watched(directory.path());
  const std::string path = directory / "f";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  EXPECT_EQ(::write(file, "x", 1), 1);
  ::close(file);
  EXPECT_EQ(::unlink(path.c_str()), 0);
  EXPECT_EQ(watched.bypassing(), (std::vector<std::string>{"open", "write", "unlink"}));
  EXPECT_EQ(watched.count(), 0u);
}

}  // namespace
}  // namespace holdall
