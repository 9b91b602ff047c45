#include "tensor/numbers.h"

#include <gtest/gtest.h>

#include <cmath>

#include "holdall/tensor.h"
#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

std::vector<double> numbers_of(DType dtype, std::vector<uint8_t> bytes) {
  std::vector<double> numbers = {99};
  EXPECT_TRUE(is_ok(to_doubles(dtype, std::as_bytes(std::span(bytes)), numbers)));
  return numbers;
}

TEST(Numbers, AreThoseOfEveryNumericType) {
  using Doubles = std::vector<double>;
  EXPECT_EQ(numbers_of(DType::kF32, {0, 0, 0xc0, 0x3f}), Doubles{1.5});
  EXPECT_EQ(numbers_of(DType::kF64, {0, 0, 0, 0, 0, 0, 0xf8, 0xbf}), Doubles{-1.5});
  EXPECT_EQ(numbers_of(DType::kF16, {0, 0x3e, 1, 0}), (Doubles{1.5, 0x1p-24}));
  EXPECT_EQ(numbers_of(DType::kBF16, {0xc0, 0x3f}), Doubles{1.5});
  EXPECT_EQ(numbers_of(DType::kI8, {0xff, 5}), (Doubles{-1, 5}));
  EXPECT_EQ(numbers_of(DType::kQI8, {0xff, 5}), (Doubles{-1, 5}));
  EXPECT_EQ(numbers_of(DType::kQU8, {0xff, 5}), (Doubles{255, 5}));
  EXPECT_EQ(numbers_of(DType::kQI16, {0xff, 0xff}), Doubles{-1});
  EXPECT_EQ(numbers_of(DType::kQU16, {0xff, 0xff}), Doubles{65535});
  EXPECT_EQ(numbers_of(DType::kQI32, {0xfe, 0xff, 0xff, 0xff}), Doubles{-2});
  EXPECT_EQ(numbers_of(DType::kBool, {0, 1}), (Doubles{0, 1}));
  EXPECT_EQ(numbers_of(DType::kI4, {0x0f, 7, 0xf1, 8}), (Doubles{-1, 7, 1, -8}));
  EXPECT_EQ(numbers_of(DType::kU4, {0x0f, 7}), (Doubles{15, 7}));
  EXPECT_EQ(numbers_of(DType::kI2, {3, 1, 2}), (Doubles{-1, 1, -2}));
  EXPECT_EQ(numbers_of(DType::kU2, {3, 1}), (Doubles{3, 1}));
  EXPECT_EQ(numbers_of(DType::kComplex64, {0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0}), (Doubles{1, -2}));
  EXPECT_EQ(numbers_of(DType::kF32, {}), Doubles{});
}

TEST(Numbers, AreOneTwoOrNoneAnElement) {
  for (const DType dtype : storable_dtypes()) {
    const std::string_view name = dtype_name(dtype);
    const bool has_none =
        name == "string" || name.starts_with("float8") || name.starts_with("float4");
    const unsigned expected = has_none ? 0 : name.starts_with("complex") ? 2 : 1;
    EXPECT_EQ(doubles_per_element(dtype), expected) << name;
  }
  EXPECT_EQ(doubles_per_element(DType::kVariant), 0u);
}

}  // namespace
}  // namespace holdall
