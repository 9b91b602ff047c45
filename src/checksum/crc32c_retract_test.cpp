#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "checksum/crc32c.h"

namespace holdall {
namespace {

TEST(Crc32cRetract, TellsTheChecksumOfEachPartFromThatOfTheWhole) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::byte> bytes(random() % 300);
    for (std::byte& b : bytes) b = static_cast<std::byte>(random());
    const size_t cut = random() % (bytes.size() + 1);
    const auto a = std::span(bytes).first(cut);
    const auto b = std::span(bytes).subspan(cut);
    EXPECT_EQ(crc32c_retract(crc32c(bytes), b), crc32c(a));
    EXPECT_EQ(crc32c_behind(crc32c(a), crc32c(bytes), b.size()), crc32c(b));
  }
}

}  // namespace
}  // namespace holdall
