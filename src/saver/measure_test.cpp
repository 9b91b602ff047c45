#include "holdall/measure.h"

#include <gtest/gtest.h>

#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

class Measure : public testing::Test {
 protected:
  Measure() {
    save_checkpoint(
        storage_, "m",
        {{"v", counting_tensor({1 << 20}), {}, {}, 0}, {"w", counting_tensor({10}), {}, {}, 0}});
  }
  MeasureOptions options(unsigned repeats = 3) const {
    return {.repeats = repeats, .open = {.storage = storage_}};
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(Measure, TellsHowLongEachWayTakes) {
  const auto report = measure("m", options());
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->tensor_count, 2u);
  EXPECT_EQ(report->repeats, 3u);
  ASSERT_GE(report->rows.size(), 6u);
  for (const Measurement& row : report->rows) {
    EXPECT_GT(row.seconds, 0) << row.name;
    EXPECT_LE(row.best_seconds, row.seconds) << row.name;
    if (!row.name.starts_with("restore")) continue;
    EXPECT_EQ(row.size_bytes, (1 << 22) + 40u) << row.name;
    ASSERT_TRUE(row.share_of_reading.has_value()) << row.name;
    EXPECT_GT(*row.share_of_reading, 0) << row.name;
    EXPECT_FALSE(row.note.empty()) << row.name;
  }
  EXPECT_EQ(report->rows.front().share_of_reading, 1.0);
  EXPECT_TRUE(report->rows[3].note.starts_with("mapped")) << report->rows[3].note;
  for (const char* const word : {"median", "GB/s", "restore, copied", "2 tensors", "3 rounds"})
    EXPECT_NE(report->to_string().find(word), std::string::npos) << word;
}

TEST_F(Measure, TellsWhatCannotBeMeasured) {
  EXPECT_TRUE(fails(measure("m", options(0)), Code::kInvalidArgument, {"one round"}));
  EXPECT_TRUE(fails(measure("n", options()), Code::kNotFound, {"n"}));
  std::string data = read_file(*storage_, "m.data-00000-of-00001");
  data[1000] ^= 1;
  write_file(*storage_, "m.data-00000-of-00001", data);
  EXPECT_TRUE(fails(measure("m", options()), Code::kCorrupt, {"Checksum does not match"}));
}

TEST_F(Measure, CountsAllRoundsAndMayBeStopped) {
  uint64_t total = 0;
  uint64_t last = 0;
  auto counted = options();
  counted.progress = [&](uint64_t done_bytes, uint64_t total_bytes) {
    EXPECT_GE(done_bytes, last);
    last = done_bytes;
    total = total_bytes;
    return true;
  };
  ASSERT_TRUE(is_ok(measure("m", counted)));
  EXPECT_EQ(last, total);
  EXPECT_EQ(total, 3 * 6 * ((1 << 22) + 40u));
  counted.progress = [](uint64_t done_bytes, uint64_t) { return done_bytes < 20 << 20; };
  EXPECT_TRUE(fails(measure("m", counted), Code::kIo, {"cancelled"}));
}

}  // namespace
}  // namespace holdall
