#include "holdall/verify.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "storage/faulty_storage.h"
#include "support/allocation_meter.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr const char* kFolder = "src/formats/tf_bundle/testdata/";

// A checkpoint of the testdata, in memory so that a test may damage it.
struct Sample {
  explicit Sample(const std::string& path)
      : storage(copy_to_memory(source_path(kFolder + directory_of(path)))),
        prefix(base_name_of(path)) {}

  Checkpoint open() const {
    auto checkpoint = Checkpoint::open(prefix, {storage});
    EXPECT_TRUE(is_ok(checkpoint));
    return *checkpoint;
  }
  VerifyReport verify() const {
    auto report = holdall::verify(open());
    EXPECT_TRUE(is_ok(report));
    return *report;
  }

  std::shared_ptr<Storage> storage;
  std::string prefix;
};

class VerifyWhole : public testing::TestWithParam<const char*> {};

TEST_P(VerifyWhole, FindsNothingWrong) {
  const Sample sample(GetParam());
  const Checkpoint checkpoint = sample.open();
  const VerifyReport report = sample.verify();
  EXPECT_TRUE(report.is_whole()) << report.to_string();
  EXPECT_EQ(report.tensor_count, checkpoint.catalog().count());
  EXPECT_EQ(report.tensors_verified, report.tensor_count);
  EXPECT_EQ(report.bytes_verified, checkpoint.catalog().size_bytes());
  EXPECT_EQ(report.bytes_without_checksum, 0u);
}

// One byte after another of every piece is wrong, and just that piece is found.
TEST_P(VerifyWhole, FindsAFlippedByteInEveryPiece) {
  const Sample sample(GetParam());
  const Checkpoint pristine = sample.open();
  const Catalog& catalog = pristine.catalog();
  for (const TensorInfo& info : catalog) {
    for (const Piece& piece : info.pieces) {
      const Extent& extent = piece.extent;
      if (extent.size_bytes == 0) continue;
      const std::string& path = catalog.files()[extent.file_index];
      const std::string bytes = read_file(*sample.storage, path);
      std::string damaged = bytes;
      damaged[extent.offset_in_file + extent.size_bytes - 1] ^= 1;
      write_file(*sample.storage, path, damaged);
      const VerifyReport report = sample.verify();
      write_file(*sample.storage, path, bytes);
      ASSERT_EQ(report.problems.size(), 1u) << info.name;
      const VerifyProblem& problem = report.problems[0];
      EXPECT_EQ(problem.tensor, info.name);
      EXPECT_EQ(problem.file, path);
      EXPECT_EQ(problem.offset_in_file, extent.offset_in_file);
      EXPECT_EQ(problem.size_bytes, extent.size_bytes);
      EXPECT_EQ(problem.error.reason, reason::kChecksum) << problem.to_string();
      EXPECT_EQ(report.tensors_verified, report.tensor_count - 1);
      EXPECT_EQ(report.bytes_verified, catalog.size_bytes() - extent.size_bytes);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, VerifyWhole,
                         testing::Values("good/partitioned/partitioned", "good/shapes/shapes",
                                         "good/strings/strings", "good/sharded/sharded",
                                         "good/big_endian/big"));

TEST(Verify, GoesOnAfterAProblem) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "m",
                  {{"a", counting_tensor({3}), {}, {}, 0},
                   {"b", counting_tensor({4}), {}, {}, 0},
                   {"c", strings_tensor({2}, {"x", "y"}), {}, {}, 0}});
  std::string bytes = read_file(*storage, "m.data-00000-of-00001");
  bytes[0] ^= 1;
  bytes.back() ^= 1;
  write_file(*storage, "m.data-00000-of-00001", bytes);
  const auto report = verify(*Checkpoint::open("m", {storage}));
  ASSERT_TRUE(is_ok(report));
  ASSERT_EQ(report->problems.size(), 2u);
  EXPECT_EQ(report->problems[0].tensor, "a");
  EXPECT_EQ(report->problems[1].tensor, "c");
  EXPECT_EQ(report->tensors_verified, 1u);
  EXPECT_EQ(report->bytes_verified, 16u);
  EXPECT_EQ(report->problems[0].to_string().substr(0, 65),
            "m.data-00000-of-00001: tensor 'a': bytes 0 to 12: Checksum does n");
  EXPECT_EQ(report->summary(), "1/3 tensors hold · 16 B verified · 2 problems · tf_bundle · m");
}

