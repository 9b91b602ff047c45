#include "holdall/diff.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "storage/faulty_storage.h"
#include "support/allocation_meter.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr const char* kFolder = "src/formats/tf_bundle/testdata/good/";

Checkpoint checkpoint_of(std::vector<SaveItem> items, const std::string& path = "m",
                         SaveOptions options = {}) {
  return save_and_open(make_memory_storage(), path, std::move(items), std::move(options));
}

Checkpoint one_tensor(Tensor tensor) {
  return checkpoint_of({{"t", std::move(tensor), {}, {}, 0}});
}

DiffReport diff_of(const Checkpoint& a, const Checkpoint& b, const DiffOptions& options = {}) {
  auto report = diff(a, b, options);
  EXPECT_TRUE(is_ok(report));
  return report.ok() ? *report : DiffReport();
}

// How one tensor differs from another, as "2 by 0.5"; "equal".
std::string change(const Tensor& a, const Tensor& b, double tolerance = 0) {
  const DiffReport report =
      diff_of(one_tensor(a), one_tensor(b), {.tolerance = tolerance, .window_bytes = 100});
  if (report.is_same()) return "equal";
  const ChangedTensor& changed = report.changed.at(0);
  std::string text = std::to_string(changed.different_count);
  if (changed.max_difference) text += " by " + std::to_string(*changed.max_difference);
  return text;
}

template <class T>
Tensor values(std::initializer_list<T> list) {
  return *Tensor::of<T>({static_cast<int64_t>(list.size())}, list);
}

Tensor of_bits(DType dtype, std::vector<uint8_t> bytes) {
  const auto count = static_cast<int64_t>(bytes.size() / dtype_size_bytes(dtype));
  return *Tensor::copy_of(dtype, {count}, std::as_bytes(std::span(bytes)));
}

TEST(Diff, TellsAddedRemovedChangedAndEqual) {
  const Checkpoint a = checkpoint_of({{"equal", counting_tensor({3}), {}, {}, 0},
                                      {"gone", counting_tensor({2}), {}, {}, 0},
                                      {"moved", counting_tensor({2, 2}), {}, {}, 0},
                                      {"shape", counting_tensor({2}), {}, {}, 0},
                                      {"type", counting_tensor({2}), {}, {}, 0}});
  const Checkpoint b = checkpoint_of({{"equal", counting_tensor({3}), {}, {}, 0},
                                      {"moved", counting_tensor({2, 2}, 0.5f), {}, {}, 0},
                                      {"new", counting_tensor({}), {}, {}, 0},
                                      {"shape", counting_tensor({1, 2}), {}, {}, 0},
                                      {"type", values<int32_t>({0, 1}), {}, {}, 0}});
  const DiffReport report = diff_of(a, b);
  EXPECT_FALSE(report.is_same());
  EXPECT_EQ(report.to_string(),
            "added    new: float32 []\n"
            "removed  gone: float32 [2]\n"
            "changed  moved: float32 [2,2], 4 of 4 elements differ by up to 0.5\n"
            "changed  shape: float32 [2] -> float32 [1,2]\n"
            "changed  type: float32 [2] -> int32 [2]\n"
            "1 added · 1 removed · 3 changed · 1 equal · 28 B compared\n");
  EXPECT_EQ(report.equal, std::vector<std::string>{"equal"});
}

