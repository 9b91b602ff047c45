#include "base/byte_cursor.h"

#include <gtest/gtest.h>

#include <array>

namespace holdall {
namespace {

std::span<const std::byte> to_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

TEST(ByteCursor, ReadsLittleEndianNumbersInTurn) {
  ByteCursor cursor(to_bytes("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d"));
  EXPECT_EQ(cursor.read_u8(), 1);
  EXPECT_EQ(cursor.read_fixed32(), 0x05040302u);
  EXPECT_EQ(cursor.read_fixed64(), 0x0d0c0b0a09080706u);
  EXPECT_EQ(cursor.position(), 13u);
  EXPECT_TRUE(cursor.is_at_end());
}

TEST(ByteCursor, StaysWhereItIsWhenAReadDoesNotFit) {
  ByteCursor cursor(to_bytes("abc"));
  EXPECT_EQ(cursor.read_u8(), 'a');
  EXPECT_FALSE(cursor.read_fixed32());
  EXPECT_FALSE(cursor.read_fixed64());
  EXPECT_FALSE(cursor.read_bytes(3));
  EXPECT_FALSE(cursor.read_bytes(UINT64_MAX));
  EXPECT_EQ(cursor.position(), 1u);
  EXPECT_EQ(cursor.remaining_bytes(), 2u);
  EXPECT_EQ(cursor.read_bytes(2)->size(), 2u);
  EXPECT_FALSE(cursor.read_u8());
  EXPECT_TRUE(cursor.read_bytes(0));
}

TEST(ByteCursor, ReadsVarints) {
  ByteCursor cursor(to_bytes(std::string_view("\x00\x7f\x80\x01\xac\x02", 6)));
  EXPECT_EQ(cursor.read_varint64(), 0u);
  EXPECT_EQ(cursor.read_varint64(), 127u);
  EXPECT_EQ(cursor.read_varint64(), 128u);
  EXPECT_EQ(cursor.read_varint64(), 300u);
  EXPECT_TRUE(cursor.is_at_end());
}

TEST(ByteCursor, ReadsTheLargestVarints) {
  ByteCursor largest(to_bytes("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
  EXPECT_EQ(largest.read_varint64(), UINT64_MAX);
  ByteCursor largest32(to_bytes("\xff\xff\xff\xff\x0f"));
  EXPECT_EQ(largest32.read_varint32(), UINT32_MAX);
}

TEST(ByteCursor, RefusesVarintsThatDoNotFit) {
  for (const std::string_view bytes :
       {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81",
        "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", "\x80", ""}) {
    ByteCursor cursor(to_bytes(bytes));
    EXPECT_FALSE(cursor.read_varint64());
    EXPECT_EQ(cursor.position(), 0u);
  }
  ByteCursor wide(to_bytes("\x80\x80\x80\x80\x10"));
  EXPECT_FALSE(wide.read_varint32());
  EXPECT_EQ(wide.position(), 0u);
  EXPECT_EQ(wide.read_varint64(), uint64_t{1} << 32);
  ByteCursor padded(to_bytes({"\x81\x80\x80\x80\x80\x00", 6}));
  EXPECT_FALSE(padded.read_varint32());
  EXPECT_EQ(padded.read_varint64(), 1u);
}

}  // namespace
}  // namespace holdall
