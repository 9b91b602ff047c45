// Parts of a tensor are read without the rest of it, and say what vouches for them.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "holdall/describe.h"
#include "holdall/session.h"
#include "holdall/tensor_stream.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr int64_t kRows = 500;
constexpr int64_t kColumns = 2000;
constexpr uint64_t kRowBytes = kColumns * sizeof(float);

class PartReading : public testing::Test {
 protected:
  void SetUp() override {
    const auto memory = make_memory_storage();
    save_checkpoint(memory, "m", {{"table", table_, {}, {}, 0}});
    memory_ = memory;
    storage_ = std::make_shared<FaultyStorage>(memory, plan_);
    checkpoint_ = *Checkpoint::open("m", {.storage = storage_});
    plan_->bytes_read = 0;
    plan_->call_count = 0;
  }

  // The part, compared with the same part of the whole; and how many bytes it took.
  uint64_t bytes_for(const Box& box, const ReadOptions& options = {}) {
    const uint64_t before = plan_->bytes_read;
    const auto part = checkpoint_.read_box("table", box, options);
    EXPECT_TRUE(is_ok(part));
    EXPECT_EQ(*part, cut_out(table_, box)) << box.to_string();
    return plan_->bytes_read - before;
  }

  void damage_last_row() {
    const std::string path = "m.data-00000-of-00001";
    std::string bytes = read_file(*memory_, path);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    write_file(*memory_, path, bytes);
    checkpoint_ = *Checkpoint::open("m", {.storage = storage_});
    plan_->bytes_read = 0;
  }

  const Tensor table_ = counting_tensor({kRows, kColumns});
  std::shared_ptr<Storage> memory_;
  std::shared_ptr<FaultPlan> plan_ = std::make_shared<FaultPlan>();
  std::shared_ptr<Storage> storage_;
  Checkpoint checkpoint_;
};

TEST_F(PartReading, ReadsNoByteBesideOfRows) {
  EXPECT_EQ(bytes_for({{7, 0}, {1, kColumns}}), kRowBytes);
  const uint64_t calls = plan_->call_count;
  EXPECT_EQ(bytes_for({{100, 0}, {50, kColumns}}), 50 * kRowBytes);
  EXPECT_EQ(plan_->call_count - calls, 1u) << "neighbouring rows are one read";
  EXPECT_EQ(bytes_for({{3, 5}, {0, 4}}), 0u);
}

TEST_F(PartReading, TakesASliceAsItIsSpelled) {
  const auto row = checkpoint_.read_slice("table", "7");
  ASSERT_TRUE(is_ok(row));
  EXPECT_EQ(row->shape(), Shape({kColumns}));
  EXPECT_TRUE(std::ranges::equal(row->bytes(), cut_out(table_, {{7, 0}, {1, kColumns}}).bytes()));
  EXPECT_EQ(plan_->bytes_read, kRowBytes);
  EXPECT_EQ(checkpoint_.read_slice("table", "-1,3")->shape(), Shape({}));
  EXPECT_EQ(*checkpoint_.read_slice("table", "1:3,..."), cut_out(table_, {{1, 0}, {2, kColumns}}));
  EXPECT_TRUE(fails(checkpoint_.read_slice("table", "0:x"), Code::kInvalidArgument, {"'table'"}));
  EXPECT_TRUE(fails(checkpoint_.read_slice("tables", "0"), Code::kNotFound, {"'table'"}));
  damage_last_row();
  EXPECT_TRUE(is_ok(checkpoint_.read_slice("table", "-1")));
  EXPECT_TRUE(fails(checkpoint_.read_slice("table", "-1", {.verify_parts = true}), Code::kCorrupt));
}

TEST_F(PartReading, LeavesWideGapsBetweenRowsOut) {
  EXPECT_EQ(bytes_for({{0, 10}, {kRows, 3}}), kRows * 3 * sizeof(float));
}

