#include "holdall/dtype.h"

#include <gtest/gtest.h>

#include <set>

#include "formats/tf_common/tf_dtypes.h"
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

TEST(TfDTypes, GoThereAndBack) {
  for (int i = 1; i < kCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    EXPECT_EQ(dtype_of_tf_code(tf_code_of(dtype)), dtype) << dtype_name(dtype);
  }
}

TEST(TfDTypes, AreNumberedAsInTensorFlow) {
  const std::pair<uint64_t, DType> codes[] = {{0, DType::kUnknown},
                                              {1, DType::kF32},
                                              {2, DType::kF64},
                                              {3, DType::kI32},
                                              {7, DType::kString},
                                              {9, DType::kI64},
                                              {10, DType::kBool},
                                              {14, DType::kBF16},
                                              {17, DType::kU16},
                                              {19, DType::kF16},
                                              {20, DType::kResource},
                                              {21, DType::kVariant},
                                              {24, DType::kF8E5M2},
                                              {25, DType::kF8E4M3FN},
                                              {29, DType::kI4},
                                              {33, DType::kF4E2M1FN},
                                              {34, DType::kUnknown},
                                              {101, DType::kUnknown},
                                              {UINT64_MAX, DType::kUnknown}};
  for (const auto& [code, dtype] : codes) EXPECT_EQ(dtype_of_tf_code(code), dtype) << code;
}

TEST(TfDTypes, HaveTheNamesOfTensorFlowsMessages) {
  EXPECT_EQ(tf_type_name(DType::kF32), "float");
  EXPECT_EQ(tf_type_name(DType::kF64), "double");
  EXPECT_EQ(tf_type_name(DType::kF16), "half");
  EXPECT_EQ(tf_type_name(DType::kI32), "int32");
  EXPECT_EQ(tf_type_name(DType::kString), "string");
}

}  // namespace
}  // namespace holdall