TEST(Diff, MeasuresNumbersOfEveryKind) {
  EXPECT_EQ(change(values<float>({1, 2, 3}), values<float>({1, 2.5, 1})), "2 by 2.000000");
  EXPECT_EQ(change(values<double>({1}), values<double>({1.25})), "1 by 0.250000");
  EXPECT_EQ(change(values<int8_t>({-128}), values<int8_t>({127})), "1 by 255.000000");
  EXPECT_EQ(change(values<uint16_t>({0, 7}), values<uint16_t>({65535, 7})), "1 by 65535.000000");
  EXPECT_EQ(change(values<bool>({true}), values<bool>({false})), "1 by 1.000000");
  EXPECT_EQ(change(of_bits(DType::kF16, {0, 0x3c}), of_bits(DType::kF16, {0, 0x3e})),
            "1 by 0.500000");
  EXPECT_EQ(change(of_bits(DType::kBF16, {0x80, 0x3f}), of_bits(DType::kBF16, {0xc0, 0x3f})),
            "1 by 0.500000");
  EXPECT_EQ(change(values<std::complex<float>>({{1, 2}, {0, 0}}),
                   values<std::complex<float>>({{4, 6}, {0, 0}})),
            "1 by 5.000000");
  EXPECT_EQ(change(of_bits(DType::kF8E5M2, {1, 2}), of_bits(DType::kF8E5M2, {1, 3})), "1");
}

TEST(Diff, SeesNeighboursAmongLargeIntegers) {
  const int64_t large = int64_t{1} << 60;
  EXPECT_EQ(change(values<int64_t>({large}), values<int64_t>({large + 1})), "1 by 1.000000");
  EXPECT_EQ(change(values<uint64_t>({UINT64_MAX}), values<uint64_t>({UINT64_MAX - 1}), 0.5),
            "1 by 1.000000");
  EXPECT_EQ(change(values<int64_t>({INT64_MIN}), values<int64_t>({INT64_MAX}), 1e19),
            "1 by " + std::to_string(0x1p64));
}

TEST(Diff, CallsBytesThatDifferDifferent) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(change(values<float>({nan}), values<float>({nan})), "equal");
  EXPECT_EQ(change(values<float>({nan, 1}), values<float>({-nan, 1})), "1");
  EXPECT_EQ(change(values<float>({0.0f}), values<float>({-0.0f})), "1 by 0.000000");
  EXPECT_EQ(change(values<float>({nan, 1, infinity}), values<float>({1, 1.5, -infinity})),
            "3 by 0.500000");
  EXPECT_EQ(change(values<float>({1, 1}), values<float>({infinity, 1.5})), "2 by 0.500000");
  EXPECT_EQ(change(values<float>({infinity, 1}), values<float>({1, 1.5})), "2 by 0.500000");
}

TEST(Diff, TakesWhatIsWithinTheToleranceAsEqual) {
  EXPECT_EQ(change(values<float>({1, 2}), values<float>({1.25, 2.5}), 0.25), "1 by 0.500000");
  EXPECT_EQ(change(values<float>({1, 2}), values<float>({1.25, 2.5}), 0.5), "equal");
  EXPECT_EQ(change(values<float>({0.0f}), values<float>({-0.0f}), 1e-9), "equal");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(change(values<float>({nan}), values<float>({1}), 1e9), "1");
  for (const double tolerance : {-1.0, double{nan}, std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(fails(diff(one_tensor({}), one_tensor({}), {.tolerance = tolerance}),
                      Code::kInvalidArgument, {"a tolerance is a number from 0 on"}));
  }
}

TEST(Diff, CountsStrings) {
  EXPECT_EQ(change(strings_tensor({3}, {"a", "b", ""}), strings_tensor({3}, {"a", "bb", "c"})),
            "2");
  EXPECT_EQ(change(strings_tensor({1}, {"a"}), strings_tensor({1}, {"a"})), "equal");
}

TEST(Diff, ComparesWhatIsLaidOutInOtherWays) {
  const auto open = [](const std::string& path) {
    return *Checkpoint::open(source_path(kFolder + path));
  };
  const Checkpoint sliced = open("partitioned/partitioned");
  std::vector<SaveItem> whole;
  for (const TensorInfo& info : sliced.catalog())
    whole.push_back({info.name, *sliced.read(info.name), {}, {}, 0});
  for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    const Checkpoint other = checkpoint_of(whole, "m", {.byte_order = order});
    for (const uint64_t window_bytes : {1u, 100u, 1u << 20}) {
      const DiffReport report = diff_of(sliced, other, {.window_bytes = window_bytes});
      EXPECT_TRUE(report.is_same()) << report.to_string();
      EXPECT_EQ(report.equal.size(), whole.size());
      EXPECT_EQ(report.bytes_compared, sliced.catalog().size_bytes());
    }
  }
  for (const char* path : {"big_endian/big", "shapes/shapes", "strings/strings"}) {
    EXPECT_TRUE(diff_of(open(path), open(path)).is_same()) << path;
  }
}

