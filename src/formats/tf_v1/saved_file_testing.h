// For tests of V1 checkpoints: files put together by hand, right or wrong, without the writer.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "codec/proto_wire.h"
#include "codec/sorted_table_testing.h"
#include "formats/tf_common/tf_dtypes.h"
#include "formats/tf_common/tf_shape_proto.h"
#include "formats/tf_common/tf_slice_key.h"
#include "formats/tf_v1/tf_v1_layout.h"

namespace holdall::tf_v1 {

// An entry whose values are the fields of a TensorProto.
inline OwnedEntry draft_slice(std::string_view name, const Box& slice, std::string_view fields) {
  return {encode_slice_key(name, slice), encode_slice_head(name, slice, DType::kF32, 0, fields)};
}

inline SavedTensor draft_tensor(std::string name, DType dtype, Shape shape,
                                std::vector<Box> slices = {}) {
  if (slices.empty()) slices.push_back(all_of(shape));
  return {std::move(name), std::move(shape), tf_code_of(dtype), std::move(slices), {}};
}

// The file of these tensors; entries are put in order.
inline std::string draft_saved_file(const std::vector<SavedTensor>& tensors, OwnedEntries entries,
                                    const TableWriterOptions& options = {}) {
  entries.push_back({"", encode_saved_meta(tensors)});
  std::sort(entries.begin(), entries.end(),
            [](const OwnedEntry& a, const OwnedEntry& b) { return a.key < b.key; });
  return *write_table(entries, options);
}

inline std::string floats_field(const std::vector<float>& values) {
  std::string field;
  ProtoWriter(field).add_packed_fixed(5, std::span<const float>(values));
  return field;
}

inline std::string ints_field(const std::vector<int64_t>& values) {
  std::string field;
  ProtoWriter(field).add_packed_varints(7, values);
  return field;
}

}  // namespace holdall::tf_v1
