#include "formats/tf_common/tf_slice_key.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

namespace holdall {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string encoded_start(int64_t value) {
  const std::string key = hex(encode_slice_key("", {{value}, {0}}));
  // 00, the terminator 0001, rank 01 01; then the start and a length of 0.
  EXPECT_EQ(key.substr(0, 10), "0000010101");
  EXPECT_EQ(key.substr(key.size() - 2), "80");
  return key.substr(10, key.size() - 12);
}

TEST(SliceKey, EncodesNumbersAsTensorFlowDoes) {
  const std::pair<int64_t, const char*> vectors[] = {
      {0, "80"},
      {1, "81"},
      {63, "bf"},
      {64, "c040"},
      {65, "c041"},
      {127, "c07f"},
      {8191, "dfff"},
      {8192, "e02000"},
      {1048575, "efffff"},
      {1048576, "f0100000"},
      {134217727, "f7ffffff"},
      {134217728, "f808000000"},
      {-1, "7f"},
      {-64, "40"},
      {-65, "3fbf"},
      {100, "c064"},
      {1000, "c3e8"},
      {30522, "e0773a"},
      {50257, "e0c451"},
      {128000, "e1f400"},
      {int64_t{1} << 31, "f880000000"},
      {int64_t{1} << 62, "ffc04000000000000000"},
      {INT64_MAX, "ffc07fffffffffffffff"},
  };
  for (const auto& [value, expected] : vectors) EXPECT_EQ(encoded_start(value), expected) << value;
}

TEST(SliceKey, EncodesWholeKeysAsTensorFlowDoes) {
  EXPECT_EQ(hex(encode_slice_key("foo", {{0, 0}, {Box::kAll, 1}})), "00666f6f00010102807f8081");
  EXPECT_EQ(hex(encode_slice_key("foo", {{0, 1}, {Box::kAll, 9}})), "00666f6f00010102807f8189");
  EXPECT_EQ(hex(encode_slice_key("foo", {{0, 0, 1, 4}, {Box::kAll, Box::kAll, 3, 5}})),
            "00666f6f00010104807f807f81838485");
  EXPECT_EQ(hex(encode_slice_key("emb/weights", {{5, 0}, {5, 4}})),
            "00656d622f77656967687473000101028585"
            "8084");
  EXPECT_EQ(hex(encode_slice_key("w", {{64, 0}, {64, 512}})), "007700010102c040c04080c200");
  EXPECT_EQ(hex(encode_slice_key("a", {})), "0061000100");
}

TEST(SliceKey, EscapesTheBytesOfItsTerminator) {
  EXPECT_EQ(hex(encode_slice_key(std::string_view("a\0b\xff", 4), {})), "006100ff62ff00000100");
}

}  // namespace
}  // namespace holdall