TEST(Diff, AppliesTheRulesOfEitherSide) {
  const Checkpoint a = checkpoint_of(
      {{"x/w", counting_tensor({2}), {}, {}, 0}, {"x/w/Adam", counting_tensor({2}), {}, {}, 0}});
  const Checkpoint b = checkpoint_of({{"w", counting_tensor({2}, 1), {}, {}, 0}});
  DiffOptions options;
  options.a.rules = *NameRules::parse("strip x/");
  options.a.skip_roles = {Role::kOptimizer};
  options.b.scope = "s";
  DiffReport report = diff_of(a, b, options);
  EXPECT_EQ(report.to_string(),
            "added    s/w (w): float32 [2]\n"
            "removed  w (x/w): float32 [2]\n"
            "1 added · 1 removed · 0 changed · 0 equal · 0 B compared\n");
  options.a.scope = "s";
  options.b.rules = *NameRules::parse("strip y/");
  report = diff_of(a, b, options);
  EXPECT_EQ(report.to_string(),
            "changed  s/w: float32 [2], 2 of 2 elements differ by up to 1\n"
            "rule matched nothing: strip y/\n"
            "0 added · 0 removed · 1 changed · 0 equal · 8 B compared\n");
}

TEST(Diff, GoesOnBehindWhatCannotBeRead) {
  const auto storage = make_memory_storage();
  const std::vector<SaveItem> items = {{"a", counting_tensor({3}), {}, {}, 0},
                                       {"b", counting_tensor({4}), {}, {}, 0},
                                       {"c", strings_tensor({1}, {"x"}), {}, {}, 0}};
  save_checkpoint(storage, "m", items);
  std::string bytes = read_file(*storage, "m.data-00000-of-00001");
  bytes[0] ^= 1;
  bytes.back() ^= 1;
  write_file(*storage, "m.data-00000-of-00001", bytes);
  const Checkpoint damaged = *Checkpoint::open("m", {storage});
  const DiffReport report = diff_of(checkpoint_of(items), damaged);
  ASSERT_EQ(report.problems.size(), 2u);
  EXPECT_EQ(report.problems[0].name, "a");
  EXPECT_TRUE(is_error(report.problems[0].error, Code::kCorrupt,
                       {"m.data-00000-of-00001: tensor 'a': Checksum does not match"}));
  EXPECT_EQ(report.problems[1].name, "c");
  EXPECT_EQ(report.equal, std::vector<std::string>{"b"});
  EXPECT_FALSE(report.is_same());
  // Unverified, the byte is a value like any other.
  const DiffReport trusting = diff_of(checkpoint_of(items), damaged, {.verify = false});
  EXPECT_EQ(trusting.changed.size(), 2u);
}

TEST(Diff, SaysWhatEntriesCannotBeUsed) {
  const std::string folder = "src/formats/tf_bundle/testdata/bad/malformed/";
  const Checkpoint good = *Checkpoint::open(source_path(folder + "good/m"));
  for (const char* name : {"entry_garbage", "slice_missing", "data_missing", "data_cut_1"}) {
    const auto bad = Checkpoint::open(source_path(folder + name + "/m"));
    ASSERT_TRUE(is_ok(bad));
    EXPECT_FALSE(diff_of(good, *bad).problems.empty()) << name;
    EXPECT_FALSE(diff_of(*bad, good).problems.empty()) << name;
  }
}