TEST(Verify, TellsAMissingFileOnce) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "m",
                  {{"a", counting_tensor({3}), {}, {}, 0},
                   {"b", counting_tensor({4}), {}, {}, 1},
                   {"c", counting_tensor({5}), {}, {}, 1}},
                  {.shard_count = 2});
  ASSERT_TRUE(is_ok(storage->remove("m.data-00001-of-00002")));
  const auto report = verify(*Checkpoint::open("m", {storage}));
  ASSERT_TRUE(is_ok(report));
  ASSERT_EQ(report->problems.size(), 1u);
  EXPECT_EQ(report->problems[0].tensor, "");
  EXPECT_EQ(report->problems[0].file, "m.data-00001-of-00002");
  EXPECT_EQ(report->problems[0].error.code, Code::kNotFound);
  EXPECT_NE(report->problems[0].to_string().find("; 2 tensors or slices of 36 B lie in it"),
            std::string::npos);
  EXPECT_EQ(report->tensors_verified, 1u);
}

TEST(Verify, NamesEachTensorBeyondTheEndOfACutFile) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "m",
                  {{"a", counting_tensor({3}), {}, {}, 0},
                   {"b", counting_tensor({4}), {}, {}, 0},
                   {"c", strings_tensor({2}, {"x", "y"}), {}, {}, 0}});
  const std::string bytes = read_file(*storage, "m.data-00000-of-00001");
  write_file(*storage, "m.data-00000-of-00001", bytes.substr(0, 27));
  const auto report = verify(*Checkpoint::open("m", {storage}));
  ASSERT_TRUE(is_ok(report));
  ASSERT_EQ(report->problems.size(), 2u);
  EXPECT_EQ(report->problems[0].tensor, "b");
  EXPECT_EQ(report->problems[1].tensor, "c");
  for (const VerifyProblem& problem : report->problems)
    EXPECT_EQ(problem.error.reason, reason::kCutShort);
}

TEST(Verify, TellsDamagedEntriesAndGaps) {
  const VerifyReport entry = Sample("bad/malformed/entry_garbage/m").verify();
  ASSERT_EQ(entry.problems.size(), 1u) << entry.to_string();
  EXPECT_EQ(entry.problems[0].size_bytes, 0u);
  EXPECT_EQ(entry.problems[0].file, "m.index");
  EXPECT_FALSE(entry.problems[0].tensor.empty());
  EXPECT_EQ(entry.tensors_verified, entry.tensor_count - 1);
  const VerifyReport gap = Sample("bad/malformed/slice_missing/m").verify();
  ASSERT_EQ(gap.problems.size(), 1u) << gap.to_string();
  EXPECT_EQ(gap.problems[0].tensor, "p");
}

// By whom the bytes of each file are covered: a table's blocks, tensors, members of an archive.
TEST(Verify, TellsWhatNoChecksumCovers) {
  const auto uncovered = [](const char* format, const std::string& path) {
    const auto storage = make_memory_storage();
    save_checkpoint(storage, path, {{"a", counting_tensor({30}), {}, {}, 0}}, {.format = format});
    const auto report = verify(*Checkpoint::open(path, {storage}));
    EXPECT_TRUE(report->is_whole());
    for (const FileCoverage& each : report->files)
      EXPECT_EQ(each.size_bytes, read_file(*storage, each.file).size()) << each.file;
    return report->uncovered();
  };
  // The footer has 48 bytes, the metaindex that nobody reads 13.
  EXPECT_EQ(uncovered("tf_bundle", "m"),
            "no checksum covers checkpoint, 61 of 121 bytes of m.index");
  EXPECT_EQ(uncovered("tf_v1", "m"), "no checksum covers checkpoint, 61 of 266 bytes of m");
  EXPECT_EQ(uncovered("safetensors", "m"), "no checksum covers m");
  EXPECT_EQ(uncovered("npy", "m.npy"), "no checksum covers m.npy");
  // Headers of members and the directory: what stands in them stands twice.
  EXPECT_EQ(uncovered("npz", "m"), "no checksum covers 137 of 385 bytes of m");
}

TEST(Verify, SeesAFailureOfEveryRead) {
  const Sample sample("good/partitioned/partitioned");
  const auto plan = std::make_shared<FaultPlan>();
  const auto faulty = std::make_shared<FaultyStorage>(sample.storage, plan);
  for (uint64_t at = 0;; ++at) {
    plan->fail_at_call = FaultPlan::kNever;
    const auto checkpoint = Checkpoint::open(sample.prefix, {faulty});
    ASSERT_TRUE(is_ok(checkpoint));
    plan->fail_at_call = plan->call_count + at;
    const uint64_t first = plan->call_count;
    const auto report = verify(*checkpoint, {.threads = 1});
    ASSERT_TRUE(is_ok(report));
    if (plan->call_count - first <= at) {
      EXPECT_TRUE(report->is_whole());
      break;
    }
    ASSERT_FALSE(report->is_whole()) << at;
    EXPECT_EQ(report->problems[0].error.code, Code::kIo) << at;
  }
}

