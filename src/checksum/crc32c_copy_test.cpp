#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "checksum/crc32c.h"
#include "checksum/crc32c_kernels.h"

namespace holdall {
namespace {

using Bytes = std::vector<std::byte>;

Bytes random_bytes(std::mt19937_64& random, size_t size_bytes) {
  Bytes bytes(size_bytes);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

constexpr CopyTarget kTargets[] = {CopyTarget::kReused, CopyTarget::kFresh};
constexpr std::byte kUntouched{0xa5};

// Where a vector's bytes are is chance; this is the part of it from the next multiple of 64 on.
std::span<std::byte> aligned(Bytes& bytes) {
  const size_t off = (64 - reinterpret_cast<uintptr_t>(bytes.data()) % 64) % 64;
  return std::span(bytes).subspan(off);
}

TEST(Crc32cCombine, JoinsTwoPartsOfAnyLength) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 3000; ++round) {
    const Bytes bytes = random_bytes(random, random() % 5000);
    const size_t cut = random() % (bytes.size() + 1);
    const auto a = std::span(bytes).first(cut);
    const auto b = std::span(bytes).subspan(cut);
    ASSERT_EQ(crc32c_combine(crc32c(a), crc32c(b), b.size()), crc32c(bytes))
        << cut << " of " << bytes.size();
  }
}

TEST(Crc32cCombine, JoinsManyPartsInAnyGrouping) {
  std::mt19937_64 random(2);
  const Bytes bytes = random_bytes(random, 300'000);
  const size_t third = bytes.size() / 3;
  const auto part = [&](size_t i) { return std::span(bytes).subspan(i * third, third); };
  const uint32_t left = crc32c_combine(crc32c(part(0)), crc32c(part(1)), third);
  const uint32_t right = crc32c_combine(crc32c(part(1)), crc32c(part(2)), third);
  EXPECT_EQ(crc32c_combine(left, crc32c(part(2)), third), crc32c(bytes));
  EXPECT_EQ(crc32c_combine(crc32c(part(0)), right, 2 * third), crc32c(bytes));
}

// CRCs of runs of zeros whose lengths need every bit of the size: doubled from one byte on.
TEST(Crc32cCombine, TakesLengthsPastFourGigabytes) {
  const std::byte zero{0};
  uint32_t doubled = crc32c({&zero, 1});
  uint64_t size_bytes = 1;
  for (; size_bytes < (uint64_t{1} << 40); size_bytes *= 2)
    doubled = crc32c_combine(doubled, doubled, size_bytes);
  const uint64_t part = 12345678901;  // and once more from two unequal parts
  uint32_t a = crc32c({});
  uint32_t b = crc32c({});
  uint32_t power = crc32c({&zero, 1});
  for (uint64_t bit = 1; bit < (uint64_t{1} << 40); bit *= 2) {
    if ((part & bit) != 0) a = crc32c_combine(a, power, bit);
    if (((size_bytes - part) & bit) != 0) b = crc32c_combine(b, power, bit);
    power = crc32c_combine(power, power, bit);
  }
  EXPECT_EQ(crc32c_combine(a, b, size_bytes - part), doubled);
}

TEST(Crc32cCombine, LeavesTheSumBesideNoBytes) {
  EXPECT_EQ(crc32c_combine(0x12345678, crc32c({}), 0), 0x12345678u);
  EXPECT_EQ(crc32c_combine(crc32c({}), 0x12345678, 77), 0x12345678u);
}

TEST(Crc32cCopy, CopiesAndSumsAtEveryAlignmentAndLength) {
  std::mt19937_64 random(3);
  Bytes pool = random_bytes(random, 12'000);
  Bytes room(12'000);
  for (const CopyTarget target : kTargets) {
    for (int round = 0; round < 4000; ++round) {
      const size_t size_bytes = round < 1200 ? static_cast<size_t>(round) : random() % 11'000;
      const auto from = aligned(pool).subspan(random() % 64, size_bytes);
      std::fill(room.begin(), room.end(), kUntouched);
      const size_t at = random() % 64;
      const auto into = aligned(room).subspan(at, size_bytes);
      const auto start = static_cast<uint32_t>(random());

      ASSERT_EQ(crc32c_copy(start, from, into, target), crc32c_portable(start, from)) << size_bytes;
      ASSERT_TRUE(std::equal(from.begin(), from.end(), into.begin())) << size_bytes;
      const auto touched = static_cast<size_t>(
          std::count_if(room.begin(), room.end(), [](std::byte b) { return b != kUntouched; }));
      ASSERT_LE(touched, size_bytes) << "bytes beside the target were written";
    }
  }
}

TEST(Crc32cCopy, IsTheSameThroughTheStackAndByWideRegisters) {
  if (!has_avx512_copy()) {
    // The wide kernel cannot run here; what chooses it must then give the staged one's results.
    const Bytes bytes(4096, std::byte{7});
    Bytes into(4096);
    EXPECT_EQ(crc32c_copy(0, bytes, into, CopyTarget::kReused), crc32c_portable(0, bytes));
    return;
  }
  std::mt19937_64 random(4);
  Bytes pool = random_bytes(random, 80'000);
  Bytes room_a(80'000);
  Bytes room_b(80'000);
  for (const CopyTarget target : kTargets) {
    for (int round = 0; round < 500; ++round) {
      const size_t size_bytes = kCopyBlockBytes * (1 + random() % 300);
      const auto from = aligned(pool).subspan(random() % 64, size_bytes);
      const auto a = aligned(room_a);
      const auto b = aligned(room_b);
      const auto start = static_cast<uint32_t>(random());
      const uint32_t staged = crc32c_copy_staged(start, from, a.data(), target);
      ASSERT_EQ(crc32c_copy_avx512(start, from, b.data(), target), staged);
      ASSERT_EQ(staged, crc32c_portable(start, from));
      ASSERT_TRUE(std::equal(from.begin(), from.end(), a.begin()));
      ASSERT_TRUE(std::equal(from.begin(), from.end(), b.begin()));
    }
  }
}

}  // namespace
}  // namespace holdall
