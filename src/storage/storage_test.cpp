#include "holdall/storage.h"
#include "storage/path_below.h"

#include <gtest/gtest.h>

#include "storage/faulty_storage.h"
#include "storage/storage_registry.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

TEST(StoragePaths, SplitAndJoin) {
  EXPECT_EQ(directory_of("a/b/c"), "a/b");
  EXPECT_EQ(directory_of("c"), "");
  EXPECT_EQ(directory_of("/c"), "/");
  EXPECT_EQ(directory_of("a/"), "a");
  EXPECT_EQ(directory_of(""), "");
  EXPECT_EQ(base_name_of("a/b/c"), "c");
  EXPECT_EQ(base_name_of("c"), "c");
  EXPECT_EQ(base_name_of("a/"), "");
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a/", "b"), "a/b");
  EXPECT_EQ(join_path("/", "b"), "/b");
  EXPECT_EQ(join_path("", "b"), "b");
}

// As they are spelled.
TEST(PathBelow, IsTheWayIntoADirectory) {
  EXPECT_EQ(path_below("a", "a/b/c"), "b/c");
  EXPECT_EQ(path_below("a/", "a/./x/../b"), "b");
  EXPECT_EQ(path_below("", "b"), "b");
  EXPECT_EQ(path_below("../a", "../a/b"), "b");
  EXPECT_EQ(path_below("/a", "/a/..b"), "..b");
  EXPECT_EQ(path_below("a", "a"), ".");
  EXPECT_EQ(path_below("a", "b"), "");
  EXPECT_EQ(path_below("a", "a/../b"), "");
  EXPECT_EQ(path_below("a", "ab"), "");
  EXPECT_EQ(path_below("a", "/b"), "");
}

TEST(DurabilityNames, AreFoundAgain) {
  for (const Durability each : {Durability::kDurable, Durability::kAtomic, Durability::kNone})
    EXPECT_EQ(find_durability(durability_name(each)), each);
  EXPECT_EQ(find_durability("atomic"), Durability::kAtomic);
  EXPECT_FALSE(find_durability("kAtomic"));
  EXPECT_FALSE(find_durability(""));
}

TEST(StorageRegistry, TakesPlainPathsAndFileUrls) {
  for (const std::string_view path : {"save/m", "/abs/m", "a/b://c", "://x", "m:"}) {
    const auto location = locate(path, nullptr);
    ASSERT_TRUE(is_ok(location)) << path;
    EXPECT_EQ(location->path, path);
    EXPECT_NE(location->storage, nullptr);
  }
  EXPECT_EQ(locate("file:///abs/m", nullptr)->path, "/abs/m");
}

TEST(StorageRegistry, RefusesSchemesThatItDoesNotKnow) {
  EXPECT_TRUE(fails(locate("s3://bucket/m", nullptr), Code::kUnsupported,
                    {"no storage for 's3://bucket/m'; this build opens plain paths, file://"}));
}

TEST(StorageRegistry, LeavesThePathToAStorageThatIsGiven) {
  const auto storage = make_memory_storage();
  const auto location = locate("s3://bucket/m", storage);
  EXPECT_EQ(location->storage, storage);
  EXPECT_EQ(location->path, "s3://bucket/m");
}

class FaultyStorageTest : public testing::Test {
 protected:
  FaultyStorageTest() { write_file(*inner_, "f", "0123456789"); }

  std::shared_ptr<Storage> inner_ = make_memory_storage();
  std::shared_ptr<FaultPlan> plan_ = std::make_shared<FaultPlan>();
  FaultyStorage storage_{inner_, plan_};
};

TEST_F(FaultyStorageTest, FailsFromTheChosenCallOn) {
  std::array<std::byte, 4> bytes;
  const auto reader = *storage_.open_reader("f");
  plan_->fail_at_call = 2;
  EXPECT_TRUE(is_ok(reader->read_exact(0, bytes)));
  EXPECT_TRUE(fails(reader->read_exact(0, bytes), Code::kIo, {"f: cannot read: fault on demand"}));
  EXPECT_TRUE(fails(storage_.open_writer("g"), Code::kIo, {"g: cannot create"}));
  EXPECT_TRUE(fails(storage_.remove("f"), Code::kIo, {"cannot remove"}));
  EXPECT_EQ(read_file(*inner_, "f"), "0123456789");
  EXPECT_EQ(plan_->call_count, 5u);
  EXPECT_EQ(plan_->bytes_read, 4u);
}

TEST_F(FaultyStorageTest, ShortensReads) {
  plan_->max_read_bytes = 3;
  std::string text(10, ' ');
  const auto reader = *storage_.open_reader("f");
  EXPECT_EQ(*reader->read_some(0, std::as_writable_bytes(std::span(text))), 3u);
  EXPECT_TRUE(is_ok(reader->read_exact(0, std::as_writable_bytes(std::span(text)))));
  EXPECT_EQ(text, "0123456789");
}

}  // namespace
}  // namespace holdall