TEST(Verify, ReadsShortReadsToTheirEnd) {
  const Sample sample("good/partitioned/partitioned");
  const auto plan = std::make_shared<FaultPlan>();
  plan->max_read_bytes = 3;
  const auto checkpoint =
      Checkpoint::open(sample.prefix, {std::make_shared<FaultyStorage>(sample.storage, plan)});
  EXPECT_TRUE(verify(*checkpoint)->is_whole());
}

TEST(Verify, FindsDamageInBlocksOfAnySize) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "m", {{"a", counting_tensor({25}), {}, {}, 0}});
  std::string bytes = read_file(*storage, "m.data-00000-of-00001");
  for (uint64_t window = 1; window <= 101; window += 4) {
    EXPECT_TRUE(verify(*Checkpoint::open("m", {storage}), {.window_bytes = window})->is_whole());
  }
  bytes[50] ^= 1;
  write_file(*storage, "m.data-00000-of-00001", bytes);
  for (uint64_t window = 1; window <= 101; window += 4) {
    EXPECT_FALSE(verify(*Checkpoint::open("m", {storage}), {.window_bytes = window})->is_whole());
  }
}

TEST(Verify, HoldsNoMoreThanItsWindow) {
  if (!can_count_allocations()) return;
  const TempDirectory directory;
  save_checkpoint(
      make_local_storage(), directory / "m",
      {{"a", counting_tensor({6000000}), {}, {}, 0}, {"b", counting_tensor({6000000}), {}, {}, 0}});
  const auto checkpoint = Checkpoint::open(directory / "m");
  const AllocationMeter meter;
  const auto report = verify(*checkpoint, {.threads = 4, .window_bytes = 2000000});
  EXPECT_LT(meter.peak_bytes(), 2200000u);
  EXPECT_EQ(report->bytes_verified, 48000000u);
}

TEST(Verify, TellsHowFarItIs) {
  const Sample sample("good/strings/strings");
  const Checkpoint checkpoint = sample.open();
  std::vector<uint64_t> done;
  const auto report = verify(checkpoint, {.progress = [&](uint64_t bytes, uint64_t total) {
                               EXPECT_EQ(total, checkpoint.catalog().size_bytes());
                               done.push_back(bytes);
                               return true;
                             }});
  ASSERT_TRUE(is_ok(report));
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.back(), checkpoint.catalog().size_bytes());
}

TEST(Verify, StopsWhenItIsTold) {
  const auto report = verify(Sample("good/partitioned/partitioned").open(),
                             {.threads = 2, .progress = [](uint64_t, uint64_t) { return false; }});
  EXPECT_TRUE(fails(report, Code::kIo, {"partitioned: cancelled after"}));
  EXPECT_EQ(report.error().reason, reason::kCancelled);
}

TEST(Verify, WritesJson) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "m", {{"a", counting_tensor({3}), {}, {}, 0}});
  write_file(*storage, "m.data-00000-of-00001", "");
  auto report = verify(*Checkpoint::open("m", {storage}));
  report->seconds = 1.5;
  EXPECT_EQ(report->to_json(), R"({
  "schema": 1,
  "checkpoint": "m",
  "format": "tf_bundle",
  "tensor_count": 1,
  "tensors_verified": 0,
  "bytes_verified": 0,
  "bytes_without_checksum": 0,
  "seconds": 1.5,
  "damaged": [
    "a"
  ],
  "problems": [
    {
      "tensor": "a",
      "file": "m.data-00000-of-00001",
      "offset_in_file": 0,
      "size_bytes": 12,
      "code": "corrupt",
      "reason": "cut-short",
      "message": "its 12 bytes at byte 0 reach past the end of the file, which has 0 bytes; the file may be cut short"
    }
  ],
  "files": [
    {
      "file": "checkpoint",
      "size_bytes": 59,
      "bytes_compared": 0
    },
    {
      "file": "m.data-00000-of-00001",
      "size_bytes": 0,
      "bytes_compared": 0
    },
    {
      "file": "m.index",
      "size_bytes": 121,
      "bytes_compared": 60
    }
  ]
})");
}

}  // namespace
}  // namespace holdall
