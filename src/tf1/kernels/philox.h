// Philox4x32-10, the counter-based generator behind TensorFlow's random operations
// (docs/random_numbers.md).
#pragma once

#include <array>
#include <cstdint>

namespace holdall::tf1 {

class Philox {
 public:
  using Block = std::array<uint32_t, 4>;

  // TensorFlow's use of its two seeds: the first is the key, the second the upper half of the
  // counter.
  Philox(uint64_t seed, uint64_t seed2)
      : key_{low(seed), high(seed)}, counter_{0, 0, low(seed2), high(seed2)} {}

  // The next four words.
  Block next();

  // As if next() had been called so often.
  void skip(uint64_t block_count);

 private:
  static uint32_t low(uint64_t value) { return static_cast<uint32_t>(value); }
  static uint32_t high(uint64_t value) { return static_cast<uint32_t>(value >> 32); }

  std::array<uint32_t, 2> key_;
  Block counter_;
};

}  // namespace holdall::tf1
