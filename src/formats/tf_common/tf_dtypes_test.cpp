#include "formats/tf_common/tf_dtypes.h"

#include <gtest/gtest.h>

#include <utility>

namespace holdall {
namespace {

constexpr int kCount = static_cast<int>(DType::kResource) + 1;

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
