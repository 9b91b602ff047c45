// What readers hold stays as it is, whatever is restored, replaced, copied or dropped meanwhile;
// and they wait for none of it. For the thread sanitizer too.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr int kReaders = 3;
constexpr int kModels = 3;
const Shape kBig({2000});
const Shape kSmall({3});

// All values of a model begin with its number, so that parts of two show.
std::vector<SaveItem> model(int number) {
  const float first = 10'000.0F * static_cast<float>(number + 1);
  return {{"conv/big", counting_tensor(kBig, first), {}, {}, 0},
          {"conv/small", counting_tensor(kSmall, first), {}, {}, 0}};
}

float first_of(const Tensor& tensor) {
  return tensor.view<float>()->data()[0];
}

class LiveReaders : public testing::Test {
 protected:
  LiveReaders() {
    for (int number = 0; number < kModels; ++number)
      save_checkpoint(make_local_storage(), path_of(number), model(number));
  }

  std::string path_of(int number) const { return directory_ / ("m-" + std::to_string(number)); }

  static LoadOptions options(int round) {
    LoadOptions options;
    options.scope = "live";
    options.replace = true;
    options.read.io = round % 2 == 0 ? IoMode::kCopy : IoMode::kMap;
    options.read.threads = 1 + static_cast<unsigned>(round % 2);
    return options;
  }

  const TempDirectory directory_;
  Session session_;
};

// A scope at one moment, and what its tensors were when it was taken.
struct Held {
  ScopeView scope;
  Tensor big;
  Tensor small;
  float first = 0;

  static std::optional<Held> take(const Session& session, const std::string& name) {
    Held held{session.scope(name), {}, {}, 0};
    const auto big = held.scope.find("conv/big");
    const auto small = held.scope.find("conv/small");
    // All of it is there, or nothing.
    EXPECT_EQ(big.has_value(), small.has_value());
    if (!big || !small) return std::nullopt;
    held.big = *big;
    held.small = *small;
    held.first = first_of(*big);
    return held;
  }

  bool is_whole_and_unchanged() const {
    return big == counting_tensor(kBig, first) && small == counting_tensor(kSmall, first) &&
           scope.count() == 2 && *scope.find("conv/big") == big &&
           *scope.find("conv/small") == small;
  }
};

// Readers that take the scopes "live" and "copy" again and again, and look after every new one
// whether those they took before are as they were.
class Readers {
 public:
  explicit Readers(const Session& session) : begun_(kReaders + 1) {
    for (int i = 0; i < kReaders; ++i)
      threads_.emplace_back([this, &session, i] { read(session, i % 2 == 0 ? "live" : "copy"); });
    begun_.arrive_and_wait();
  }
  ~Readers() { is_done_ = true; }

  int failures() const { return failures_; }
  uint64_t read_count() const { return read_count_; }

 private:
  void read(const Session& session, const std::string& scope) {
    std::vector<Held> held;
    begun_.arrive_and_wait();
    while (!is_done_) {
      if (auto now = Held::take(session, scope)) held.push_back(*std::move(now));
      for (const Held& each : held) failures_ += each.is_whole_and_unchanged() ? 0 : 1;
      if (held.size() > 5) held.erase(held.begin());
      ++read_count_;
    }
  }

  std::latch begun_;
  std::atomic<bool> is_done_ = false;
  std::atomic<int> failures_ = 0;
  std::atomic<uint64_t> read_count_ = 0;
  std::vector<std::jthread> threads_;
};

TEST_F(LiveReaders, KeepTheirScopeWhileItIsReplacedCopiedAndDropped) {
  Readers readers(session_);
  for (int round = 0; round < 60; ++round) {
    ASSERT_TRUE(is_ok(session_.load(path_of(round % kModels), options(round))));
    if (round % 5 == 1) {
      ASSERT_TRUE(is_ok(session_.copy_scope("live", "copy")));
    }
    if (round % 5 == 3) {
      ASSERT_TRUE(is_ok(session_.drop_scope("copy")));
    }
    if (round % 7 == 6) {
      ASSERT_TRUE(is_ok(session_.drop_scope("live")));
    }
  }
  EXPECT_EQ(readers.failures(), 0);
  EXPECT_GT(readers.read_count(), 0u);
}

