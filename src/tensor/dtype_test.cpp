#include "holdall/dtype.h"

#include <gtest/gtest.h>

#include <set>

#include "support/test_values.h"

namespace holdall {
namespace {

constexpr int kCount = static_cast<int>(DType::kResource) + 1;

TEST(DType, IsFoundByItsName) {
  std::set<std::string_view> names;
  for (int i = 1; i < kCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    EXPECT_EQ(find_dtype(dtype_name(dtype)), dtype) << i;
    EXPECT_TRUE(names.insert(dtype_name(dtype)).second) << dtype_name(dtype);
  }
  EXPECT_EQ(find_dtype("float32"), DType::kF32);
  EXPECT_EQ(find_dtype("bfloat16"), DType::kBF16);
  EXPECT_FALSE(find_dtype("unknown"));
  EXPECT_FALSE(find_dtype("float"));
  EXPECT_FALSE(find_dtype(""));
}

TEST(DType, HasTheSizeOfTheCppTypeThatItStandsFor) {
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<float>), sizeof(float));
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<double>), sizeof(double));
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<int8_t>), 1u);
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<int16_t>), 2u);
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<int32_t>), 4u);
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<int64_t>), 8u);
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<uint8_t>), 1u);
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<uint16_t>), 2u);
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<uint32_t>), 4u);
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<uint64_t>), 8u);
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<bool>), sizeof(bool));
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<std::complex<float>>), 8u);
  EXPECT_EQ(dtype_size_bytes(kDTypeOf<std::complex<double>>), 16u);
}

TEST(DType, SwapsHalvesOfComplexNumbersAndNothingOfOneByte) {
  EXPECT_EQ(dtype_swap_bytes(DType::kComplex64), 4u);
  EXPECT_EQ(dtype_swap_bytes(DType::kComplex128), 8u);
  for (const DType dtype : storable_dtypes()) {
    const uint64_t size_bytes = dtype_size_bytes(dtype);
    const bool is_complex = dtype == DType::kComplex64 || dtype == DType::kComplex128;
    EXPECT_EQ(dtype_swap_bytes(dtype), is_complex        ? size_bytes / 2
                                       : size_bytes == 0 ? 1
                                                         : size_bytes)
        << dtype_name(dtype);
  }
}

TEST(DType, HasNoSizeWhereElementsHaveNone) {
  for (const DType dtype : {DType::kString, DType::kVariant, DType::kResource, DType::kUnknown}) {
    EXPECT_EQ(dtype_size_bytes(dtype), 0u) << dtype_name(dtype);
  }
  // A number out of the enumeration counts as unknown.
  EXPECT_EQ(dtype_name(static_cast<DType>(200)), "unknown");
  EXPECT_EQ(dtype_size_bytes(static_cast<DType>(200)), 0u);
}

}  // namespace
}  // namespace holdall
