#include "holdall/describe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "holdall/text.h"
#include "support/allocation_meter.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

Checkpoint checkpoint_of(Tensor tensor) {
  return save_and_open(make_memory_storage(), "m", {{"t", std::move(tensor), {}, {}, 0}});
}

TensorDescription description_of(const Tensor& tensor, const DescribeOptions& options = {}) {
  auto description = describe(checkpoint_of(tensor), "t", options);
  EXPECT_TRUE(is_ok(description));
  return description.ok() ? *description : TensorDescription();
}

TEST(Describe, TellsPlaceStatisticsAndValues) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const Tensor tensor = *Tensor::of<float>({2, 4}, {nan, 0, -0.0f, 3, infinity, -infinity, -1, 4});
  const TensorDescription description = description_of(tensor);
  EXPECT_EQ(description.to_string(),
            "t  float32 [2,4]  32 bytes  weight\n"
            "m.data-00000-of-00001: bytes 0 to 32, crc32c 0x3c30242c\n"
            "min -1 · max 4 · mean 1.2 · std 1.93907 · 1 NaN · 2 infinite · 2 zero of 8\n"
            "[[ nan   0.  -0.   3.]\n"
            " [ inf -inf  -1.   4.]]\n");
  EXPECT_EQ(description.pieces.size(), 1u);
}

// The definitions, written out; in blocks and windows of any size the result is the same.
TEST(Describe, MeasuresWhateverTheWindow) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal(1e6, 1);
  std::vector<double> numbers(10000);
  for (double& number : numbers) number = normal(random);
  double sum = 0;
  for (const double number : numbers) sum += number - 1e6;
  const double mean = 1e6 + sum / 10000;
  double squares = 0;
  for (const double number : numbers) squares += (number - mean) * (number - mean);
  const Tensor tensor = *Tensor::of<double>({100, 100}, numbers);
  for (const uint64_t window_bytes : {1u, 1000u, 100000u, 1u << 24}) {
    const auto statistics = *description_of(tensor, {.window_bytes = window_bytes}).statistics;
    EXPECT_EQ(statistics.count, 10000u);
    EXPECT_EQ(statistics.min, *std::min_element(numbers.begin(), numbers.end()));
    EXPECT_EQ(statistics.max, *std::max_element(numbers.begin(), numbers.end()));
    EXPECT_NEAR(statistics.mean, mean, 1e-8);
    EXPECT_NEAR(statistics.std, std::sqrt(squares / 10000), 1e-8);
  }
}

TEST(Describe, PrintsWhatTheWholeTensorWouldPrint) {
  std::mt19937_64 random(3);
  for (const Shape& shape : {Shape{1001}, Shape{40, 50}, Shape{7, 5, 40}, Shape{2, 1000}, Shape{5},
                             Shape{}, Shape{0, 3}, Shape{1000}, Shape{11, 7, 9, 8}}) {
    for (const DType dtype : {DType::kF32, DType::kI16, DType::kBF16, DType::kF8E5M2, DType::kBool,
                              DType::kComplex64}) {
      const Tensor tensor = random_tensor(random, dtype, shape);
      for (const uint64_t window_bytes : {1u, 300u, 1u << 24}) {
        EXPECT_EQ(description_of(tensor, {.window_bytes = window_bytes}).values,
                  format_values(tensor))
            << dtype_name(dtype) << shape.to_string();
      }
    }
  }
}

TEST(Describe, PrintsAllIfAsked) {
  const TensorDescription description =
      description_of(counting_tensor({1001}), {.all_values = true});
  EXPECT_EQ(description.values.find("..."), std::string::npos);
  EXPECT_NE(description.values.find(" 500. "), std::string::npos);
  EXPECT_EQ(description.statistics->max, 1000);
  EXPECT_EQ(format_values(counting_tensor({1001}), ValuesShown::kAll), description.values);
}

