#include "saver/value_differences.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/try.h"
#include "tensor/numbers.h"

namespace holdall {
namespace {

// Elements that are looked at as numbers together: what is equal around them never is.
constexpr uint64_t kBlockElements = 4096;

// Not a number if one of the values is not finite.
double distance_of(const double* a, const double* b, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    if (!std::isfinite(a[i]) || !std::isfinite(b[i]))
      return std::numeric_limits<double>::quiet_NaN();
  }
  return count == 1 ? std::abs(a[0] - b[0]) : std::hypot(a[0] - b[0], a[1] - b[1]);
}

bool is_same(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Status ValueDifferences::add(std::span<const std::byte> a, std::span<const std::byte> b) {
  const uint64_t block_bytes = kBlockElements * dtype_size_bytes(dtype_);
  while (!a.empty()) {
    const size_t size = std::min<uint64_t>(a.size(), block_bytes);
    if (!is_same(a.first(size), b.first(size)))
      HOLDALL_TRY(add_block(a.first(size), b.first(size)));
    a = a.subspan(size);
    b = b.subspan(size);
  }
  return {};
}

Status ValueDifferences::add_block(std::span<const std::byte> a, std::span<const std::byte> b) {
  if (dtype_ == DType::kI64) {
    add_integers<int64_t>(a, b);
    return {};
  }
  if (dtype_ == DType::kU64) {
    add_integers<uint64_t>(a, b);
    return {};
  }
  const uint64_t element_size = dtype_size_bytes(dtype_);
  const unsigned per_element = doubles_per_element(dtype_);
  if (per_element > 0) {
    HOLDALL_TRY(to_doubles(dtype_, a, numbers_a_));
    HOLDALL_TRY(to_doubles(dtype_, b, numbers_b_));
  }
  for (uint64_t i = 0; i * element_size < a.size(); ++i) {
    const uint64_t at = i * element_size;
    if (is_same(a.subspan(at, element_size), b.subspan(at, element_size))) continue;
    add_distance(per_element == 0 ? std::numeric_limits<double>::quiet_NaN()
                                  : distance_of(&numbers_a_[i * per_element],
                                                &numbers_b_[i * per_element], per_element));
  }
  return {};
}

// A double does not hold all of them: two neighbours must not seem equal.
template <class T>
void ValueDifferences::add_integers(std::span<const std::byte> a, std::span<const std::byte> b) {
  for (size_t at = 0; at < a.size(); at += sizeof(T)) {
    T x;
    T y;
    std::memcpy(&x, a.data() + at, sizeof x);
    std::memcpy(&y, b.data() + at, sizeof y);
    if (x == y) continue;
    const uint64_t distance =
        static_cast<uint64_t>(std::max(x, y)) - static_cast<uint64_t>(std::min(x, y));
    add_distance(static_cast<double>(distance));
  }
}

void ValueDifferences::add_distance(double distance) {
  if (std::isnan(distance)) {
    ++different_count_;
    return;
  }
  max_difference_ = std::max(max_difference_.value_or(0), distance);
  if (tolerance_ == 0 || distance > tolerance_) ++different_count_;
}

uint64_t count_different_strings(const Tensor& a, const Tensor& b) {
  uint64_t count = 0;
  for (uint64_t i = 0; i < a.element_count(); ++i) {
    if (a.string_at(i) != b.string_at(i)) ++count;
  }
  return count;
}

}  // namespace holdall
