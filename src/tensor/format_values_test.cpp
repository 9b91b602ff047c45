#include <gtest/gtest.h>

#include <algorithm>

#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

// What stands before the first `mark`; `text` goes on behind it.
std::string take_until(std::string& text, char mark) {
  const size_t end = text.find(mark);
  std::string front = text.substr(0, end);
  text.erase(0, end == std::string::npos ? end : end + 1);
  return front;
}

Shape parse_shape(std::string text) {
  std::vector<int64_t> dims;
  while (!text.empty()) dims.push_back(std::stoll(take_until(text, ',')));
  return Shape(dims);
}

TEST(FormatValues, PrintsWhatNumPyPrints) {
  // Written by NumPy: testdata/make_numpy_texts.py.
  std::string lines = read_test_file(source_path("src/tensor/testdata/numpy_texts.txt"));
  int case_count = 0;
  for (; !lines.empty(); ++case_count) {
    std::string line = take_until(lines, '\n');
    const DType dtype = find_dtype(take_until(line, '\t')).value();
    const Shape shape = parse_shape(take_until(line, '\t'));
    const std::string bytes = bytes_of_hex(take_until(line, '\t'));
    std::replace(line.begin(), line.end(), '|', '\n');
    const auto tensor = Tensor::copy_of(dtype, shape, std::as_bytes(std::span(bytes)));
    ASSERT_TRUE(tensor.ok());
    EXPECT_EQ(format_values(*tensor), line) << dtype_name(dtype) << ' ' << shape.to_string();
  }
  EXPECT_GT(case_count, 500);
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
