// TensorFlow's partitioners: into how many parts a variable is cut.
#include <algorithm>

#include "base/try.h"
#include "holdall/tf1_partitioners.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

Result<size_t> axis_of(const Shape& shape, int64_t axis) {
  const auto rank = static_cast<int64_t>(shape.rank());
  if (axis >= rank || axis < -rank)
    return value_error("Cannot partition variable along axis {} when shape is only {}", axis,
                       tuple_text(shape));
  return static_cast<size_t>(axis < 0 ? axis + rank : axis);
}

int64_t element_bytes(DType dtype, int64_t bytes_per_string_element) {
  return dtype == DType::kString ? bytes_per_string_element
                                 : static_cast<int64_t>(dtype_size_bytes(dtype));
}

// A double holds every product of sizes that a variable can have; what is beyond is beyond any
// limit.
double bytes_of_axes(const Shape& shape, std::optional<size_t> without, int64_t bytes_per_element) {
  auto product = static_cast<double>(bytes_per_element);
  for (size_t i = 0; i < shape.rank(); ++i) {
    if (i != without) product *= static_cast<double>(shape[i]);
  }
  return product;
}

PartitionCounts counts_of(const Shape& shape, size_t axis, int64_t count) {
  PartitionCounts counts(shape.rank(), 1);
  counts[axis] = count;
  return counts;
}

int64_t at_most(double value, int64_t limit) {
  return value >= static_cast<double>(limit) ? limit : static_cast<int64_t>(value);
}

}  // namespace

Result<PartitionCounts> fixed_size_partitions(const Shape& shape, int64_t count, int64_t axis) {
  HOLDALL_ASSIGN(const size_t along, axis_of(shape, axis));
  return counts_of(shape, along, std::min(count, shape[along]));
}

Status check_limits(const AxisSizeOptions& options) {
  if (options.max_shard_bytes < 1 || options.bytes_per_string_element < 1)
    return value_error("Both max_shard_bytes and bytes_per_string_element must be positive.");
  if (options.max_shards && *options.max_shards < 1)
    return value_error("max_shards must be positive.");
  return {};
}

Result<PartitionCounts> axis_size_partitions(const Shape& shape, DType dtype,
                                             const AxisSizeOptions& options) {
  HOLDALL_TRY(check_limits(options));
  HOLDALL_ASSIGN(const size_t along, axis_of(shape, options.axis));
  const int64_t length = shape[along];
  const double row_bytes =
      bytes_of_axes(shape, along, element_bytes(dtype, options.bytes_per_string_element));
  if (length < 1 || row_bytes < 1) return counts_of(shape, along, 1);
  const int64_t rows = std::max(
      int64_t{1}, at_most(static_cast<double>(options.max_shard_bytes) / row_bytes, length));
  const int64_t count = (length - 1) / rows + 1;
  return counts_of(shape, along, std::min(count, options.max_shards.value_or(count)));
}

Result<PartitionCounts> min_max_partitions(const Shape& shape, DType dtype,
                                           const MinMaxOptions& options) {
  HOLDALL_ASSIGN(const size_t along, axis_of(shape, options.axis));
  if (options.min_slice_bytes < 1) return value_error("min_slice_size must be positive.");
  const double size_bytes =
      bytes_of_axes(shape, {}, element_bytes(dtype, options.bytes_per_string_element));
  const int64_t limit = std::min(options.max_partitions, shape[along]);
  const auto slice_bytes = static_cast<double>(options.min_slice_bytes);
  const int64_t wanted = at_most((size_bytes + slice_bytes - 1) / slice_bytes, limit);
  return counts_of(shape, along, std::max(int64_t{1}, wanted));
}

}  // namespace holdall::tf1
