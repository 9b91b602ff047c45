#include "tensor/statistics.h"

#include <algorithm>
#include <cmath>

namespace holdall {

// Sums over the block first, then both means are brought together (Chan, Golub, LeVeque): no large
// number is subtracted from another one of its size.
void StatisticsGatherer::add(std::span<const double> numbers) {
  const auto before = static_cast<double>(sums_.finite_count());
  double sum = 0;
  uint64_t finite = 0;
  for (const double number : numbers) {
    ++sums_.count;
    if (std::isnan(number)) {
      ++sums_.nan_count;
    } else if (std::isinf(number)) {
      ++sums_.infinite_count;
    } else {
      const bool is_first = sums_.finite_count() == 1;
      sums_.min = is_first ? number : std::min(sums_.min, number);
      sums_.max = is_first ? number : std::max(sums_.max, number);
      if (number == 0) ++sums_.zero_count;
      sum += number;
      ++finite;
    }
  }
  if (finite == 0) return;
  const auto count = static_cast<double>(finite);
  const double mean = sum / count;
  double squares = 0;
  for (const double number : numbers) {
    if (std::isfinite(number)) squares += (number - mean) * (number - mean);
  }
  const double distance = mean - sums_.mean;
  const double total = before + count;
  squares_ += squares + distance * distance * (before * count / total);
  sums_.mean += distance * (count / total);
}

TensorStatistics StatisticsGatherer::result() const {
  TensorStatistics statistics = sums_;
  const auto count = static_cast<double>(sums_.finite_count());
  if (count > 0) statistics.std = std::sqrt(squares_ / count);
  return statistics;
}

}  // namespace holdall
