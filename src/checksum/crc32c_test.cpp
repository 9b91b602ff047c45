#include "checksum/crc32c.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <random>
#include <string_view>
#include <vector>

#include "base/text_bytes.h"
#include "checksum/crc32c_kernels.h"

namespace holdall {
namespace {

using Bytes = std::vector<std::byte>;
using Kernel = uint32_t (*)(uint32_t, std::span<const std::byte>);

Bytes random_bytes(std::mt19937_64& random, size_t size_bytes) {
  Bytes bytes(size_bytes);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

// The definition: one bit at a time, no tables.
uint32_t crc32c_by_definition(std::span<const std::byte> bytes) {
  uint32_t state = ~uint32_t{0};
  for (const std::byte byte : bytes) {
    state ^= static_cast<uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) state = (state >> 1) ^ (0x82f63b78 & (0 - (state & 1)));
  }
  return ~state;
}

class Crc32cKernel : public testing::TestWithParam<Kernel> {};

INSTANTIATE_TEST_SUITE_P(All, Crc32cKernel,
                         testing::Values(crc32c_extend, crc32c_isal, crc32c_portable));

TEST_P(Crc32cKernel, GivesThePublishedValues) {
  const Kernel extend = GetParam();
  Bytes ascending(32);
  for (size_t i = 0; i < ascending.size(); ++i) ascending[i] = static_cast<std::byte>(i);
  const Bytes descending(ascending.rbegin(), ascending.rend());

  EXPECT_EQ(extend(0, {}), 0u);
  EXPECT_EQ(extend(0, bytes_of("123456789")), 0xe3069283);
  EXPECT_EQ(extend(0, bytes_of("a")), 0xc1d04330);
  EXPECT_EQ(extend(0, Bytes(32, std::byte{0x00})), 0x8a9136aa);
  EXPECT_EQ(extend(0, Bytes(32, std::byte{0xff})), 0x62a8ab43);
  EXPECT_EQ(extend(0, ascending), 0x46dd794e);
  EXPECT_EQ(extend(0, descending), 0x113fdb5c);  // RFC 3720, B.4
}

TEST_P(Crc32cKernel, FollowsTheDefinitionAtEveryShortLength) {
  std::mt19937_64 random(1);
  for (size_t size_bytes = 0; size_bytes <= 300; ++size_bytes) {
    const Bytes bytes = random_bytes(random, size_bytes);
    ASSERT_EQ(GetParam()(0, bytes), crc32c_by_definition(bytes)) << size_bytes << " bytes";
  }
}

TEST_P(Crc32cKernel, ContinuesFromAnyFinishedValue) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 2000; ++round) {
    const Bytes bytes = random_bytes(random, random() % 3000);
    const uint32_t whole = GetParam()(0, bytes);
    std::span<const std::byte> rest = bytes;
    uint32_t crc = GetParam()(0, {});
    while (!rest.empty()) {
      const size_t step = std::min<size_t>(random() % (rest.size() + 1), rest.size());
      crc = GetParam()(crc, rest.first(step));
      rest = rest.subspan(step);
    }
    ASSERT_EQ(crc, whole) << bytes.size() << " bytes in round " << round;
  }
}

TEST(Crc32c, IsTheSameByIsalAndByTablesAtEveryAlignment) {
  std::mt19937_64 random(3);
  const Bytes pool = random_bytes(random, 64 + 5100);
  const std::span<const std::byte> all = pool;
  const size_t to_boundary = (64 - reinterpret_cast<uintptr_t>(pool.data()) % 64) % 64;
  for (size_t alignment = 0; alignment < 64; ++alignment) {
    for (size_t size_bytes = 0; size_bytes <= 5000; size_bytes += 1 + random() % 40) {
      const auto run = all.subspan((to_boundary + alignment) % 64, size_bytes);
      const auto start = static_cast<uint32_t>(random());
      ASSERT_EQ(crc32c_isal(start, run), crc32c_portable(start, run))
          << size_bytes << " bytes at alignment " << alignment;
    }
  }
}

TEST(Crc32c, IsTheSameByIsalAndByTablesAtEveryLength) {
  std::mt19937_64 random(4);
  const Bytes pool = random_bytes(random, 5000);
  for (size_t size_bytes = 0; size_bytes <= pool.size(); ++size_bytes) {
    const auto run = std::span(pool).last(size_bytes);
    ASSERT_EQ(crc32c_isal(0, run), crc32c_portable(0, run)) << size_bytes << " bytes";
  }
}

TEST(Crc32c, ChangesWithEveryBit) {
  std::mt19937_64 random(5);
  Bytes bytes = random_bytes(random, 512);
  const uint32_t before = crc32c(bytes);
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    const auto flip = static_cast<std::byte>(1u << (bit % 8));
    bytes[bit / 8] ^= flip;
    ASSERT_NE(crc32c(bytes), before) << "bit " << bit;
    bytes[bit / 8] ^= flip;
  }
}

// Zero pages that nobody writes to cost address space, hardly memory.
TEST(Crc32c, TakesMoreBytesThanAnIntCanCount) {
  constexpr size_t kSizeBytes = (size_t{2} << 30) + 5;
  const std::unique_ptr<std::byte, decltype(&std::free)> owned(
      static_cast<std::byte*>(std::calloc(kSizeBytes, 1)), &std::free);
  ASSERT_NE(owned, nullptr);
  const std::span bytes(owned.get(), kSizeBytes);
  for (const size_t place : {size_t{0}, (size_t{1} << 30) - 1, size_t{1} << 30, kSizeBytes - 1}) {
    bytes[place] = std::byte{0x5a};
  }
  constexpr size_t kStepBytes = 300'000'007;
  uint32_t in_steps = 0;
  for (size_t i = 0; i < kSizeBytes; i += kStepBytes) {
    in_steps = crc32c_extend(in_steps, bytes.subspan(i, std::min(kStepBytes, kSizeBytes - i)));
  }
  EXPECT_EQ(crc32c(bytes), in_steps);
}

TEST(Crc32cMask, GivesTheValuesThatFilesHold) {
  EXPECT_EQ(crc32c_mask(0), 0xa282ead8);
  EXPECT_EQ(crc32c_mask(crc32c(bytes_of("123456789"))), 0xc78ab0e5);
  EXPECT_EQ(crc32c_mask(crc32c(bytes_of("a"))), 0x28e46e78);
  EXPECT_EQ(crc32c_mask(crc32c(Bytes(32, std::byte{0}))), 0x0fd7fffa);
}

TEST(Crc32cMask, IsUndoneByUnmask) {
  std::mt19937 random(6);
  for (int round = 0; round < 100'000; ++round) {
    const auto crc = static_cast<uint32_t>(random());
    ASSERT_EQ(crc32c_unmask(crc32c_mask(crc)), crc);
    ASSERT_EQ(crc32c_mask(crc32c_unmask(crc)), crc);
    ASSERT_NE(crc32c_mask(crc), crc);
    ASSERT_NE(crc32c_mask(crc32c_mask(crc)), crc);
  }
}

}  // namespace
}  // namespace holdall
