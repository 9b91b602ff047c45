#include "codec/snappy_block.h"

#include <gtest/gtest.h>

#include <random>

#include "codec/sorted_table_testing.h"

namespace holdall {
namespace {

std::string decompress(std::string_view compressed) {
  const auto original = snappy_decompress(bytes_of(compressed));
  if (!original.ok()) return "refused: " + original.error().message;
  return std::string(text_of(*original));
}

std::string repeat(std::string_view unit, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += unit;
  return text;
}

TEST(SnappyBlock, ReadsLiterals) {
  EXPECT_EQ(decompress(from_hex("00")), "");
  EXPECT_EQ(decompress(from_hex("03 08 61 62 63")), "abc");
  EXPECT_EQ(decompress(from_hex("3d f0 3c") + std::string(61, 'x')), std::string(61, 'x'));
  EXPECT_EQ(decompress(from_hex("3d f4 3c 00") + std::string(61, 'x')), std::string(61, 'x'));
}

// Worked out from the format: a tag's low bits choose 1, 2 or 4 bytes of offset.
TEST(SnappyBlock, ReadsCopiesThatOverlapTheirOwnOutput) {
  EXPECT_EQ(decompress(from_hex("08 00 61 0d 01")), repeat("a", 8));
  EXPECT_EQ(decompress(from_hex("09 04 61 62 0d 02")), "ababababa");
  EXPECT_EQ(decompress(from_hex("43 08 61 62 63 fe 03 00")), repeat("abc", 22) + "a");
  EXPECT_EQ(decompress(from_hex("43 08 61 62 63 ff 03 00 00 00")), repeat("abc", 22) + "a");
}

TEST(SnappyBlock, RefusesCopiesFromBeforeTheOutput) {
  const std::string message =
      "refused: Snappy data of 5 bytes is damaged or does not give the 8 bytes it claims";
  EXPECT_EQ(decompress(from_hex("08 00 61 0d 00")), message);
  EXPECT_EQ(decompress(from_hex("08 00 61 0d 02")), message);
}

TEST(SnappyBlock, RefusesOutputOfAnotherLengthThanClaimed) {
  EXPECT_EQ(decompress(from_hex("02 08 61 62 63")),
            "refused: Snappy data of 5 bytes is damaged or does not give the 2 bytes it claims");
  EXPECT_EQ(decompress(from_hex("04 08 61 62 63")),
            "refused: Snappy data of 5 bytes is damaged or does not give the 4 bytes it claims");
  EXPECT_EQ(decompress(from_hex("03 08 61 62 63 00 61")),
            "refused: Snappy data of 7 bytes is damaged or does not give the 3 bytes it claims");
}

TEST(SnappyBlock, RefusesAMissingLength) {
  EXPECT_EQ(decompress(""), "refused: Snappy data of 0 bytes does not begin with a length");
  EXPECT_EQ(decompress(from_hex("80")),
            "refused: Snappy data of 1 bytes does not begin with a length");
  EXPECT_EQ(decompress(from_hex("ff ff ff ff 7f 00")),
            "refused: Snappy data of 6 bytes does not begin with a length");
}

TEST(SnappyBlock, RefusesClaimsThatNoDataCouldMeet) {
  EXPECT_EQ(
      decompress(from_hex("ff ff ff ff 0f")),
      "refused: Snappy data of 5 bytes claims to give 4294967295 bytes, it can give at most 110");
  // The bound itself: 22 times 5 bytes are let through to the library, one more is not.
  EXPECT_EQ(decompress(from_hex("6e 08 61 62 63")),
            "refused: Snappy data of 5 bytes is damaged or does not give the 110 bytes it claims");
  EXPECT_EQ(decompress(from_hex("6f 08 61 62 63")),
            "refused: Snappy data of 5 bytes claims to give 111 bytes, it can give at most 110");
}

TEST(SnappyBlock, ReadsTheDensestDataThereIs) {
  std::string compressed =
      from_hex("81 80 04 00 61");  // 65537 bytes: one literal, then copies of 64
  for (int i = 0; i < 1024; ++i) compressed += from_hex("fe 01 00");
  EXPECT_EQ(decompress(compressed), std::string(65537, 'a'));
}

TEST(SnappyBlock, GivesBackWhatItCompressed) {
  std::mt19937_64 random(11);
  for (const size_t size_bytes :
       {0u, 1u, 2u, 59u, 60u, 61u, 255u, 65535u, 65536u, 65537u, 300000u}) {
    for (const unsigned letters : {1u, 2u, 26u, 256u}) {
      std::string original(size_bytes, '\0');
      for (char& c : original) c = static_cast<char>(random() % letters);
      const std::string compressed = snappy_compress(bytes_of(original));
      EXPECT_EQ(decompress(compressed), original) << size_bytes << " bytes of " << letters;
    }
  }
}

TEST(SnappyBlock, RefusesEveryTruncation) {
  const std::string compressed = snappy_compress(bytes_of(repeat("tensor/", 40) + "and a literal"));
  for (size_t kept = 0; kept < compressed.size(); ++kept) {
    EXPECT_FALSE(snappy_decompress(bytes_of(compressed.substr(0, kept))).ok()) << kept;
  }
}

}  // namespace
}  // namespace holdall
