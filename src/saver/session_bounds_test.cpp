// What a session's values may take, and how much of them may be under way.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "holdall/saver.h"
#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/recording_storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "tensor/cast.h"

namespace holdall {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;

class SessionBudget : public testing::Test {
 protected:
  // 2 MiB each.
  SessionBudget() {
    for (const std::string path : {"a", "b"})
      save_checkpoint(recording_, path, {{"w", value_, {}, {}, 0}}, {.update_state = false});
    save_checkpoint(recording_, "wide", {{"w", wide_, {}, {}, 0}}, {.update_state = false});
    recording_->forget();
  }

  Result<RestoreReport> load(const std::string& path, IoMode io = IoMode::kCopy) {
    return session_.load(path, {.scope = path, .storage = recording_, .read = {.io = io}});
  }

  const Tensor value_ = counting_tensor({512, 1024});
  const Tensor wide_ = *cast(counting_tensor({256, 1024}), DType::kF64);
  std::shared_ptr<RecordingStorage> recording_ =
      std::make_shared<RecordingStorage>(make_memory_storage());
  Session session_{{.budget_bytes = 3 * kMiB}};
};

TEST_F(SessionBudget, RefusesWhatDoesNotFitBeforeItIsRead) {
  ASSERT_TRUE(is_ok(load("a")));
  EXPECT_EQ(session_.used_bytes(), 2 * kMiB);
  const auto second = load("b");
  ASSERT_TRUE(
      fails(second, Code::kExhausted,
            {"2097152 bytes of memory are needed", "3145728", "SessionOptions::budget_bytes"}));
  EXPECT_EQ(second.error().reason, reason::kOverBudget);
  EXPECT_EQ(recording_->bytes_read("b.data"), 0u);
  EXPECT_EQ(session_.snapshot().scopes(), std::vector<std::string>{"a"});
  EXPECT_EQ(*session_.find("a/w"), value_);
  ASSERT_TRUE(is_ok(session_.drop_scope("a")));
  EXPECT_EQ(session_.used_bytes(), 0u);
  EXPECT_TRUE(is_ok(load("b")));
}

TEST_F(SessionBudget, HoldsForModelsThatArriveTogether) {
  const LoadOptions read{.storage = recording_, .read = {.io = IoMode::kCopy}};
  std::vector<LoadSource> sources = {{"a", read}, {"b", read}};
  sources[0].options.scope = "a";
  sources[1].options.scope = "b";
  EXPECT_TRUE(fails(session_.load_all(sources), Code::kExhausted, {"budget_bytes"}));
  EXPECT_EQ(session_.snapshot().count(), 0u);
  EXPECT_EQ(session_.used_bytes(), 0u);
}

TEST_F(SessionBudget, CountsOldAndNewValuesWhileTheyAreReplaced) {
  ASSERT_TRUE(is_ok(load("a")));
  const LoadOptions again{.scope = "a", .storage = recording_, .read = {.io = IoMode::kCopy}};
  EXPECT_TRUE(fails(session_.restore("a", again), Code::kExhausted, {"budget_bytes"}));
  EXPECT_EQ(*session_.find("a/w"), value_);
}

TEST_F(SessionBudget, CountsWhatSomebodyHolds) {
  ASSERT_TRUE(is_ok(load("a")));
  std::optional<Tensor> held = session_.find("a/w");
  ASSERT_TRUE(is_ok(session_.drop_scope("a")));
  EXPECT_TRUE(fails(load("b"), Code::kExhausted));
  held.reset();
  EXPECT_TRUE(is_ok(load("b")));
}

// float64 becomes float32: 2 MiB are read, and one more is there until they are converted.
TEST_F(SessionBudget, CountsWhatValuesAreMadeOf) {
  ASSERT_TRUE(is_ok(session_.assign("wide/w", counting_tensor({256, 1024}))));
  EXPECT_EQ(session_.used_bytes(), 0u);  // what is assigned is the caller's
  const LoadOptions options{.scope = "wide",
                            .policies = {.dtype = DTypePolicy::kCastLossy},
                            .storage = recording_,
                            .read = {.io = IoMode::kCopy}};
  ASSERT_TRUE(is_ok(session_.restore("wide", options)));
  EXPECT_EQ(session_.used_bytes(), kMiB);
  Session tight({.budget_bytes = 2 * kMiB + kMiB / 2});
  ASSERT_TRUE(is_ok(tight.assign("wide/w", *session_.find("wide/w"))));
  EXPECT_TRUE(fails(tight.restore("wide", options), Code::kExhausted, {"budget_bytes"}));
  EXPECT_EQ(tight.used_bytes(), 0u);
}

TEST_F(SessionBudget, IsNotTakenByPagesOfFiles) {
  const TempDirectory folder;
  const auto plan = plan_save(folder / "m", {{"w", value_, {}, {}, 0}});
  ASSERT_TRUE(plan.ok() && execute(*plan).ok());
  Session session({.budget_bytes = 4096});
  ASSERT_TRUE(is_ok(session.load(folder / "m", {.read = {.io = IoMode::kMap}})));
  EXPECT_EQ(session.used_bytes(), 0u);
  EXPECT_EQ(*session.find("w"), value_);
}

// Tells how many are reading at once.
class CrowdedStorage : public RecordingStorage {
 public:
  using RecordingStorage::RecordingStorage;

  Result<std::unique_ptr<Reader>> open_reader(const std::string& path) const override {
    auto reader = RecordingStorage::open_reader(path);
    if (!reader.ok() || path.find(".data") == std::string::npos) return reader;
    return std::unique_ptr<Reader>(std::make_unique<CountingReader>(*std::move(reader), *this));
  }
  int most() const { return most_; }

 private:
  class CountingReader : public Reader {
   public:
    CountingReader(std::unique_ptr<Reader> inner, const CrowdedStorage& crowd)
        : inner_(std::move(inner)), crowd_(crowd) {}
    uint64_t size_bytes() const override { return inner_->size_bytes(); }
    std::optional<bool> is_current() const override { return inner_->is_current(); }
    Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const override {
      const int now = ++crowd_.now_;
      for (int before = crowd_.most_; before < now;) {
        if (crowd_.most_.compare_exchange_weak(before, now)) break;
      }
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      auto count = inner_->read_some(offset, into);
      --crowd_.now_;
      return count;
    }

   private:
    std::unique_ptr<Reader> inner_;
    const CrowdedStorage& crowd_;
  };

  mutable std::atomic<int> now_ = 0;
  mutable std::atomic<int> most_ = 0;
};

TEST(SessionInFlight, BoundsWhatIsBeingRead) {
  const auto memory = make_memory_storage();
  std::vector<SaveItem> items;
  for (const std::string name : {"a", "b", "c", "d"})
    items.push_back({name, counting_tensor({1024, 2048}), {}, {}, 0});  // a unit each
  save_checkpoint(memory, "m", items);
  for (const bool is_bounded : {true, false}) {
    const auto crowded = std::make_shared<CrowdedStorage>(memory);
    Session session({.in_flight_bytes = is_bounded ? 8 * kMiB : 0});
    LoadOptions options{.storage = crowded};
    options.read.threads = 4;
    ASSERT_TRUE(is_ok(session.load("m", options)));
    for (const SaveItem& item : items) EXPECT_EQ(*session.find(item.name), item.tensor);
    if (is_bounded) {
      EXPECT_EQ(crowded->most(), 1);
    } else {
      EXPECT_GT(crowded->most(), 1);
    }
  }
}

}  // namespace
}  // namespace holdall
