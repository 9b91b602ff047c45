// Into how many parts variables are cut: the answers are those of TensorFlow's partitioners.
#include "holdall/tf1_partitioners.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

PartitionCounts ok(const Result<PartitionCounts>& counts) {
  EXPECT_TRUE(is_ok(counts));
  return counts.ok() ? *counts : PartitionCounts();
}

TEST(Partitioners, OfAFixedSizeGiveNoMorePartsThanRows) {
  EXPECT_EQ(ok(fixed_size_partitions({2, 7}, 3, 1)), (PartitionCounts{1, 3}));
  EXPECT_EQ(ok(fixed_size_partitions({2, 7}, 3)), (PartitionCounts{2, 1}));
  EXPECT_EQ(ok(fixed_size_partitions({2, 7}, 3, -1)), (PartitionCounts{1, 3}));
  EXPECT_TRUE(raises(fixed_size_partitions({2}, 3, 1), ErrorClass::kValueError,
                     {"along axis 1 when shape is only (2,)"}));
  EXPECT_TRUE(raises(fixed_size_partitions({}, 3), ErrorClass::kValueError,
                     {"along axis 0 when shape is only ()"}));
}

TEST(Partitioners, ByBytesOfAPartCountRows) {
  EXPECT_EQ(ok(axis_size_partitions({9, 2}, DType::kF32, {24})), (PartitionCounts{3, 1}));
  EXPECT_EQ(ok(axis_size_partitions({10, 2}, DType::kF32, {24})), (PartitionCounts{4, 1}));
  EXPECT_EQ(ok(axis_size_partitions({9, 2}, DType::kF64, {24, 1})), (PartitionCounts{1, 2}));
  EXPECT_EQ(ok(axis_size_partitions({9, 2}, DType::kF32, {1})), (PartitionCounts{9, 1}));
  EXPECT_EQ(ok(axis_size_partitions({9, 2}, DType::kF32, {1, 0, 16, 4})), (PartitionCounts{4, 1}));
  EXPECT_EQ(ok(axis_size_partitions({4}, DType::kString, {32})), PartitionCounts{2});
  EXPECT_EQ(ok(axis_size_partitions({0, 2}, DType::kF32, {1})), (PartitionCounts{1, 1}));
  // Sizes whose product passes 2^63: one row is more than the limit.
  const int64_t huge = int64_t{1} << 40;
  EXPECT_EQ(ok(axis_size_partitions({3, huge, huge}, DType::kF32, {24})),
            (PartitionCounts{3, 1, 1}));
  EXPECT_TRUE(raises(axis_size_partitions({9}, DType::kF32, {0}), ErrorClass::kValueError,
                     {"Both max_shard_bytes and bytes_per_string_element must be positive."}));
  EXPECT_TRUE(raises(axis_size_partitions({9}, DType::kF32, {1, 0, 16, 0}), ErrorClass::kValueError,
                     {"max_shards must be positive."}));
}

TEST(Partitioners, ByLeastBytesCountParts) {
  EXPECT_EQ(ok(min_max_partitions({6, 2}, DType::kF32, {4, 0, 16})), (PartitionCounts{3, 1}));
  EXPECT_EQ(ok(min_max_partitions({6, 2}, DType::kF32, {2, 0, 16})), (PartitionCounts{2, 1}));
  EXPECT_EQ(ok(min_max_partitions({6, 2}, DType::kF32, {9, 0, 1})), (PartitionCounts{6, 1}));
  EXPECT_EQ(ok(min_max_partitions({6, 2}, DType::kF32, {})), (PartitionCounts{1, 1}));
  EXPECT_EQ(ok(min_max_partitions({0}, DType::kF32, {4, 0, 16})), PartitionCounts{1});
  EXPECT_TRUE(raises(min_max_partitions({6}, DType::kF32, {4, 1}), ErrorClass::kValueError,
                     {"Cannot partition variable along axis 1 when shape is only (6,)"}));
}

}  // namespace
}  // namespace holdall::tf1
