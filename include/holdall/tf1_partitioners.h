// Into how many parts get_partitioned_variable() of the TensorFlow-1 face (tf1.h) cuts a variable:
// what TensorFlow's partitioners answer. The result has a count for each axis of the shape.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "holdall/dtype.h"
#include "holdall/export.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall::tf1 {

using PartitionCounts = std::vector<int64_t>;

// All fail: kInvalidArgument (ValueError) if the shape has no such axis or a limit is below one.
// Negative axes count from the last.

// `count` parts along an axis, or as many as it is long.
HOLDALL_EXPORT Result<PartitionCounts> fixed_size_partitions(const Shape& shape, int64_t count,
                                                             int64_t axis = 0);

struct AxisSizeOptions {
  int64_t max_shard_bytes = 0;
  int64_t axis = 0;
  int64_t bytes_per_string_element = 16;
  std::optional<int64_t> max_shards = {};
};
// Whether the limits are some. A program that asks early is told early.
HOLDALL_EXPORT Status check_limits(const AxisSizeOptions& options);
// As few parts along an axis as none takes more bytes than the limit, one row at least.
HOLDALL_EXPORT Result<PartitionCounts> axis_size_partitions(const Shape& shape, DType dtype,
                                                            const AxisSizeOptions& options);

struct MinMaxOptions {
  int64_t max_partitions = 1;
  int64_t axis = 0;
  int64_t min_slice_bytes = int64_t{256} << 10;
  int64_t bytes_per_string_element = 16;
};
// As many parts along an axis as each takes at least the bytes, up to the limit.
HOLDALL_EXPORT Result<PartitionCounts> min_max_partitions(const Shape& shape, DType dtype,
                                                          const MinMaxOptions& options);

}  // namespace holdall::tf1
