#include "codec/deflate.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/message.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

using Bytes = std::vector<std::byte>;

Bytes compressible(std::mt19937_64& random, size_t size_bytes) {
  Bytes bytes(size_bytes);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() % 7 == 0 ? random() : 42);
  return bytes;
}

Bytes deflate(std::span<const std::byte> bytes, size_t step = SIZE_MAX) {
  Bytes out;
  Deflater deflater([&](std::span<const std::byte> piece) -> Status {
    out.insert(out.end(), piece.begin(), piece.end());
    return {};
  });
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(step, bytes.size()))) {
    EXPECT_TRUE(is_ok(deflater.append(bytes.first(std::min(step, bytes.size())))));
  }
  EXPECT_TRUE(is_ok(deflater.finish()));
  return out;
}

// Into a head and a body of these sizes, piece by piece.
Status inflate(std::span<const std::byte> deflated, Bytes& head, Bytes& body,
               size_t step = SIZE_MAX) {
  Inflater inflater(head, body);
  for (; !deflated.empty(); deflated = deflated.subspan(std::min(step, deflated.size()))) {
    if (auto status = inflater.append(deflated.first(std::min(step, deflated.size())));
        !status.ok()) {
      return status;
    }
  }
  return inflater.finish();
}

TEST(Deflate, GivesBackWhatItTook) {
  std::mt19937_64 random(1);
  for (const size_t size : {0u, 1u, 2u, 100u, 70'000u, 300'000u}) {
    const Bytes bytes = compressible(random, size);
    const Bytes deflated = deflate(bytes, 1 + random() % 9999);
    EXPECT_EQ(deflated, deflate(bytes));
    for (const size_t step : {SIZE_MAX, size_t{1} + random() % 5000, size_t{7}}) {
      Bytes head(random() % (size + 1));
      Bytes body(size - head.size());
      ASSERT_TRUE(is_ok(inflate(deflated, head, body, step)));
      head.insert(head.end(), body.begin(), body.end());
      EXPECT_EQ(head, bytes) << size;
    }
  }
}

TEST(Deflate, RefusesStreamsThatGiveTooMuchOrTooLittle) {
  std::mt19937_64 random(2);
  const Bytes deflated = deflate(compressible(random, 5000));
  for (const size_t step : {SIZE_MAX, size_t{1}}) {
    for (const size_t size : {0u, 1u, 4999u}) {
      Bytes head;
      Bytes body(size);
      EXPECT_TRUE(fails(inflate(deflated, head, body, step), Code::kCorrupt,
                        {"gives more than the", "it should"}));
    }
    Bytes head(10);
    Bytes body(4991);
    EXPECT_TRUE(fails(inflate(deflated, head, body, step), Code::kCorrupt,
                      {"gives 5000 bytes, it should give 5001"}));
  }
}

TEST(Deflate, RefusesStreamsThatAreCutOrFollowedOrDamaged) {
  std::mt19937_64 random(3);
  const Bytes bytes = compressible(random, 5000);
  const Bytes deflated = deflate(bytes);
  Bytes head;
  Bytes body(bytes.size());
  for (size_t size = 0; size < deflated.size(); size += 1 + size / 10) {
    EXPECT_TRUE(
        fails(inflate(std::span(deflated).first(size), head, body), Code::kCorrupt, {"cut short"}));
  }
  Bytes longer = deflated;
  longer.insert(longer.end(), 3, std::byte{0});
  for (const size_t step : {SIZE_MAX, size_t{1}}) {
    EXPECT_TRUE(fails(inflate(longer, head, body, step), Code::kCorrupt, {"bytes early"}));
  }
  Bytes damaged = deflated;
  damaged[0] = std::byte{0xff};
  EXPECT_TRUE(
      fails(inflate(damaged, head, body), Code::kCorrupt, {"the deflate stream is damaged"}));
}

TEST(Deflate, InflatesTheFrontOfAStream) {
  std::mt19937_64 random(4);
  const Bytes bytes = compressible(random, 5000);
  const Bytes deflated = deflate(bytes);
  Bytes front(100);
  EXPECT_EQ(*inflate_front(std::span(deflated).first(400), front), 100u);
  EXPECT_EQ(front, Bytes(bytes.begin(), bytes.begin() + 100));
  Bytes more(6000);
  EXPECT_EQ(*inflate_front(deflated, more), 5000u);
  EXPECT_LT(*inflate_front(std::span(deflated).first(20), front), 100u);
  EXPECT_TRUE(fails(inflate_front(Bytes(9, std::byte{0xff}), front), Code::kCorrupt, {"damaged"}));
}

TEST(Deflate, PassesFailuresOfItsSinkOn) {
  Deflater deflater([](std::span<const std::byte> piece) -> Status {
    return piece.empty() ? Status() : Status(corrupt("the sink is full"));
  });
  std::mt19937_64 random(5);
  Status status = deflater.append(compressible(random, 100'000));
  if (status.ok()) status = deflater.finish();
  EXPECT_TRUE(fails(status, Code::kCorrupt, {"the sink is full"}));
}

}  // namespace
}  // namespace holdall
