#include <gtest/gtest.h>

#include "holdall/restore.h"
#include "holdall/session.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

std::vector<SaveItem> two_tensors(float first = 0) {
  return {{"a", counting_tensor({3}, first), {}, {}, 0},
          {"b", counting_tensor({4, 2}, first + 100), {}, {}, 0}};
}

const RestoreOptions kOthersMayBeThere = {.policies = {.unexpected = UnexpectedPolicy::kSkip}};

class ExecuteRestore : public testing::Test {
 protected:
  ExecuteRestore() : checkpoint_(save_and_open(storage_, "m", two_tensors())) {
    EXPECT_TRUE(session_.assign("old", counting_tensor({1}, 7)).ok());
  }

  void expect_untouched() const {
    EXPECT_EQ(session_.snapshot().generation(), 1u);
    EXPECT_EQ(session_.snapshot().count(), 1u);
    EXPECT_EQ(*session_.find("old"), counting_tensor({1}, 7));
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
  Checkpoint checkpoint_;
  Session session_;
};

TEST_F(ExecuteRestore, ReportsWhatItDid) {
  const auto plan = plan_restore(checkpoint_.catalog(), "dna");
  const auto report = execute(*plan, checkpoint_, session_);
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(session_.snapshot().generation(), 2u);
  EXPECT_EQ(session_.snapshot().scopes(), std::vector<std::string>{"dna"});
  EXPECT_EQ(*session_.scope("dna").at("a"), counting_tensor({3}));
  EXPECT_EQ(*session_.scope("dna").at("b"), counting_tensor({4, 2}, 100));
  EXPECT_EQ(report->checkpoint_path, "m");
  EXPECT_EQ(report->scope, "dna");
  EXPECT_EQ(report->restored.size(), 2u);
  EXPECT_EQ(report->bytes_read, 44u);
  EXPECT_EQ(report->bytes_verified, 44u);
  EXPECT_GE(report->seconds, 0);
  EXPECT_EQ(report->summary(),
            "2/2 restored into dna/ · 44 B verified · 0 kept · 0 skipped · mapped");
}

TEST_F(ExecuteRestore, SaysWhatIsMapped) {
  const RestoreTarget target{"x", "a", {}, {}, {}, {}};
  const auto mapped = execute(*plan_restore(checkpoint_.catalog(), {&target, 1}, kOthersMayBeThere),
                              checkpoint_, session_, {.io = IoMode::kMap});
  ASSERT_TRUE(is_ok(mapped));
  EXPECT_EQ(mapped->summary(),
            "1/1 restored into the session · 12 B verified · 0 kept · 1 skipped · mapped");
  ASSERT_EQ(mapped->skipped.size(), 1u);
  EXPECT_EQ(mapped->skipped[0].source_name, "b");
  const RestoreTarget part{"y", "b", {}, {}, Box{{1, 0}, {1, 2}}, {}};
  const RestoreTarget both[] = {target, part};
  const auto some = execute(*plan_restore(checkpoint_.catalog(), both, kOthersMayBeThere),
                            checkpoint_, session_, {.io = IoMode::kMap});
  ASSERT_TRUE(is_ok(some));
  EXPECT_TRUE(some->summary().ends_with("1 mapped, 1 copied")) << some->summary();
}

TEST_F(ExecuteRestore, ReplacesValuesOfTargets) {
  const RestoreTarget targets[] = {{"old", "a", {}, {}, {}, {}},
                                   {"part", "b", {}, {}, Box{{1, 0}, {2, Box::kAll}}, {}}};
  const auto plan = plan_restore(checkpoint_.catalog(), targets, kOthersMayBeThere);
  ASSERT_TRUE(is_ok(execute(*plan, checkpoint_, session_)));
  EXPECT_EQ(*session_.find("old"), counting_tensor({3}));
  EXPECT_EQ(*session_.find("part"), cut_out(counting_tensor({4, 2}, 100), {{1, 0}, {2, 2}}));
  EXPECT_TRUE(session_.snapshot().scopes().empty());
}

TEST_F(ExecuteRestore, DoesNothingForAPlanWithProblems) {
  const RestoreTarget targets[] = {{"old", "a", {}, {}, {}, {}}, {"x", "missing", {}, {}, {}, {}}};
  const auto plan = plan_restore(checkpoint_.catalog(), targets, kOthersMayBeThere);
  EXPECT_TRUE(fails(execute(*plan, checkpoint_, session_), Code::kNotFound,
                    {"m: tensor 'missing': Key missing not found"}));
  expect_untouched();
}

TEST_F(ExecuteRestore, ChangesNothingIfOneTensorIsDamaged) {
  std::string data = read_file(*storage_, "m.data-00000-of-00001");
  data[40] ^= 1;
  write_file(*storage_, "m.data-00000-of-00001", data);
  const RestoreTarget targets[] = {{"old", "a", {}, {}, {}, {}}, {"b", "b", {}, {}, {}, {}}};
  const auto plan = plan_restore(checkpoint_.catalog(), targets, kOthersMayBeThere);
  EXPECT_TRUE(fails(execute(*plan, checkpoint_, session_), Code::kCorrupt,
                    {"m.data-00000-of-00001: tensor 'b': Checksum does not match"}));
  expect_untouched();
}

TEST_F(ExecuteRestore, ChangesNothingWhicheverCallFails) {
  const auto faults = std::make_shared<FaultPlan>();
  const auto checkpoint =
      *Checkpoint::open("m", {std::make_shared<FaultyStorage>(storage_, faults)});
  const auto plan = plan_restore(checkpoint.catalog(), "dna");
  // The data file is opened, then all tensors come in one read, since they lie side by side.
  for (uint64_t at = 0; at < 2; ++at) {
    const auto fresh = *Checkpoint::open("m", {std::make_shared<FaultyStorage>(storage_, faults)});
    faults->call_count = 0;
    faults->fail_at_call = at;
    EXPECT_TRUE(
        fails(execute(*plan, fresh, session_), Code::kIo, {"scope 'dna': m.", "fault on demand"}))
        << at;
    expect_untouched();
    faults->fail_at_call = FaultPlan::kNever;
  }
  EXPECT_TRUE(is_ok(execute(*plan, checkpoint, session_)));
}

TEST_F(ExecuteRestore, RefusesAScopeThatIsTakenBeforeItReads) {
  ASSERT_TRUE(is_ok(execute(*plan_restore(checkpoint_.catalog(), "dna"), checkpoint_, session_)));
  const auto faults = std::make_shared<FaultPlan>();
  const auto other = *Checkpoint::open("m", {std::make_shared<FaultyStorage>(storage_, faults)});
  const uint64_t calls = faults->call_count;
  const auto again = execute(*plan_restore(other.catalog(), "dna"), other, session_);
  EXPECT_TRUE(fails(again, Code::kInvalidArgument, {"scope 'dna'", "variables of m"}));
  EXPECT_EQ(again.error().reason, reason::kScopeTaken);
  EXPECT_EQ(faults->call_count, calls);
}

TEST_F(ExecuteRestore, RefusesACheckpointOtherThanThePlanned) {
  const RestoreTarget whole{"x", "b", {}, {}, {}, {}};
  const RestoreTarget part{"x", "b", {}, {}, Box{{3, 1}, {1, 1}}, {}};
  const Tensor others[] = {counting_tensor({2, 4}), counting_tensor({3, 2}), counting_tensor({8}),
                           *Tensor::of<int32_t>({4, 2}, {1, 2, 3, 4, 5, 6, 7, 8})};
  for (const Tensor& value : others) {
    const Checkpoint other = save_and_open(storage_, "other", {{"b", value, {}, {}, 0}});
    for (const RestoreTarget& target : {whole, part}) {
      const auto plan = plan_restore(checkpoint_.catalog(), {&target, 1}, kOthersMayBeThere);
      const auto report = execute(*plan, other, session_);
      ASSERT_TRUE(fails(report, Code::kIo, {"it is not what was planned", "plan again"}));
      EXPECT_EQ(report.error().reason, reason::kStalePlan);
    }
  }
  const Checkpoint without = save_and_open(storage_, "other", {{"c", others[0], {}, {}, 0}});
  EXPECT_TRUE(fails(execute(*plan_restore(checkpoint_.catalog(), {&whole, 1}, kOthersMayBeThere),
                            without, session_),
                    Code::kIo, {"tensor 'b': it is not what was planned"}));
  expect_untouched();
}

TEST_F(ExecuteRestore, ReadsBoxesOfPartitionedTensors) {
  const Tensor whole = counting_tensor({6, 5});
  std::vector<SaveItem> items;
  for (const Box& box : {Box{{0, 0}, {2, 5}}, Box{{2, 0}, {4, 2}}, Box{{2, 2}, {4, 3}}}) {
    items.push_back({"p", cut_out(whole, box), box, whole.shape(), 0});
  }
  const Checkpoint checkpoint = save_and_open(storage_, "p", items);
  const Box across{{1, 1}, {3, 3}};
  const RestoreTarget targets[] = {{"whole", "p", {}, whole.shape(), {}, {}},
                                   {"across", "p", {}, {}, across, whole.shape()}};
  ASSERT_TRUE(is_ok(execute(*plan_restore(checkpoint.catalog(), targets, kOthersMayBeThere),
                            checkpoint, session_)));
  EXPECT_EQ(*session_.find("whole"), whole);
  EXPECT_EQ(*session_.find("across"), cut_out(whole, across));
}

}  // namespace
}  // namespace holdall
