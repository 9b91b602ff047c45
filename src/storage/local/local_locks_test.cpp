// Who may write, and what dead writers leave.
#include <gtest/gtest.h>

#include <filesystem>

#include "holdall/storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

class LocalLocks : public testing::Test {
 protected:
  Status clean(std::string_view name) const {
    return storage_->remove_leftovers(
        directory_.path(), [&](const std::string& path) { return path == directory_ / name; });
  }

  TempDirectory directory_;
  std::shared_ptr<Storage> storage_ = make_local_storage();
};

TEST_F(LocalLocks, ExcludeOthersUntilTheyGo) {
  auto lock = storage_->lock(directory_ / "m");
  ASSERT_TRUE(is_ok(lock));
  ASSERT_NE(*lock, nullptr);
  const auto second = make_local_storage()->lock(directory_ / "m");
  EXPECT_TRUE(fails(second, Code::kIo, {"m: another save to it is going on"}));
  EXPECT_EQ(second.error().reason, reason::kLocked);
  EXPECT_TRUE(is_ok(storage_->lock(directory_ / "n")));
  lock->reset();
  EXPECT_TRUE(directory_.names().empty());
  EXPECT_TRUE(is_ok(storage_->lock(directory_ / "m")));
}

TEST_F(LocalLocks, OutliveNoProcessThatHeldThem) {
  write_test_file(directory_ / "m.holdall-lock", "");  // what one that was killed leaves
  EXPECT_TRUE(is_ok(storage_->lock(directory_ / "m")));
  EXPECT_TRUE(directory_.names().empty());
}

TEST_F(LocalLocks, LeftoversOfTheDeadGoAndThoseOfTheLivingStay) {
  auto writer = *storage_->open_writer(directory_ / "f");
  const std::string alive = directory_.names().at(0);
  write_test_file(directory_ / "f.tmp0123456789abcdef", "dead");
  ASSERT_TRUE(is_ok(clean("f")));
  EXPECT_EQ(directory_.names(), Names{alive});
  ASSERT_TRUE(is_ok(writer->close(Durability::kDurable)));
  ASSERT_TRUE(is_ok(clean("f")));
  ASSERT_TRUE(is_ok(writer->publish()));
  EXPECT_EQ(directory_.names(), Names{"f"});
}

TEST_F(LocalLocks, LeftoversAreOnlyFilesOfOurPatternAndOfThatPath) {
  const Names strangers = {"f",
                           "f.tmp",
                           "f.tmp0123456789abcde",
                           "f.tmp0123456789abcdeg",
                           "g.tmp0123456789abcdef",
                           "f.tmp0123456789ABCDEF"};
  for (const std::string& name : strangers) write_test_file(directory_ / name, "x");
  std::filesystem::create_symlink("f", directory_ / "f.tmp00000000000000ff");
  (void)clean("f");
  EXPECT_EQ(directory_.names().size(), strangers.size() + 1);
}

}  // namespace
}  // namespace holdall
