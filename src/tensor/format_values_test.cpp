#include <gtest/gtest.h>

#include "codec/json.h"
#include "codec/sorted_table_testing.h"  // from_hex
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

TEST(FormatValues, PrintsWhatNumPyPrints) {
  // Written by NumPy: testdata/make_numpy_texts.py.
  const auto cases =
      Json::parse(read_test_file(source_path("src/tensor/testdata/numpy_texts.json")));
  ASSERT_TRUE(cases.ok());
  EXPECT_GT(cases->size(), 300u);
  for (const Json& one : cases->items()) {
    const DType dtype = find_dtype(*one.find("dtype")->as_string()).value();
    std::vector<int64_t> dims;
    for (const Json& size : one.find("shape")->items()) dims.push_back(*size.as_int64());
    const std::string bytes = from_hex(*one.find("hex")->as_string());
    const auto tensor =
        Tensor::copy_of(dtype, Shape(std::move(dims)), std::as_bytes(std::span(bytes)));
    ASSERT_TRUE(tensor.ok());
    EXPECT_EQ(format_values(*tensor), *one.find("text")->as_string())
        << dtype_name(dtype) << ' ' << tensor->shape().to_string();
  }
}

TEST(FormatValues, PrintsStringsEachInItsOwnWidth) {
  EXPECT_EQ(format_values(strings_tensor({2}, {"a", "bbb"})), "[b'a' b'bbb']");
  EXPECT_EQ(format_values(strings_tensor({}, {"it's\n"})), R"(b'it\'s\n')");
  EXPECT_EQ(format_values(strings_tensor({1, 1}, {"\xff"})), R"([[b'\xff']])");
  EXPECT_EQ(format_values(strings_tensor({0}, {})), "[]");
}

Tensor bytes_tensor(DType dtype, std::initializer_list<uint8_t> bytes) {
  return *Tensor::copy_of(dtype, {static_cast<int64_t>(bytes.size())},
                          std::as_bytes(std::span(bytes.begin(), bytes.size())));
}

TEST(FormatValues, PrintsTypesBelowAByteByTheirLowBits) {
  EXPECT_EQ(format_values(bytes_tensor(DType::kI4, {0x0f, 0xff, 0x07, 0x08, 0xf8})),
            "[-1 -1  7 -8 -8]");
  EXPECT_EQ(format_values(bytes_tensor(DType::kU4, {0x0f, 0xff, 0x07})), "[15 15  7]");
  EXPECT_EQ(format_values(bytes_tensor(DType::kI2, {0, 1, 2, 3})), "[ 0  1 -2 -1]");
  EXPECT_EQ(format_values(bytes_tensor(DType::kU2, {0, 1, 2, 3, 0xfe})), "[0 1 2 3 2]");
}

TEST(FormatValues, PrintsQuantisedTypesAsTheirIntegers) {
  EXPECT_EQ(format_values(bytes_tensor(DType::kQI8, {0x80, 0x7f})), "[-128  127]");
  EXPECT_EQ(format_values(bytes_tensor(DType::kQU8, {0x80, 0x7f})), "[128 127]");
  const uint16_t wide[] = {0xffff, 2};
  EXPECT_EQ(format_values(*Tensor::copy_of(DType::kQI16, {2}, std::as_bytes(std::span(wide)))),
            "[-1  2]");
  EXPECT_EQ(format_values(*Tensor::copy_of(DType::kQU16, {2}, std::as_bytes(std::span(wide)))),
            "[65535     2]");
  const int32_t wider[] = {-5, 6};
  EXPECT_EQ(format_values(*Tensor::copy_of(DType::kQI32, {2}, std::as_bytes(std::span(wider)))),
            "[-5  6]");
}

TEST(FormatValues, ShowsTheBitsOfTypesWithoutADecimalForm) {
  EXPECT_EQ(format_values(bytes_tensor(DType::kF8E5M2, {0x3c, 0xff})), "[0x3c 0xff]");
  EXPECT_EQ(format_values(bytes_tensor(DType::kF4E2M1FN, {0x0a})), "[0x0a]");
}

TEST(FormatValues, PrintsBfloat16AsTheFloatsTheyAre) {
  const uint16_t bits[] = {0x3f00, 0xbfe0, 0x7f80};
  EXPECT_EQ(format_values(*Tensor::copy_of(DType::kBF16, {3}, std::as_bytes(std::span(bits)))),
            "[ 0.5  -1.75   inf]");
}

}  // namespace
}  // namespace holdall
