// How restores say how far they are, and how they are stopped.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

class RestoreProgress : public testing::Test {
 protected:
  RestoreProgress() {
    for (const char* name : {"a", "b"})
      save_checkpoint(
          storage_, name,
          {{"v", counting_tensor({250}), {}, {}, 0}, {"w", counting_tensor({250}), {}, {}, 0}});
  }

  LoadOptions options(std::string scope, Progress progress) const {
    LoadOptions options{.scope = std::move(scope), .storage = storage_};
    options.read.progress = std::move(progress);
    return options;
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
  Session session_;
};

TEST_F(RestoreProgress, CountsTheBytesOfAllCheckpointsTogetherAndNeverFalls) {
  std::vector<uint64_t> done;
  const Progress progress = [&](uint64_t done_bytes, uint64_t total_bytes) {
    EXPECT_EQ(total_bytes, 4000u);
    done.push_back(done_bytes);
    return true;
  };
  const std::vector<LoadSource> sources{{"a", options("a", progress)}, {"b", options("b", {})}};
  ASSERT_TRUE(is_ok(session_.load_all(sources)));
  ASSERT_EQ(done.size(), 2u);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.back(), 4000u);
}

TEST_F(RestoreProgress, CountsMappedBytesToo) {
  uint64_t last = 0;
  LoadOptions mapped = options("a", [&](uint64_t done_bytes, uint64_t) {
    last = done_bytes;
    return true;
  });
  mapped.read.io = IoMode::kMap;
  ASSERT_TRUE(is_ok(session_.load("a", mapped)));
  EXPECT_EQ(last, 2000u);
}

TEST_F(RestoreProgress, CountsALargeTensorBlockByBlock) {
  const auto large = counting_tensor({17 << 20});  // 68 MiB
  save_checkpoint(storage_, "large", {{"v", large, {}, {}, 0}});
  for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
    std::vector<uint64_t> done;
    LoadOptions stopped = options("l", [&](uint64_t done_bytes, uint64_t total_bytes) {
      EXPECT_EQ(total_bytes, large.size_bytes());
      done.push_back(done_bytes);
      return done.size() < 3;
    });
    stopped.read.io = io;
    EXPECT_TRUE(fails(session_.load("large", stopped), Code::kIo, {"cancelled"}));
    ASSERT_EQ(done.size(), 3u);
    EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
    EXPECT_LT(done.back(), large.size_bytes());
  }
}

TEST_F(RestoreProgress, OfAPartOfATensorReachesItsSum) {
  auto checkpoint = Checkpoint::open("a", {storage_});
  ASSERT_TRUE(is_ok(checkpoint));
  std::pair<uint64_t, uint64_t> last;
  ReadOptions counted;
  counted.progress = [&](uint64_t done_bytes, uint64_t total_bytes) {
    last = {done_bytes, total_bytes};
    return true;
  };
  ASSERT_TRUE(is_ok(checkpoint->read_box("v", {{10}, {5}}, counted)));
  EXPECT_EQ(last.first, last.second);
  EXPECT_GT(last.second, 0u);
  counted.progress = [](uint64_t, uint64_t) { return false; };
  EXPECT_TRUE(fails(checkpoint->read("v", counted), Code::kIo, {"cancelled"}));
}

TEST_F(RestoreProgress, StopsWhenItIsToldAndLeavesTheSessionAsItWas) {
  ASSERT_TRUE(is_ok(session_.assign("kept", counting_tensor({2}))));
  const uint64_t before = session_.snapshot().generation();
  for (int allowed = 0; allowed < 2; ++allowed) {
    std::atomic<int> calls = 0;
    const auto count = [&](uint64_t, uint64_t) { return calls++ < allowed; };
    const std::vector<LoadSource> sources{{"a", options("a", count)}, {"b", options("b", {})}};
    const auto report = session_.load_all(sources);
    EXPECT_TRUE(fails(report, Code::kIo, {"cancelled"}));
    EXPECT_EQ(report.error().reason, reason::kCancelled);
    EXPECT_EQ(session_.snapshot().generation(), before);
    EXPECT_EQ(session_.snapshot().count(), 1u);
  }
}

}  // namespace
}  // namespace holdall
