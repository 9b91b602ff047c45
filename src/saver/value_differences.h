// How far the elements of two tensors are apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall {

class ValueDifferences {
 public:
  ValueDifferences(DType dtype, double tolerance) : dtype_(dtype), tolerance_(tolerance) {}

  // Counts elements in. Requires: whole elements of the dtype, as many on both sides.
  // Fails: kExhausted.
  Status add(std::span<const std::byte> a, std::span<const std::byte> b);

  uint64_t different_count() const { return different_count_; }
  std::optional<double> max_difference() const { return max_difference_; }

 private:
  Status add_block(std::span<const std::byte> a, std::span<const std::byte> b);
  template <class T>
  void add_integers(std::span<const std::byte> a, std::span<const std::byte> b);
  void add_distance(double distance);

  const DType dtype_;
  const double tolerance_;
  uint64_t different_count_ = 0;
  std::optional<double> max_difference_;
  std::vector<double> numbers_a_;
  std::vector<double> numbers_b_;
};

// Strings that differ. Requires: string tensors of one shape.
uint64_t count_different_strings(const Tensor& a, const Tensor& b);

}  // namespace holdall