TEST_F(LiveReaders, KeepTheirScopeWhileItsVariablesAreRestored) {
  ASSERT_TRUE(is_ok(session_.load(path_of(0), options(0))));
  ASSERT_TRUE(is_ok(session_.copy_scope("live", "copy")));
  Readers readers(session_);
  for (int round = 0; round < 60; ++round) {
    LoadOptions into = options(round);
    into.scope = round % 3 == 2 ? "copy" : "live";
    ASSERT_TRUE(is_ok(session_.restore(path_of(round % kModels), into)));
  }
  EXPECT_EQ(readers.failures(), 0);
}

// What is mapped keeps the file that it was mapped of.
TEST_F(LiveReaders, KeepTheirScopeWhileItsFilesAreSavedOver) {
  LoadOptions mapped = options(1);
  Readers readers(session_);
  for (int round = 0; round < 30; ++round) {
    ASSERT_TRUE(is_ok(session_.load(path_of(0), mapped)));
    save_checkpoint(make_local_storage(), path_of(0), model(round % kModels));
  }
  EXPECT_EQ(readers.failures(), 0);
}

// The restore stands still until the others have read so often.
TEST_F(LiveReaders, DoNotWaitForARestore) {
  ASSERT_TRUE(is_ok(session_.load(path_of(0), options(0))));
  const uint64_t generation = session_.snapshot().generation();
  LoadOptions slow = options(0);
  slow.read.threads = 1;
  int stops = 0;
  slow.read.progress = [&](uint64_t, uint64_t) {
    std::jthread reader([&] {
      for (int i = 0; i < 1000; ++i) {
        const auto held = Held::take(session_, "live");
        EXPECT_TRUE(held && held->first == 10'000.0F);
      }
      // Nor do other changes.
      EXPECT_TRUE(is_ok(session_.assign("other/w", counting_tensor({1}))));
      ++stops;
    });
    return true;
  };
  ASSERT_TRUE(is_ok(session_.load(path_of(1), slow)));
  EXPECT_GT(stops, 0);
  EXPECT_EQ(first_of(*session_.find("live/conv/big")), 20'000.0F);
  EXPECT_EQ(session_.snapshot().generation(), generation + static_cast<uint64_t>(stops) + 1);
}

// Restoring a corner makes a new value of the old one and the file's.
TEST_F(LiveReaders, KeepTheTensorThatACornerIsLaidOver) {
  ASSERT_TRUE(is_ok(session_.assign("live/conv/big", counting_tensor({2500}, 1))));
  ASSERT_TRUE(is_ok(session_.assign("live/conv/small", counting_tensor(kSmall, 1))));
  const Tensor held = *session_.find("live/conv/big");
  LoadOptions overlap = options(0);
  overlap.policies.shape = ShapePolicy::kOverlap;
  ASSERT_TRUE(is_ok(session_.restore(path_of(0), overlap)));
  EXPECT_EQ(held, counting_tensor({2500}, 1));
  EXPECT_EQ(first_of(*session_.find("live/conv/big")), 10'000.0F);
  EXPECT_EQ(session_.find("live/conv/big")->view<float>()->data()[2499], 2500.0F);
}

TEST_F(LiveReaders, SeeACopyPartFromItsOriginWhicheverIsChanged) {
  ASSERT_TRUE(is_ok(session_.load(path_of(0), options(0))));
  const auto first = [&](const std::string& scope) {
    return first_of(*session_.scope(scope).at("conv/big"));
  };
  ASSERT_TRUE(is_ok(session_.copy_scope("live", "copy")));
  EXPECT_EQ(session_.find("copy/conv/big")->bytes().data(),
            session_.find("live/conv/big")->bytes().data());
  LoadOptions into = options(0);
  into.scope = "copy";
  ASSERT_TRUE(is_ok(session_.restore(path_of(1), into)));
  EXPECT_EQ(first("live"), 10'000.0F);
  EXPECT_EQ(first("copy"), 20'000.0F);
  ASSERT_TRUE(is_ok(session_.load(path_of(2), options(0))));
  EXPECT_EQ(first("live"), 30'000.0F);
  EXPECT_EQ(first("copy"), 20'000.0F);
  ASSERT_TRUE(is_ok(session_.drop_scope("copy")));
  ASSERT_TRUE(is_ok(session_.copy_scope("live", "copy")));
  ASSERT_TRUE(is_ok(session_.drop_scope("live")));
  EXPECT_EQ(first("copy"), 30'000.0F);
}

}  // namespace
}  // namespace holdall
