#include "tf1/kernels/philox.h"

namespace holdall::tf1 {
namespace {

// The multipliers and key increments of the published generator.
constexpr uint64_t kMultiplierA = 0xd2511f53;
constexpr uint64_t kMultiplierB = 0xcd9e8d57;
constexpr uint32_t kKeyStepA = 0x9e3779b9;
constexpr uint32_t kKeyStepB = 0xbb67ae85;
constexpr int kRounds = 10;

}  // namespace

Philox::Block Philox::next() {
  Block words = counter_;
  uint32_t key_a = key_[0];
  uint32_t key_b = key_[1];
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t a = kMultiplierA * words[0];
    const uint64_t b = kMultiplierB * words[2];
    words = {high(b) ^ words[1] ^ key_a, low(b), high(a) ^ words[3] ^ key_b, low(a)};
    key_a += kKeyStepA;
    key_b += kKeyStepB;
  }
  skip(1);
  return words;
}

void Philox::skip(uint64_t block_count) {
  const uint64_t lower = (uint64_t{counter_[1]} << 32 | counter_[0]) + block_count;
  counter_[0] = low(lower);
  counter_[1] = high(lower);
  if (lower >= block_count) return;
  const uint64_t upper = (uint64_t{counter_[3]} << 32 | counter_[2]) + 1;
  counter_[2] = low(upper);
  counter_[3] = high(upper);
}

}  // namespace holdall::tf1