TEST(Diff, SeesAFailureOfEveryRead) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "m", {{"a", counting_tensor({30}), {}, {}, 0}});
  const auto plan = std::make_shared<FaultPlan>();
  const Checkpoint a = *Checkpoint::open("m", {storage});
  for (uint64_t at = 0;; ++at) {
    plan->fail_at_call = FaultPlan::kNever;
    const Checkpoint b = *Checkpoint::open("m", {std::make_shared<FaultyStorage>(storage, plan)});
    const uint64_t first = plan->call_count;
    plan->fail_at_call = first + at;
    const DiffReport report = diff_of(a, b, {.window_bytes = 160});
    if (plan->call_count - first <= at) {
      EXPECT_TRUE(report.is_same());
      EXPECT_GT(at, 2u);
      break;
    }
    ASSERT_EQ(report.problems.size(), 1u) << at;
    EXPECT_EQ(report.problems[0].error.code, Code::kIo);
  }
}

TEST(Diff, HoldsNoMoreThanItsWindow) {
  if (!can_count_allocations()) return;
  const TempDirectory directory;
  const Tensor whole = counting_tensor({3000, 1000});
  save_checkpoint(make_local_storage(), directory / "a", {{"t", whole, {}, {}, 0}});
  std::vector<SaveItem> halves;
  for (const int64_t start : {0, 500}) {
    const Box box{{0, start}, {3000, 500}};
    halves.push_back({"t", cut_out(whole, box), box, whole.shape(), 0});
  }
  save_checkpoint(make_local_storage(), directory / "b", std::move(halves));
  const Checkpoint a = *Checkpoint::open(directory / "a");
  const Checkpoint b = *Checkpoint::open(directory / "b");
  const AllocationMeter meter;
  const DiffReport report = diff_of(a, b, {.threads = 4, .window_bytes = 1000000});
  EXPECT_LT(meter.peak_bytes(), 1100000u);
  EXPECT_EQ(report.bytes_compared, 12000000u);
  EXPECT_TRUE(report.is_same());
}

TEST(Diff, TellsHowFarItIsAndStopsWhenItIsTold) {
  const Checkpoint a = checkpoint_of(
      {{"a", counting_tensor({9}), {}, {}, 0}, {"b", strings_tensor({1}, {"x"}), {}, {}, 0}});
  uint64_t last = 0;
  const auto watch = [&](uint64_t done, uint64_t total) {
    EXPECT_GE(done, last);
    EXPECT_EQ(total, a.catalog().size_bytes());
    last = done;
    return true;
  };
  EXPECT_TRUE(diff_of(a, a, {.progress = watch}).is_same());
  EXPECT_EQ(last, a.catalog().size_bytes());
  const auto stopped = diff(a, a, {.progress = [](uint64_t, uint64_t) { return false; }});
  EXPECT_TRUE(fails(stopped, Code::kIo, {"cancelled"}));
}

TEST(Diff, WritesJson) {
  const Checkpoint a = checkpoint_of(
      {{"t", counting_tensor({2}), {}, {}, 0}, {"v", counting_tensor({}), {}, {}, 0}});
  const Checkpoint b = one_tensor(counting_tensor({2}, 0.5f));
  DiffReport report = diff_of(a, b);
  report.seconds = 1.5;
  EXPECT_EQ(report.to_json(), R"({
  "schema": 1,
  "a": "m",
  "b": "m",
  "is_same": false,
  "added": [],
  "removed": [
    {
      "name": "v",
      "source_name": "v",
      "dtype": "float32",
      "shape": []
    }
  ],
  "changed": [
    {
      "name": "t",
      "a": {
        "source_name": "t",
        "dtype": "float32",
        "shape": [
          2
        ]
      },
      "b": {
        "source_name": "t",
        "dtype": "float32",
        "shape": [
          2
        ]
      },
      "element_count": 2,
      "different_count": 2,
      "max_difference": 0.5
    }
  ],
  "equal": [],
  "problems": [],
  "unmatched_rules": [],
  "bytes_compared": 8,
  "seconds": 1.5
})");
}

}  // namespace
}  // namespace holdall
