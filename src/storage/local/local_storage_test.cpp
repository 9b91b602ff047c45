#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "holdall/storage.h"
#include "storage/local/local_file_ops.h"
#include "support/failing_calls.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;

class LocalStorageTest : public testing::Test {
 protected:
  TempDirectory directory_;
  std::shared_ptr<Storage> storage_ = make_local_storage();
};

TEST_F(LocalStorageTest, RefusesAPipeWithoutWaitingForIt) {
  const std::string pipe = directory_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_TRUE(
      fails(storage_->open_reader(pipe), Code::kInvalidArgument, {"this is not a regular file"}));
  EXPECT_TRUE(fails(storage_->open_reader("/dev/null"), Code::kInvalidArgument,
                    {"/dev/null: this is not a regular file"}));
}

TEST_F(LocalStorageTest, TakesTheLongestNames) {
  const std::string name(255, 'n');
  write_file(*storage_, directory_ / name, "text");
  EXPECT_EQ(read_test_file(directory_ / name), "text");
  auto writer = *storage_->open_writer(directory_ / (name + 'n'));
  ASSERT_TRUE(is_ok(writer->close(Durability::kAtomic)));
  const auto status = writer->publish();
  EXPECT_TRUE(fails(status, Code::kInvalidArgument, {"File name too long"}));
  EXPECT_EQ(status.error().system_error, ENAMETOOLONG);
  writer.reset();
  EXPECT_EQ(directory_.names(), std::vector<std::string>{name});
}

TEST_F(LocalStorageTest, RefusesPathsWithANul) {
  write_test_file(directory_ / "f", "text");
  const std::string path = (directory_ / "f") + std::string("\0g", 2);
  for (const Status& status :
       {storage_->remove(path), storage_->make_directories(path), storage_->sync_directory(path)}) {
    EXPECT_TRUE(fails(status, Code::kInvalidArgument, {"the path has a NUL byte"}));
  }
  EXPECT_TRUE(fails(storage_->open_reader(path), Code::kInvalidArgument));
  EXPECT_TRUE(fails(storage_->open_writer(path), Code::kInvalidArgument));
  EXPECT_TRUE(fails(storage_->list_directory(path), Code::kInvalidArgument));
  EXPECT_FALSE(storage_->is_directory(directory_.path() + std::string("\0", 1)));
  EXPECT_EQ(directory_.names(), std::vector<std::string>{"f"});
}

TEST_F(LocalStorageTest, WritesUnderATemporaryNameBesideTheFile) {
  auto writer = *storage_->open_writer(directory_ / "f");
  ASSERT_EQ(directory_.names().size(), 1u);
  EXPECT_TRUE(directory_.names()[0].starts_with("f.tmp"));
  EXPECT_EQ(directory_.names()[0].size(), std::strlen("f.tmp") + 16);
}

