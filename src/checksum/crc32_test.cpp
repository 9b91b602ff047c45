#include "checksum/crc32.h"

#include <gtest/gtest.h>

#include <random>
#include <string_view>
#include <vector>

namespace holdall {
namespace {

// The definition: one bit at a time, no tables.
uint32_t crc32_by_definition(std::span<const std::byte> bytes) {
  uint32_t state = ~uint32_t{0};
  for (const std::byte byte : bytes) {
    state ^= static_cast<uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) state = (state >> 1) ^ (0xedb88320 & (0 - (state & 1)));
  }
  return ~state;
}

std::vector<std::byte> random_bytes(std::mt19937_64& random, size_t size_bytes) {
  std::vector<std::byte> bytes(size_bytes);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

TEST(Crc32, GivesThePublishedValues) {
  const std::string_view digits = "123456789";
  EXPECT_EQ(crc32(std::as_bytes(std::span(digits))), 0xcbf43926);
  EXPECT_EQ(crc32({}), 0u);
  EXPECT_EQ(crc32(std::vector<std::byte>(32)), 0x190a55ad);
}

TEST(Crc32, IsCombinedOfTwoRuns) {
  std::mt19937_64 random(2);
  const std::vector<std::byte> bytes = random_bytes(random, 5000);
  for (const size_t first : {0u, 1u, 7u, 64u, 4095u, 4999u, 5000u}) {
    const auto a = std::span(bytes).first(first);
    const auto b = std::span(bytes).subspan(first);
    EXPECT_EQ(crc32_combine(crc32(a), crc32(b), b.size()), crc32(bytes)) << first;
  }
}

TEST(Crc32, FollowsTheDefinitionAtEveryShortLengthAndAlignment) {
  std::mt19937_64 random(1);
  const std::vector<std::byte> bytes = random_bytes(random, 400);
  for (size_t size_bytes = 0; size_bytes <= 300; ++size_bytes) {
    const auto part = std::span(bytes).subspan(random() % 100, size_bytes);
    ASSERT_EQ(crc32(part), crc32_by_definition(part)) << size_bytes << " bytes";
  }
}

TEST(Crc32, ContinuesFromAnyFinishedValue) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 500; ++round) {
    const std::vector<std::byte> bytes = random_bytes(random, random() % 3000);
    const size_t cut = random() % (bytes.size() + 1);
    const uint32_t front = crc32(std::span(bytes).first(cut));
    ASSERT_EQ(crc32_extend(front, std::span(bytes).subspan(cut)), crc32_by_definition(bytes));
  }
}

}  // namespace
}  // namespace holdall
