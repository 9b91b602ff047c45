#include "normal_values.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

namespace holdall::bench {
namespace {

constexpr unsigned kKnotBits = 14;
constexpr size_t kKnotCount = (size_t{1} << kKnotBits) + 1;
constexpr double kDeviation = 0.02;

// SplitMix64: a counter, mixed. It needs no state but the counter, and passes the usual tests.
class RandomBits {
 public:
  explicit RandomBits(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

 private:
  uint64_t state_;
};

// Where the normal distribution has `share` of its mass below, by Newton's method from `near`.
double quantile(double share, double near) {
  double x = near;
  for (int step = 0; step < 40; ++step) {
    const double below = 0.5 * std::erfc(-x / std::numbers::sqrt2);
    const double density = std::exp(-x * x / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
    const double move = (below - share) / density;
    x -= std::fmin(std::fmax(move, -0.5), 0.5);
    if (std::fabs(move) < 1e-12) break;
  }
  return x;
}

// Quantiles of evenly spaced shares. What lies between two of them is interpolated; the outermost
// shares are half a step from 0 and 1, so values end at four deviations.
std::vector<float> make_knots() {
  std::vector<float> knots(kKnotCount);
  double x = -4;
  for (size_t i = 0; i < kKnotCount; ++i) {
    const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(kKnotCount);
    x = quantile(share, x);
    knots[i] = static_cast<float>(x * kDeviation);
  }
  return knots;
}

float normal_value(const std::vector<float>& knots, uint32_t bits) {
  constexpr unsigned kShareBits = 32 - kKnotBits;
  const size_t knot = bits >> kShareBits;
  const float share = static_cast<float>(bits & ((1U << kShareBits) - 1)) * 0x1p-18F;
  static_assert(kShareBits == 18);
  return knots[knot] + share * (knots[knot + 1] - knots[knot]);
}

// The lowest bit of every element is set: that is how none is zero.
// `Stored` is as large as an element, which is the upper end of a 32-bit float.
template <class Stored>
void fill_floats(RandomBits random, std::span<std::byte> bytes) {
  static const std::vector<float> knots = make_knots();
  constexpr unsigned kDroppedBits = 32 - 8 * sizeof(Stored);
  uint64_t bits = 0;
  for (size_t at = 0; at < bytes.size(); at += sizeof(Stored)) {
    bits = at % (2 * sizeof(Stored)) == 0 ? random.next() : bits >> 32;
    const float value = normal_value(knots, static_cast<uint32_t>(bits));
    const auto stored = static_cast<Stored>((std::bit_cast<uint32_t>(value) >> kDroppedBits) | 1);
    std::memcpy(bytes.data() + at, &stored, sizeof stored);
  }
}

}  // namespace

void fill_values(DType dtype, uint64_t seed, std::span<std::byte> bytes) {
  RandomBits random(seed);
  if (dtype == DType::kF32) return fill_floats<uint32_t>(random, bytes);
  if (dtype == DType::kBF16) return fill_floats<uint16_t>(random, bytes);
  for (std::byte& byte : bytes) {
    const uint64_t bits = random.next();
    byte = static_cast<std::byte>(dtype == DType::kBool ? bits & 1 : (bits & 0xff) | 1);
  }
}

uint64_t seed_of_part(uint64_t seed, uint64_t number) {
  return RandomBits(seed ^ (number * 0xd6e8feb86659fd93)).next();
}

}  // namespace holdall::bench
