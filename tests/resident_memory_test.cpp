// What the system says this process holds: a dropped scope gives its memory back.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "holdall/session.h"
#include "support/allocation_meter.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

int64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t total = 0;
  int64_t resident = 0;
  statm >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

// Layers as networks have them: matrices of 4 KiB to 16 MiB, and their small vectors.
std::vector<SaveItem> network() {
  std::vector<SaveItem> items;
  for (int layer = 0; layer < 7; ++layer) {
    const int64_t width = int64_t{32} << layer;
    const std::string name = "layer" + std::to_string(layer);
    items.push_back({name + "/kernel", counting_tensor({width, width}), {}, {}, 0});
    items.push_back({name + "/bias", counting_tensor({width}), {}, {}, 0});
  }
  return items;
}

class ResidentMemory : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_count_allocations()) {
      GTEST_SKIP() << "the sanitizer's allocator keeps what was freed for a while";
    }
    save_checkpoint(make_local_storage(), directory_ / "m", network());
    for (const SaveItem& item : network())
      size_bytes_ += static_cast<int64_t>(item.tensor.size_bytes());
  }
  void load(Session& session, const std::string& scope, IoMode io = IoMode::kCopy) {
    LoadOptions options{.scope = scope, .replace = true};
    options.read.io = io;
    ASSERT_TRUE(is_ok(session.load(directory_ / "m", options)));
  }
  const TempDirectory directory_;
  int64_t size_bytes_ = 0;
};

TEST_F(ResidentMemory, FallsByTheSizeOfADroppedScope) {
  Session session;
  load(session, "step10");
  load(session, "step100");
  const int64_t both = resident_bytes();
  ASSERT_TRUE(is_ok(session.drop_scope("step10")));
  EXPECT_GE(both - resident_bytes(), size_bytes_ * 95 / 100);
  EXPECT_EQ(session.scope("step100").count(), 14u);
}

// Verifying has touched every page of the mapping.
TEST_F(ResidentMemory, FallsByTheSizeOfADroppedScopeThatIsMapped) {
  Session session;
  const int64_t base = resident_bytes();
  load(session, "mapped", IoMode::kMap);
  EXPECT_GE(resident_bytes() - base, size_bytes_ * 9 / 10);
  ASSERT_TRUE(is_ok(session.drop_scope("mapped")));
  EXPECT_LE(resident_bytes() - base, size_bytes_ / 10);
}

TEST_F(ResidentMemory, StaysTheSameWhenAScopeIsReplaced) {
  Session session;
  load(session, "live");
  const int64_t one = resident_bytes();
  for (int i = 0; i < 5; ++i) load(session, "live");
  EXPECT_LE(resident_bytes() - one, size_bytes_ / 10);
}

TEST_F(ResidentMemory, FallsWithTheLastOfACopyAndItsOrigin) {
  Session session;
  load(session, "untrained");
  ASSERT_TRUE(is_ok(session.copy_scope("untrained", "trained")));
  const int64_t both = resident_bytes();
  ASSERT_TRUE(is_ok(session.drop_scope("untrained")));
  EXPECT_LE(both - resident_bytes(), size_bytes_ / 10);
  ASSERT_TRUE(is_ok(session.drop_scope("trained")));
  EXPECT_GE(both - resident_bytes(), size_bytes_ * 95 / 100);
}

TEST_F(ResidentMemory, StaysWhileAReaderHoldsTheScope) {
  Session session;
  load(session, "step10");
  const ScopeView reader = session.scope("step10");
  const int64_t before = resident_bytes();
  ASSERT_TRUE(is_ok(session.drop_scope("step10")));
  EXPECT_LE(before - resident_bytes(), size_bytes_ / 10);
  EXPECT_EQ(reader.count(), 14u);
}

TEST_F(ResidentMemory, ReturnsToItsBaseAfterManyModels) {
  Session session;
  load(session, "first");
  ASSERT_TRUE(is_ok(session.drop_scope("first")));
  const int64_t base = resident_bytes();
  for (int i = 0; i < 22; ++i) {
    const std::string scope = "model" + std::to_string(i);
    load(session, scope);
    ASSERT_TRUE(is_ok(session.drop_scope(scope)));
  }
  EXPECT_LE(resident_bytes(), base + std::max(base / 50, int64_t{1} << 20));
}

TEST_F(ResidentMemory, ReturnsToItsBaseWhenALoadIsCancelled) {
  Session session;
  load(session, "first");
  ASSERT_TRUE(is_ok(session.drop_scope("first")));
  const int64_t base = resident_bytes();
  int64_t most = base;
  LoadOptions options{.scope = "stopped"};
  options.read.progress = [&](uint64_t done_bytes, uint64_t total_bytes) {
    most = std::max(most, resident_bytes());
    return done_bytes < total_bytes;
  };
  EXPECT_TRUE(fails(session.load(directory_ / "m", options), Code::kIo, {"cancelled"}));
  EXPECT_GE(most - base, size_bytes_ * 9 / 10);
  EXPECT_LE(resident_bytes(), base + std::max(base / 50, int64_t{1} << 20));
  EXPECT_EQ(session.snapshot().count(), 0u);
}

TEST_F(ResidentMemory, IsSharedByACopiedScope) {
  Session session;
  load(session, "untrained");
  const int64_t before = resident_bytes();
  ASSERT_TRUE(is_ok(session.copy_scope("untrained", "trained")));
  EXPECT_LE(resident_bytes() - before, size_bytes_ / 10);
}

}  // namespace
}  // namespace holdall