TEST_F(LocalStorageTest, HonoursTheUserMask) {
  const mode_t mask = ::umask(0027);
  write_file(*storage_, directory_ / "f", "x");
  ::umask(mask);
  struct stat status = {};
  ASSERT_EQ(::stat((directory_ / "f").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
}

TEST_F(LocalStorageTest, DoesNotWriteThroughALinkToTheOldFile) {
  write_test_file(directory_ / "original", "old");
  fs::create_hard_link(directory_ / "original", directory_ / "hard");
  fs::create_symlink("original", directory_ / "soft");
  write_file(*storage_, directory_ / "hard", "new");
  write_file(*storage_, directory_ / "soft", "new");
  EXPECT_EQ(read_test_file(directory_ / "original"), "old");
  EXPECT_EQ(read_test_file(directory_ / "hard"), "new");
  EXPECT_EQ(read_test_file(directory_ / "soft"), "new");
}

TEST_F(LocalStorageTest, MapsNothingOfAFileThatWasCut) {
  write_test_file(directory_ / "f", std::string(10'000, 'x'));
  const auto reader = *storage_->open_reader(directory_ / "f");
  fs::resize_file(directory_ / "f", 5000);
  EXPECT_EQ(reader->map(), nullptr);
  EXPECT_EQ(reader->size_bytes(), 10'000u);
  std::vector<std::byte> bytes(10'000);
  const auto read = reader->read_exact(0, bytes);
  EXPECT_TRUE(
      fails(read, Code::kIo, {"it ends at byte 5000 now", "10000 bytes when it was opened"}));
  EXPECT_EQ(read.error().reason, reason::kChangedWhileReading);
}

TEST_F(LocalStorageTest, MapsTheFileThatWasOpenedNotTheOneThatReplacedIt) {
  write_test_file(directory_ / "f", "first");
  const auto reader = *storage_->open_reader(directory_ / "f");
  write_file(*storage_, directory_ / "f", "other");
  const auto mapping = reader->map();
  ASSERT_NE(mapping, nullptr);
  EXPECT_EQ(std::memcmp(mapping.get(), "first", 5), 0);
}

TEST_F(LocalStorageTest, TakesRelativePaths) {
  const fs::path before = fs::current_path();
  fs::current_path(directory_.path());
  write_file(*storage_, "f", "text");
  EXPECT_EQ(*storage_->list_directory(""), std::vector<std::string>{"f"});
  EXPECT_TRUE(is_ok(storage_->sync_directory("")));
  EXPECT_EQ(read_file(*storage_, "./f"), "text");
  fs::current_path(before);
}

TEST_F(LocalStorageTest, LeaksNoDescriptors) {
  const auto open_count = [] {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
  };
  const auto before = open_count();
  for (int i = 0; i < 10; ++i) {
    write_file(*storage_, directory_ / "f", "x");
    (void)storage_->open_reader(directory_ / "f");
    (void)storage_->open_reader(directory_.path());
    (void)storage_->open_writer(directory_ / "g");
    (void)storage_->sync_directory(directory_.path());
    (void)storage_->list_directory(directory_.path());
  }
  EXPECT_EQ(open_count(), before);
}

TEST(LocalFileOps, ReplacesNoFileThatExists) {
  const TempDirectory directory;
  write_test_file(directory / "f", "x");
  EXPECT_TRUE(fails(local::create_new(directory / "f"), Code::kIo, {"File exists"}));
  fs::create_symlink("nowhere", directory / "dangling");
  EXPECT_TRUE(fails(local::create_new(directory / "dangling"), Code::kIo, {"File exists"}));
}

TEST_F(LocalStorageTest, KnowsWhatIsFreeWhereADirectoryWillBe) {
  const auto here = storage_->free_bytes(directory_.path());
  ASSERT_TRUE(here.has_value());
  EXPECT_LE(*here, fs::space(directory_.path()).capacity);
  EXPECT_TRUE(storage_->free_bytes(directory_ / "not/made/yet").has_value());
  EXPECT_TRUE(storage_->free_bytes("").has_value());
  EXPECT_FALSE(make_memory_storage()->free_bytes("").has_value());
}

// Wherever the tests run, that is a file system of this machine.
TEST_F(LocalStorageTest, KnowsWhichKindOfFileSystemItIs) {
  write_file(*storage_, directory_ / "f", "x");
  const auto reader = *storage_->open_reader(directory_ / "f");
  EXPECT_TRUE(reader->site().is_local) << reader->site().kind;
  EXPECT_FALSE(reader->site().kind.empty());
  EXPECT_EQ((*storage_->open_reader("/proc/self/status"))->site().kind,
            "an unknown file system (0x9fa0)");
}

// Of a file that is not mapped, it says nothing.
TEST_F(LocalStorageTest, TakesHints) {
  write_file(*storage_, directory_ / "f", std::string(3 << 20, 'x'));
  const auto reader = *storage_->open_reader(directory_ / "f");
  reader->expect_in_order(true);
  const auto mapping = reader->map();
  ASSERT_NE(mapping, nullptr);
  reader->expect_in_order(true);
  EXPECT_EQ(mapping.get()[(3 << 20) - 1], std::byte{'x'});
  reader->expect_in_order(false);
  EXPECT_EQ(mapping.get()[0], std::byte{'x'});
  EXPECT_FALSE(reader->is_cold());
}

// Wherever a read begins and ends; the last bytes of a file that fills no page among them.
TEST_F(LocalStorageTest, ReadsAroundTheCache) {
  std::string bytes(9 << 20, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 4096);
  bytes.resize(bytes.size() - 1000);
  write_file(*storage_, directory_ / "f", bytes);
  const auto reader = *storage_->open_reader(directory_ / "f");
  const auto direct = reader->direct();
  if (direct == nullptr) GTEST_SKIP() << reader->site().kind << " has no direct reads";
  EXPECT_EQ(direct->size_bytes(), bytes.size());
  EXPECT_EQ(direct->site().kind, reader->site().kind);
  // Its path leads elsewhere, and it goes on.
  ASSERT_TRUE(is_ok(storage_->remove(directory_ / "f")));
  for (const auto& [offset, size_bytes] : {std::pair<size_t, size_t>{0, 1},
                                           {0, bytes.size()},
                                           {4095, 2},
                                           {4096, 4096},
                                           {1, 8 << 20},
                                           {bytes.size() - 1, 1},
                                           {bytes.size() - 5000, 5000}}) {
    std::string into(size_bytes, '?');
    ASSERT_TRUE(is_ok(direct->read_exact(offset, std::as_writable_bytes(std::span(into)))));
    EXPECT_TRUE(into == bytes.substr(offset, size_bytes)) << offset;
  }
  std::byte none{};
  EXPECT_EQ(*direct->read_some(bytes.size(), {&none, 1}), 0u);
  EXPECT_EQ(*direct->read_some(UINT64_MAX, {&none, 1}), 0u);
  EXPECT_EQ(direct->read_exact(bytes.size() - 1, std::as_writable_bytes(std::span(bytes).first(2)))
                .error()
                .reason,
            reason::kCutShort);
}

// Room is taken beforehand: a device that is too small is known before the first byte is written.
TEST_F(LocalStorageTest, TakesRoomForALargeFileBeforeItIsWritten) {
  const std::string bytes(20 << 20, 'x');
  for (const Durability durability : {Durability::kDurable, Durability::kAtomic}) {
    auto writer = *storage_->open_writer(directory_ / "large");
    ASSERT_TRUE(is_ok(writer->prepare(bytes.size(), durability)));
    for (size_t at = 0; at < bytes.size(); at += 3 << 20)
      ASSERT_TRUE(is_ok(writer->append(std::as_bytes(
          std::span(bytes).subspan(at).first(std::min<size_t>(3 << 20, bytes.size() - at))))));
    ASSERT_TRUE(is_ok(writer->close(durability)));
    ASSERT_TRUE(is_ok(writer->publish()));
    EXPECT_TRUE(read_file(*storage_, directory_ / "large") == bytes);
  }
  // A file that stays shorter than was said has no more than its bytes.
  auto writer = *storage_->open_writer(directory_ / "short");
  ASSERT_TRUE(is_ok(writer->prepare(bytes.size(), Durability::kAtomic)));
  ASSERT_TRUE(is_ok(writer->append(std::as_bytes(std::span("few", 3)))));
  ASSERT_TRUE(is_ok(writer->close(Durability::kAtomic)));
  ASSERT_TRUE(is_ok(writer->publish()));
  EXPECT_EQ(read_file(*storage_, directory_ / "short"), "few");
}

TEST_F(LocalStorageTest, TellsThatThereIsNoRoom) {
  auto writer = *storage_->open_writer(directory_ / "f");
  const auto refused = writer->prepare(uint64_t{1} << 62, Durability::kAtomic);
  // Some file systems say that no file may be as large, which writing would find.
  EXPECT_TRUE(refused.ok() || refused.error().code == Code::kIo);
  for (const int number : {ENOSPC, EDQUOT, EOPNOTSUPP, EINVAL}) {
    FailingCalls calls(0, {CallFault::kErrno, number});
    const auto status = writer->prepare(8 << 20, Durability::kAtomic);
    EXPECT_STREQ(calls.failed_call(), "fallocate");
    const bool is_full = number == ENOSPC || number == EDQUOT;
    EXPECT_EQ(status.ok(), !is_full) << number;
    EXPECT_TRUE(status.ok() || status.error().reason == reason::kNoSpace);
  }
}

TEST(LocalFileOps, TellsWhyTheFreeSpaceIsNotKnown) {
  EXPECT_TRUE(fails(local::free_bytes("/not/there"), Code::kNotFound, {"cannot ask for the free"}));
}

}  // namespace
}  // namespace holdall
