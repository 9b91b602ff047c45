// Whole checkpoints through every way that bytes come in: large tensors that several units share,
// small ones that are read together, and what damage to any of them is told.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "holdall/checkpoint.h"
#include "holdall/session.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "transfer/read_units.h"

namespace holdall {
namespace {

constexpr IoMode kModes[] = {IoMode::kAuto, IoMode::kCopy, IoMode::kMap, IoMode::kMapCopy,
                             IoMode::kDirect};
constexpr const char* kData = "m.data-00000-of-00001";

class UnitReading : public testing::Test {
 protected:
  // Tensors of any size around what units and reads are cut at, odd ones among them.
  void save(const std::string& format = "tf_bundle") {
    tensors_.clear();
    std::mt19937_64 random(7);
    const auto unit = static_cast<int64_t>(kUnitBytes);
    const std::pair<DType, int64_t> kinds[] = {
        {DType::kU8, 1},        {DType::kF32, 0},        {DType::kF32, 1},
        {DType::kU8, unit - 1}, {DType::kF32, unit / 4}, {DType::kU8, unit + 1},
        {DType::kF64, 3},       {DType::kF32, unit},     {DType::kI16, 70000},
        {DType::kU8, 65535},    {DType::kF32, 16384},    {DType::kF32, 1000001}};
    for (size_t i = 0; i < std::size(kinds); ++i) {
      const auto& [dtype, count] = kinds[i];
      add("t" + std::to_string(i + 10), random_tensor(random, dtype, {count}));
    }
    for (int i = 0; i < 3000; ++i)
      add("small/" + std::to_string(10000 + i),
          counting_tensor({1 + i % 40}, static_cast<float>(i)));
    std::vector<SaveItem> items;
    for (const auto& [name, tensor] : tensors_) items.push_back({name, tensor, {}, {}, 0});
    save_checkpoint(storage_, "m", items, {.format = format});
  }

  void add(const std::string& name, Tensor tensor) {
    tensors_.emplace_back(name, std::move(tensor));
  }

