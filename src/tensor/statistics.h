// What the elements of a tensor are like, from windows of them.
#pragma once

#include <span>

#include "holdall/describe.h"

namespace holdall {

class StatisticsGatherer {
 public:
  void add(std::span<const double> numbers);
  TensorStatistics result() const;

 private:
  TensorStatistics sums_;
  double squares_ = 0;  // sum of the squared distances from the mean
};

}  // namespace holdall
