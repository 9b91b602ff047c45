#include <gtest/gtest.h>

#include <array>

#include "base/checked_math.h"
#include "base/endian.h"
#include "holdall/text.h"

namespace holdall {
namespace {

TEST(CheckedMath, AddsAndMultipliesUpToTheLargestNumber) {
  EXPECT_EQ(checked_add(UINT64_MAX - 1, 1), UINT64_MAX);
  EXPECT_FALSE(checked_add(UINT64_MAX, 1));
  EXPECT_EQ(checked_mul(UINT64_MAX, 1), UINT64_MAX);
  EXPECT_EQ(checked_mul(uint64_t{1} << 32, (uint64_t{1} << 32) - 1), UINT64_MAX << 32);
  EXPECT_FALSE(checked_mul(uint64_t{1} << 32, uint64_t{1} << 32));
  EXPECT_EQ(checked_mul(UINT64_MAX, 0), 0u);
}

TEST(CheckedMath, AlignsUpwards) {
  EXPECT_EQ(checked_align_up(0, 64), 0u);
  EXPECT_EQ(checked_align_up(1, 64), 64u);
  EXPECT_EQ(checked_align_up(64, 64), 64u);
  EXPECT_EQ(checked_align_up(100, 42), 126u);
  EXPECT_EQ(checked_align_up(UINT64_MAX, 1), UINT64_MAX);
  EXPECT_FALSE(checked_align_up(UINT64_MAX - 1, 64));
}

TEST(CheckedMath, TellsWhatFitsWithoutWrapping) {
  EXPECT_TRUE(fits_in(0, 0, 0));
  EXPECT_TRUE(fits_in(3, 7, 10));
  EXPECT_FALSE(fits_in(3, 8, 10));
  EXPECT_TRUE(fits_in(10, 0, 10));
  EXPECT_FALSE(fits_in(11, 0, 10));
  EXPECT_FALSE(fits_in(2, UINT64_MAX - 1, 10));
  EXPECT_FALSE(fits_in(UINT64_MAX, 2, 10));
}

TEST(Endian, SwapsBytesOfEachWidth) {
  EXPECT_EQ(swap_bytes(uint8_t{0x12}), 0x12);
  EXPECT_EQ(swap_bytes(uint16_t{0x1234}), 0x3412);
  EXPECT_EQ(swap_bytes(uint32_t{0x12345678}), 0x78563412u);
  EXPECT_EQ(swap_bytes(uint64_t{0x123456789abcdef0}), 0xf0debc9a78563412u);
}

TEST(Endian, LoadsAndStoresLittleEndianAtAnyAddress) {
  std::array<std::byte, 12> bytes = {};
  store_le(bytes.data() + 1, uint32_t{0xa1b2c3d4});
  EXPECT_EQ(bytes[0], std::byte{0});
  EXPECT_EQ(bytes[1], std::byte{0xd4});
  EXPECT_EQ(bytes[4], std::byte{0xa1});
  EXPECT_EQ(bytes[5], std::byte{0});
  EXPECT_EQ(load_le<uint32_t>(bytes.data() + 1), 0xa1b2c3d4u);
  store_le(bytes.data() + 3, uint64_t{0x0102030405060708});
  EXPECT_EQ(load_le<uint64_t>(bytes.data() + 3), 0x0102030405060708u);
}

TEST(SizeText, HasOneDigitAndPowersOfThousand) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(999), "999 B");
  EXPECT_EQ(size_text(1000), "1.0 kB");
  EXPECT_EQ(size_text(83'100'000), "83.1 MB");
  EXPECT_EQ(size_text(1'500'000'000), "1.5 GB");
  EXPECT_EQ(size_text(2'000'000'000'000), "2.0 TB");
  EXPECT_EQ(size_text(UINT64_MAX), "18.4 EB");
}

TEST(SizeText, NeverRoundsToAThousand) {
  EXPECT_EQ(size_text(999'949), "999.9 kB");
  EXPECT_EQ(size_text(999'950), "1.0 MB");
  EXPECT_EQ(size_text(999'999'999), "1.0 GB");
}

}  // namespace
}  // namespace holdall
