// Saves that look at what the device has before it counts, and files that stay for whom they were.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "holdall/saver.h"
#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/failing_calls.h"
#include "support/save_scenarios.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;

// A device that gives back other bytes than it was given, from some place of its files on.
class ForgetfulDevice : public local::SystemCalls {
 public:
  explicit ForgetfulDevice(off_t bad_offset) : bad_offset_(bad_offset) {
    before_ = local::replace_system_calls(this);
  }
  ForgetfulDevice(const ForgetfulDevice&) = delete;
  ForgetfulDevice& operator=(const ForgetfulDevice&) = delete;
  ~ForgetfulDevice() override { local::replace_system_calls(before_); }

  ssize_t pread(int file, void* into, size_t size_bytes, off_t offset) override {
    const ssize_t count = SystemCalls::pread(file, into, size_bytes, offset);
    struct stat status = {};
    const bool is_written = ::fstat(file, &status) == 0 && status.st_size > bad_offset_;
    if (is_written && offset <= bad_offset_ && offset + count > bad_offset_)
      static_cast<unsigned char*>(into)[bad_offset_ - offset] ^= 4;
    return count;
  }

 private:
  off_t bad_offset_;
  local::SystemCalls* before_ = nullptr;
};

class RereadSaves : public testing::Test {
 protected:
  Result<SaveReport> save(const std::string& name, float first, bool reread) {
    const auto plan =
        plan_save(directory_ / name, {{"w", counting_tensor({50'000}, first), {}, {}, 0}},
                  {.reread = reread});
    return execute(*plan);
  }
  const TempDirectory directory_;
};

TEST_F(RereadSaves, FindOutWhatTheDeviceForgot) {
  for (const std::string name : {"m", "m.safetensors", "m.npz"}) {
    ASSERT_TRUE(is_ok(save(name, 1, true)));
    const size_t count = directory_.names().size();
    {
      const ForgetfulDevice device(100'000);
      const auto refused = save(name, 2, true);
      ASSERT_TRUE(fails(refused, Code::kIo, {"does not give back what was written"}));
      EXPECT_EQ(refused.error().reason, reason::kChecksum);
    }
    EXPECT_EQ(directory_.names().size(), count);
    EXPECT_EQ(*Checkpoint::open(directory_ / name)->read("w"), counting_tensor({50'000}, 1));
    // Nobody asked.
    const ForgetfulDevice device(100'000);
    EXPECT_TRUE(is_ok(save(name, 3, false)));
  }
}

TEST_F(RereadSaves, FindOutWhatTheDeviceForgotOfTheIndex) {
  ASSERT_TRUE(is_ok(save("m", 1, true)));
  // The data has as many bytes too, but not in its first block: only the index is so short.
  class BadIndex : public local::SystemCalls {
   public:
    ssize_t pread(int file, void* into, size_t size_bytes, off_t offset) override {
      const ssize_t count = SystemCalls::pread(file, into, size_bytes, offset);
      struct stat status = {};
      if (::fstat(file, &status) == 0 && status.st_size < 1000 && is_direct(file))
        static_cast<unsigned char*>(into)[3] ^= 4;
      return count;
    }
    static bool is_direct(int file) { return (::fcntl(file, F_GETFL) & O_DIRECT) != 0; }
  } device;
  local::SystemCalls* before = local::replace_system_calls(&device);
  const auto refused = save("m", 2, true);
  local::replace_system_calls(before);
  EXPECT_TRUE(fails(refused, Code::kIo, {"m.index", "does not give back"}));
  EXPECT_EQ(*Checkpoint::open(directory_ / "m")->read("w"), counting_tensor({50'000}, 1));
}

mode_t rights_of(const std::string& path) {
  struct stat status = {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

// Looks at every byte on its way.
class PrivateWrites : public local::SystemCalls {
 public:
  PrivateWrites() : before_(local::replace_system_calls(this)) {}
  PrivateWrites(const PrivateWrites&) = delete;
  PrivateWrites& operator=(const PrivateWrites&) = delete;
  ~PrivateWrites() override { local::replace_system_calls(before_); }
  ssize_t write(int file, const void* bytes, size_t size_bytes) override {
    struct stat status = {};
    EXPECT_EQ(::fstat(file, &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    ++count;
    return SystemCalls::write(file, bytes, size_bytes);
  }
  int count = 0;

 private:
  local::SystemCalls* before_;
};

TEST(KeptRights, AreThoseOfTheFilesThatAreReplaced) {
  for (const SaveScenario& scenario : save_scenarios()) {
    if (!scenario.exists) continue;
    SCOPED_TRACE(scenario.label);
    const TempDirectory directory;
    const ScenarioCheckpoint there(scenario, directory.path());
    FailingCalls quick;
    there.begin();
    for (const auto& entry : fs::directory_iterator(there.directory()))
      fs::permissions(entry.path(), fs::perms(0600));
    for (int i = 0; i < 3; ++i) {
      const PrivateWrites watched;
      ASSERT_TRUE(is_ok(there.save(ScenarioCheckpoint::kNew)));
      EXPECT_GT(watched.count, 0);
    }
    for (const auto& entry : fs::directory_iterator(there.directory()))
      EXPECT_EQ(rights_of(entry.path().string()), 0600u) << entry.path();
  }
}

TEST(KeptRights, AreTheSystemsWhereNothingIsReplaced) {
  const TempDirectory directory;
  const mode_t mask = ::umask(027);
  save_checkpoint(make_local_storage(), directory / "m", {{"w", counting_tensor({3}), {}, {}, 0}});
  ::umask(mask);
  EXPECT_EQ(rights_of(directory / "m.index"), 0640u);
  EXPECT_EQ(rights_of(directory / "m.data-00000-of-00001"), 0640u);
}

// Rights that are not about who reads and writes go to nobody.
TEST(KeptRights, AreNoOthers) {
  const TempDirectory directory;
  const std::vector<SaveItem> items = {{"w", counting_tensor({3}), {}, {}, 0}};
  save_checkpoint(make_local_storage(), directory / "m", items);
  fs::permissions(directory / "m.index", fs::perms(06755));
  save_checkpoint(make_local_storage(), directory / "m", items);
  EXPECT_EQ(rights_of(directory / "m.index"), 0755u);
}

}  // namespace
}  // namespace holdall
