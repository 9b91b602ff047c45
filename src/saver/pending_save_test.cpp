#include "holdall/pending_save.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "holdall/session.h"
#include "storage/faulty_storage.h"
#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

class SaveAsync : public testing::Test {
 protected:
  SaveAsync() { EXPECT_TRUE(is_ok(session_.assign("a/v", counting_tensor({1000})))); }

  // Of a save that waits, once begun, until `go_on_` is set.
  SaveOptions slow() {
    SaveOptions options{.storage = storage_};
    options.progress = [this](uint64_t, uint64_t) {
      has_begun_ = true;
      while (!go_on_) std::this_thread::yield();
      return true;
    };
    return options;
  }

  void wait_for_begin() const {
    while (!has_begun_) std::this_thread::yield();
  }

  Result<Tensor> saved(const std::string& path, const std::string& name) {
    auto checkpoint = Checkpoint::open(path, {storage_});
    if (!checkpoint.ok()) return std::move(checkpoint).error();
    return checkpoint->read(name);
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
  Session session_;
  std::atomic<bool> has_begun_ = false;
  std::atomic<bool> go_on_ = false;
};

TEST_F(SaveAsync, SavesWhatTheSessionHeldWhateverBecomesOfIt) {
  auto pending = session_.save_async("m", slow());
  ASSERT_TRUE(is_ok(pending));
  wait_for_begin();
  ASSERT_TRUE(is_ok(session_.assign("a/v", counting_tensor({3}))));
  ASSERT_TRUE(is_ok(session_.assign("a/w", counting_tensor({3}))));
  ASSERT_TRUE(is_ok(session_.drop_scope("a")));
  EXPECT_FALSE(pending->is_done());
  EXPECT_FALSE(pending->wait_for(0.001));
  EXPECT_TRUE(fails(Checkpoint::open("m", {storage_}), Code::kNotFound, {"m"}));
  go_on_ = true;
  const auto report = pending->wait();
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->tensor_count, 1u);
  EXPECT_EQ(pending->wait()->summary(), report->summary());
  EXPECT_TRUE(pending->is_done());
  EXPECT_TRUE(pending->wait_for(0));
  EXPECT_EQ(*saved("m", "a/v"), counting_tensor({1000}));
}

TEST_F(SaveAsync, SaysAtOnceWhatCanBeSaidBefore) {
  EXPECT_TRUE(fails(session_.save_async("m", {.storage = storage_, .scope = "b"}), Code::kNotFound,
                    {"nothing to save", "'b'"}));
  EXPECT_TRUE(fails(session_.save_async("m", {.format = "no", .storage = storage_}),
                    Code::kUnsupported, {"no"}));
  const auto faults = std::make_shared<FaultPlan>();
  faults->free_bytes = 100;
  EXPECT_TRUE(fails(
      session_.save_async("m", {.storage = std::make_shared<FaultyStorage>(storage_, faults)}),
      Code::kExhausted, {"100"}));
}

TEST_F(SaveAsync, TellsWhatFailsLater) {
  const auto faults = std::make_shared<FaultPlan>();
  faults->fail_at_call = 3;
  auto pending =
      session_.save_async("m", {.storage = std::make_shared<FaultyStorage>(storage_, faults)});
  ASSERT_TRUE(is_ok(pending));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(fails(pending->wait(), Code::kIo, {"fault on demand"}));
}

TEST_F(SaveAsync, IsCancelledAndLeavesWhatWasThere) {
  ASSERT_TRUE(is_ok(session_.save("m", {.storage = storage_})));
  // Large enough for several steps.
  ASSERT_TRUE(is_ok(session_.assign("a/v", counting_tensor({10 << 20}))));
  auto pending = session_.save_async("m", slow());
  ASSERT_TRUE(is_ok(pending));
  wait_for_begin();
  pending->cancel();
  go_on_ = true;
  EXPECT_TRUE(fails(pending->wait(), Code::kIo, {"cancelled"}));
  EXPECT_EQ(*saved("m", "a/v"), counting_tensor({1000}));
}

// One that is let go while it goes on is waited for.
TEST_F(SaveAsync, IsFinishedWhenItIsLetGo) {
  {
    auto pending = session_.save_async("m", slow());
    ASSERT_TRUE(is_ok(pending));
    go_on_ = true;
  }
  EXPECT_EQ(*saved("m", "a/v"), counting_tensor({1000}));
}

TEST_F(SaveAsync, RunsBesideOthers) {
  std::vector<PendingSave> all;
  for (int i = 0; i < 4; ++i) {
    auto pending = session_.save_async("m" + std::to_string(i), {.storage = storage_});
    ASSERT_TRUE(is_ok(pending));
    all.push_back(*std::move(pending));
  }
  for (const PendingSave& each : all) EXPECT_TRUE(is_ok(each.wait()));
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(*saved("m" + std::to_string(i), "a/v"), counting_tensor({1000}));
}

}  // namespace
}  // namespace holdall
