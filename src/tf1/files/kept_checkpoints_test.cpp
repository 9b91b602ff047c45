#include "tf1/files/kept_checkpoints.h"

#include <cmath>

#include "support/test_files.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using Clock = KeptCheckpoints::Clock;
using Strings = std::vector<std::string>;

constexpr Clock::time_point kStart(hours(100));

TEST(KeptCheckpoints, AreTheNewestFewOldestFirst) {
  KeptCheckpoints kept(2, 10000, kStart);
  Strings expired;
  for (const std::string path : {"a", "b", "c", "d"}) {
    kept.add(path, kStart + minutes(1));
    expired.push_back(kept.take_expired());
  }
  EXPECT_EQ(kept.paths(), (Strings{"c", "d"}));
  EXPECT_EQ(expired, (Strings{"", "", "a", "b"}));
}

TEST(KeptCheckpoints, RenewOneThatIsSavedAgain) {
  KeptCheckpoints kept(2, 10000, kStart);
  for (const std::string path : {"a", "b", "a"}) {
    kept.add(path, kStart);
    EXPECT_EQ(kept.take_expired(), "");
  }
  EXPECT_EQ(kept.paths(), (Strings{"b", "a"}));
  kept.add("c", kStart);
  EXPECT_EQ(kept.take_expired(), "b");
}

TEST(KeptCheckpoints, OfNoLimitRememberNothing) {
  for (const int max_to_keep : {0, -3}) {
    KeptCheckpoints kept(max_to_keep, 10000, kStart);
    for (const std::string path : {"a", "b"}) {
      kept.add(path, kStart);
      EXPECT_EQ(kept.take_expired(), "");
    }
    EXPECT_TRUE(kept.paths().empty());
  }
}

TEST(KeptCheckpoints, GiveUpOneAtATime) {
  KeptCheckpoints kept(1, 10000, kStart);
  for (const std::string path : {"a", "b", "c"}) kept.add(path, kStart);
  EXPECT_EQ(kept.take_expired(), "a");
  EXPECT_EQ(kept.take_expired(), "b");
  EXPECT_EQ(kept.take_expired(), "");
}

// Every hour a checkpoint; one in three hours stays.
TEST(KeptCheckpoints, KeepOneForEverAfterSoManyHours) {
  KeptCheckpoints kept(1, 3, kStart);
  Strings expired;
  for (int hour = 1; hour <= 12; ++hour) {
    kept.add(std::to_string(hour), kStart + hours(hour));
    if (std::string path = kept.take_expired(); !path.empty()) expired.push_back(path);
  }
  // Kept: those later than 3, then 6, then 9 hours after the start, as each fell off.
  EXPECT_EQ(expired, (Strings{"1", "2", "3", "5", "6", "8", "9", "11"}));
}

TEST(KeptCheckpoints, GoByTheTimeOfSavingAndNotOfFallingOff) {
  KeptCheckpoints kept(1, 3, kStart);
  kept.add("early", kStart + hours(3));
  kept.add("late", kStart + hours(50));
  EXPECT_EQ(kept.take_expired(), "early");
}

TEST(KeptCheckpoints, TakeAnyNumberOfHours) {
  for (const double never : {1e300, HUGE_VAL}) {
    KeptCheckpoints kept(1, never, kStart);
    kept.add("a", kStart + hours(1000));
    kept.add("b", kStart + hours(1001));
    EXPECT_EQ(kept.take_expired(), "a");
  }
  for (const double always : {0.0, -1e300, std::nan("")}) {
    KeptCheckpoints kept(1, always, kStart);
    kept.add("a", kStart + minutes(1));
    kept.add("b", kStart + minutes(2));
    EXPECT_EQ(kept.take_expired(), "");
  }
  KeptCheckpoints half(1, 0.5, kStart);
  half.add("a", kStart + minutes(29));
  half.add("b", kStart + minutes(31));
  EXPECT_EQ(half.take_expired(), "a");
  half.add("c", kStart + minutes(32));
  EXPECT_EQ(half.take_expired(), "");
}

TEST(RemovedCheckpoints, LoseTheirIndexDataAndMetaFilesAndNoOthers) {
  const auto storage = make_memory_storage();
  const Strings names = {"m-1.index",
                         "m-1.data-00000-of-00002",
                         "m-1.data-00001-of-00002",
                         "m-1.meta",
                         "m-1.data-00000-of-00002.bak",
                         "m-1.data-0-of-1",
                         "m-1.data-000000-of-000001",
                         "m-1.other",
                         "m-10.index",
                         "m-10.data-00000-of-00001",
                         "checkpoint"};
  for (const std::string& name : names) write_file(*storage, "d/" + name, "x");
  remove_checkpoint_files(*storage, "d/m-1", "meta", SaverVersion::kV2);
  auto left = *storage->list_directory("d");
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, (Strings{"checkpoint", "m-1.data-0-of-1", "m-1.data-00000-of-00002.bak",
                           "m-1.data-000000-of-000001", "m-1.other", "m-10.data-00000-of-00001",
                           "m-10.index"}));
  remove_checkpoint_files(*storage, "d/m-10", "other", SaverVersion::kV2);
  EXPECT_EQ(storage->list_directory("d")->size(), 5u);
  remove_checkpoint_files(*storage, "none/m", "meta", SaverVersion::kV2);
}

}  // namespace
}  // namespace holdall::tf1