TEST_F(PartReading, TakesNarrowGapsAlong) {
  const uint64_t calls = plan_->call_count;
  // 500 elements of each row are left out, 2000 bytes.
  const uint64_t bytes = bytes_for({{0, 0}, {100, 1500}});
  EXPECT_LE(bytes, 100 * kRowBytes);
  EXPECT_GT(bytes, 100 * kRowBytes * 3 / 4);
  EXPECT_LE(plan_->call_count - calls, 5u);
}

TEST_F(PartReading, GivesTheElementsOfAnyBox) {
  std::mt19937 random(5);
  for (int round = 0; round < 100; ++round) {
    Box box;
    for (const int64_t size : {kRows, kColumns}) {
      box.starts.push_back(static_cast<int64_t>(random() % static_cast<uint64_t>(size)));
      const auto room = static_cast<uint64_t>(size - box.starts.back());
      box.lengths.push_back(static_cast<int64_t>(random() % (room + 1)));
    }
    bytes_for(box);
  }
}

TEST_F(PartReading, ReadsTheWholePieceToVerifyAPart) {
  const Box row{{7, 0}, {1, kColumns}};
  EXPECT_EQ(bytes_for(row, {.verify_parts = true}), kRows * kRowBytes);
  EXPECT_EQ(bytes_for(row, {.verify = false, .verify_parts = true}), kRowBytes);
  damage_last_row();
  EXPECT_EQ(bytes_for(row), kRowBytes);
  EXPECT_TRUE(fails(checkpoint_.read_box("table", row, {.verify_parts = true}), Code::kCorrupt,
                    {"Checksum does not match"}));
  EXPECT_TRUE(fails(checkpoint_.read_box("table", {{0, 0}, {kRows, kColumns}}), Code::kCorrupt,
                    {"Checksum does not match"}))
      << "the whole is verified, box or not";
}

TEST_F(PartReading, StreamsASliceWithoutTheRest) {
  damage_last_row();
  std::string bytes;
  StreamOptions options{.slice = *parse_slice("7,:", table_.shape())};
  const auto sink = [&](std::span<const std::byte> run) {
    bytes.append(reinterpret_cast<const char*>(run.data()), run.size());
    return Status();
  };
  ASSERT_TRUE(is_ok(stream_tensor(checkpoint_, "table", options, sink)));
  EXPECT_EQ(plan_->bytes_read, kRowBytes);
  const Tensor row = cut_out(table_, {{7, 0}, {1, kColumns}});
  EXPECT_EQ(bytes, std::string(reinterpret_cast<const char*>(row.bytes().data()), kRowBytes));
  options.verify_parts = true;
  EXPECT_TRUE(fails(stream_tensor(checkpoint_, "table", options, sink), Code::kCorrupt,
                    {"Checksum does not match"}));
}

TEST_F(PartReading, DescribesASliceWithoutTheRest) {
  damage_last_row();
  ASSERT_TRUE(is_ok(describe(checkpoint_, "table", {.slice = "7,0:10"})));
  EXPECT_EQ(plan_->bytes_read, 10 * sizeof(float));
  EXPECT_TRUE(fails(describe(checkpoint_, "table", {.slice = "7,0:10", .verify_parts = true}),
                    Code::kCorrupt, {"Checksum does not match"}));
}

TEST_F(PartReading, VerifiesPartsThatGoIntoASessionUnlessToldNotTo) {
  damage_last_row();
  RestoreTarget target;
  target.name = "table";
  target.box = Box{{7, 0}, {1, kColumns}};
  const auto plan = plan_restore(checkpoint_.catalog(), {&target, 1});
  ASSERT_TRUE(is_ok(plan));
  Session session;
  EXPECT_TRUE(
      fails(execute(*plan, checkpoint_, session), Code::kCorrupt, {"Checksum does not match"}));
  plan_->bytes_read = 0;
  const auto report = execute(*plan, checkpoint_, session, {.verify_parts = false});
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(plan_->bytes_read, kRowBytes);
  EXPECT_EQ(report->bytes_read, kRowBytes);
  EXPECT_EQ(report->bytes_verified, 0u);
}

}  // namespace
}  // namespace holdall
