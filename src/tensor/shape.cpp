#include <cstdint>

#include "base/checked_math.h"
#include "holdall/tensor.h"

namespace holdall {

std::optional<uint64_t> Shape::element_count() const {
  // A zero anywhere makes the product zero, however large the other sizes are.
  uint64_t count = 1;
  bool overflows = false;
  bool is_empty = false;
  for (const int64_t dim : dims_) {
    if (dim < 0) return std::nullopt;
    if (dim == 0) is_empty = true;
    const auto product = checked_mul(count, static_cast<uint64_t>(dim));
    if (!product || *product > INT64_MAX) overflows = true;
    count = product.value_or(count);
  }
  if (is_empty) return 0;
  if (overflows) return std::nullopt;
  return count;
}

std::string Shape::to_string() const {
  std::string text = "[";
  for (size_t i = 0; i < dims_.size(); ++i) {
    if (i > 0) text += ',';
    text += std::to_string(dims_[i]);
  }
  return text + "]";
}

std::string Box::to_string() const {
  std::string text;
  for (size_t i = 0; i < starts.size() && i < lengths.size(); ++i) {
    if (i > 0) text += ':';
    text += lengths[i] == kAll ? "-" : std::to_string(starts[i]) + "," + std::to_string(lengths[i]);
  }
  return text;
}

}  // namespace holdall