  Result<RestoreReport> load(Session& session, IoMode io, std::vector<std::string> select = {}) {
    LoadOptions options{.select = std::move(select), .storage = storage_};
    options.read.io = io;
    return session.load("m", options);
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
  std::vector<std::pair<std::string, Tensor>> tensors_;
};

// The formats have different checksums, or none.
TEST_F(UnitReading, GivesTheSameInEveryMode) {
  for (const char* const format : {"tf_bundle", "npz", "safetensors"}) {
    save(format);
    for (const IoMode io : kModes) {
      Session session({.kept_bytes = UINT64_MAX});
      // The second time, memory is used again.
      for (int round = 0; round < 2; ++round) {
        const auto report = load(session, io);
        ASSERT_TRUE(is_ok(report)) << io_mode_name(io);
        const bool has_checksums = format != std::string_view("safetensors");
        EXPECT_EQ(report->bytes_verified, has_checksums ? report->bytes_read : 0);
        for (const auto& [name, tensor] : tensors_)
          ASSERT_EQ(*session.find(name), tensor) << format << name << io_mode_name(io);
        ASSERT_TRUE(is_ok(session.drop_scope("")));
      }
    }
    ASSERT_TRUE(is_ok(storage_->remove("m")));
    for (const char* const file : {"m.index", kData}) ASSERT_TRUE(is_ok(storage_->remove(file)));
  }
}

TEST_F(UnitReading, FillsMemoryThatWasMadeReady) {
  save();
  constexpr uint64_t kReadyBytes = uint64_t{256} << 20;
  Session session({.ready_bytes = kReadyBytes});
  for (int i = 0; i < 10000 && session.kept_bytes() < kReadyBytes; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_EQ(session.kept_bytes(), kReadyBytes);
  ASSERT_TRUE(is_ok(load(session, IoMode::kCopy)));
  EXPECT_LT(session.kept_bytes(), kReadyBytes);
  for (const auto& [name, tensor] : tensors_) ASSERT_EQ(*session.find(name), tensor) << name;
  // What a scope held waits for the next one.
  ASSERT_TRUE(is_ok(session.drop_scope("")));
  EXPECT_EQ(session.kept_bytes(), kReadyBytes);
}

TEST_F(UnitReading, ReadsAFewTensorsFarApart) {
  save();
  const std::vector<std::string> select = {"t10", "t17", "small/10000", "small/12999", "small/11*"};
  for (const IoMode io : kModes) {
    Session session;
    ASSERT_TRUE(is_ok(load(session, io, select)));
    EXPECT_EQ(session.snapshot().count(), 1004u);
    for (const std::string& name : session.scope("").names()) {
      const auto found = std::find_if(tensors_.begin(), tensors_.end(),
                                      [&](const auto& each) { return each.first == name; });
      ASSERT_EQ(*session.find(name), found->second) << name;
    }
  }
}

// Wherever the damage is, be it in the last part of a tensor that several threads share.
TEST_F(UnitReading, TellsWhichTensorIsDamaged) {
  save();
  const std::string sound = read_file(*storage_, kData);
  const auto checkpoint = *Checkpoint::open("m", {storage_});
  for (const char* const name : {"t10", "t13", "t15", "t17", "small/10000", "small/12999"}) {
    const Extent extent = checkpoint.catalog().find(name)->pieces.front().extent;
    for (const uint64_t at : {uint64_t{0}, extent.size_bytes / 2, extent.size_bytes - 1}) {
      std::string data = sound;
      data[extent.offset_in_file + at] ^= 1;
      write_file(*storage_, kData, data);
      for (const IoMode io : kModes) {
        Session session;
        EXPECT_TRUE(fails(load(session, io), Code::kCorrupt,
                          {kData, "tensor '" + std::string(name) + "'", "Checksum does not match"}))
            << at << " " << io_mode_name(io);
        EXPECT_EQ(session.snapshot().count(), 0u);
      }
    }
  }
}

// Of two checkpoints that are read together, the one that is damaged is named.
TEST_F(UnitReading, NamesTheScopeOfTheDamagedOne) {
  save_checkpoint(storage_, "a", {{"v", counting_tensor({100}), {}, {}, 0}});
  save_checkpoint(storage_, "b", {{"v", counting_tensor({100}), {}, {}, 0}});
  std::string data = read_file(*storage_, "b.data-00000-of-00001");
  data[17] ^= 1;
  write_file(*storage_, "b.data-00000-of-00001", data);
  Session session;
  const std::vector<LoadSource> sources{{"a", {.scope = "x", .storage = storage_}},
                                        {"b", {.scope = "y", .storage = storage_}}};
  EXPECT_TRUE(fails(session.load_all(sources), Code::kCorrupt,
                    {"scope 'y'", "b.data-00000-of-00001", "tensor 'v'"}));
}

TEST_F(UnitReading, TellsAReadThatFails) {
  save();
  const auto faults = std::make_shared<FaultPlan>();
  const auto inner = storage_;
  storage_ = std::make_shared<FaultyStorage>(inner, faults);
  // The index takes some calls, then come the data file and its reads.
  for (uint64_t at = 0; at < 400; at += 13) {
    Session session;
    faults->call_count = 0;
    faults->fail_at_call = at;
    const auto report = load(session, IoMode::kAuto);
    if (report.ok()) break;
    EXPECT_TRUE(fails(report, Code::kIo, {"fault on demand"})) << at;
    EXPECT_EQ(session.snapshot().count(), 0u);
  }
}

TEST_F(UnitReading, SaysHowBytesCameInAndWhy) {
  save_checkpoint(storage_, "m", {{"v", counting_tensor({100}), {}, {}, 0}});
  const std::pair<IoMode, std::string> reasons[] = {
      {IoMode::kAuto, "mapped: the file is on this machine (memory)"},
      {IoMode::kCopy, "copied, as was asked for"},
      {IoMode::kMap, "mapped, as was asked for"},
      {IoMode::kMapCopy, "copied out of a mapping, as was asked for"},
      {IoMode::kDirect, "copied: the storage does not read around the system's cache"}};
  for (const auto& [io, reason] : reasons) {
    Session session;
    const auto report = load(session, io);
    ASSERT_TRUE(is_ok(report));
    EXPECT_EQ(report->backing_reason, reason);
    const bool is_mapped = reason.starts_with("mapped");
    EXPECT_EQ(session.find("v")->backing(), is_mapped ? Backing::kMapped : Backing::kOwned);
    EXPECT_EQ(report->mapped_count, is_mapped ? 1u : 0u);
  }
  storage_ = std::make_shared<FaultyStorage>(storage_, std::make_shared<FaultPlan>());
  Session session;
  EXPECT_EQ(load(session, IoMode::kAuto)->backing_reason,
            "copied: others may change files on an unknown kind of storage");
  Session other;
  EXPECT_EQ(load(other, IoMode::kMap)->backing_reason, "copied: the storage does not map the file");
}

}  // namespace
}  // namespace holdall