TEST(Describe, KeepsToTheSlice) {
  const Tensor tensor = counting_tensor({4, 5});
  for (const bool all_values : {false, true}) {
    const TensorDescription description =
        description_of(tensor, {.slice = "1:3,-1", .all_values = all_values, .window_bytes = 9});
    EXPECT_EQ(description.values, "[ 9. 14.]");
    EXPECT_EQ(description.statistics->count, 2u);
    EXPECT_EQ(description.statistics->min, 9);
    EXPECT_EQ(description.slice->shape, Shape({2}));
  }
  EXPECT_TRUE(fails(describe(checkpoint_of(tensor), "t", {.slice = "9"}), Code::kInvalidArgument,
                    {"tensor 't': column 1 of the slice"}));
  EXPECT_EQ(description_of(tensor, {.slice = "2,2"}).values, "12.0");
}

TEST(Describe, ShowsStringsAndTypesWithoutNumbers) {
  const Tensor strings = strings_tensor({2, 2}, {"a", "b", "c", "d"});
  TensorDescription description = description_of(strings);
  EXPECT_EQ(description.values, format_values(strings));
  EXPECT_FALSE(description.statistics);
  EXPECT_EQ(description_of(strings, {.slice = "1"}).values, "[b'c' b'd']");
  description = description_of(*Tensor::of<std::complex<float>>({1}, {{1, 2}}));
  EXPECT_EQ(description.values, "[1.+2.j]");
  EXPECT_FALSE(description.statistics);
}

TEST(Describe, SaysWhatIsWrong) {
  EXPECT_TRUE(fails(describe(checkpoint_of(counting_tensor({2})), "tt"), Code::kNotFound,
                    {"Key tt not found in checkpoint; near it are 't'"}));
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "m", {{"t", counting_tensor({3}), {}, {}, 0}});
  std::string bytes = read_file(*storage, "m.data-00000-of-00001");
  bytes[3] ^= 1;
  write_file(*storage, "m.data-00000-of-00001", bytes);
  const Checkpoint damaged = *Checkpoint::open("m", {storage});
  EXPECT_TRUE(fails(describe(damaged, "t"), Code::kCorrupt, {"tensor 't': Checksum"}));
  EXPECT_TRUE(is_ok(describe(damaged, "t", {.verify = false})));
}

TEST(Describe, HoldsNoMoreThanItsWindow) {
  if (!can_count_allocations()) return;
  const TempDirectory directory;
  save_checkpoint(make_local_storage(), directory / "m",
                  {{"t", counting_tensor({3000, 1000}), {}, {}, 0}});
  const Checkpoint checkpoint = *Checkpoint::open(directory / "m");
  const AllocationMeter meter;
  ASSERT_TRUE(is_ok(describe(checkpoint, "t", {.window_bytes = 300000})));
  EXPECT_LT(meter.peak_bytes(), 500000u);
}

TEST(Describe, TellsAnArchivesChecksum) {
  for (const bool compress : {false, true}) {
    const auto checkpoint =
        save_and_open(make_memory_storage(), "m", {{"t", counting_tensor({3}), {}, {}, 0}},
                      {.format = "npz", .compress = compress});
    const auto description = describe(checkpoint, "t");
    ASSERT_TRUE(is_ok(description));
    const uint32_t value = description->pieces[0].crc32->value;
    char hex[16];
    (void)std::snprintf(hex, sizeof hex, "%08x", value);
    EXPECT_NE(description->to_string().find(", crc32 0x" + std::string(hex) + "\n"),
              std::string::npos)
        << description->to_string();
    EXPECT_NE(description->to_json().find("\"crc32\": " + std::to_string(value)),
              std::string::npos);
  }
}

TEST(Describe, WritesJson) {
  EXPECT_EQ(description_of(counting_tensor({2, 2}), {.slice = "1"}).to_json(), R"({
  "schema": 1,
  "checkpoint": "m",
  "name": "t",
  "dtype": "float32",
  "shape": [
    2,
    2
  ],
  "size_bytes": 16,
  "role": "weight",
  "pieces": [
    {
      "file": "m.data-00000-of-00001",
      "offset_in_file": 0,
      "size_bytes": 16,
      "crc32c": 1365100596
    }
  ],
  "slice": {
    "box": "1,1:0,2",
    "shape": [
      2
    ]
  },
  "statistics": {
    "count": 2,
    "nan_count": 0,
    "infinite_count": 0,
    "zero_count": 0,
    "min": 2.0,
    "max": 3.0,
    "mean": 2.5,
    "std": 0.5
  },
  "values": "[2. 3.]"
})");
}

}  // namespace
}  // namespace holdall
