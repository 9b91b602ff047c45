#include "formats/tf_common/tf_shape_proto.h"

#include "base/message.h"
#include "base/try.h"

namespace holdall {
namespace {

Result<int64_t> parse_dim(ProtoReader dim) {
  int64_t size = 0;
  while (dim.next()) {
    if (dim.number() == 1) size = dim.as_int64();
  }
  HOLDALL_TRY(dim.status());
  return size;
}

struct SliceExtent {
  int64_t start = 0;
  int64_t length = Box::kAll;
};

Result<SliceExtent> parse_extent(ProtoReader message) {
  SliceExtent extent;
  while (message.next()) {
    if (message.number() == 1) extent.start = message.as_int64();
    if (message.number() == 2) {
      extent.length = message.as_int64();
      if (message.status().ok() && extent.length < 0) {
        return corrupt("a slice has length {}", extent.length);
      }
    }
  }
  HOLDALL_TRY(message.status());
  return extent;
}

}  // namespace

Result<Shape> parse_shape_proto(ProtoReader shape) {
  std::vector<int64_t> dims;
  bool has_unknown_rank = false;
  while (shape.next()) {
    if (shape.number() == 2) {
      HOLDALL_ASSIGN(const int64_t size, parse_dim(shape.as_message()));
      dims.push_back(size);
      if (dims.size() > kTfMaxRank) {
        return corrupt("Invalid tensor shape: more than {} dimensions", kTfMaxRank);
      }
    }
    if (shape.number() == 3) has_unknown_rank = shape.as_bool();
  }
  HOLDALL_TRY(shape.status());
  if (has_unknown_rank) return corrupt("Invalid tensor shape: its rank is said to be unknown");
  Shape result(std::move(dims));
  if (!result.element_count()) {
    return corrupt("Invalid tensor shape: {} has a negative dimension or too many elements",
                   result.to_string());
  }
  return result;
}

std::string encode_shape_proto(const Shape& shape) {
  std::string message;
  ProtoWriter writer(message);
  for (const int64_t size : shape.dims()) {
    std::string dim;
    ProtoWriter(dim).add_int_if_set(1, size);
    writer.add_message(2, dim);
  }
  return message;
}

Result<Box> parse_slice_proto(ProtoReader slice) {
  Box box;
  while (slice.next()) {
    if (slice.number() != 1) continue;
    HOLDALL_ASSIGN(const SliceExtent extent, parse_extent(slice.as_message()));
    box.starts.push_back(extent.start);
    box.lengths.push_back(extent.length);
    if (box.starts.size() > kTfMaxRank)
      return corrupt("a slice has more than {} dimensions", kTfMaxRank);
  }
  HOLDALL_TRY(slice.status());
  return box;
}

std::string encode_slice_proto(const Box& slice) {
  std::string message;
  ProtoWriter writer(message);
  for (size_t i = 0; i < slice.starts.size(); ++i) {
    std::string extent;
    ProtoWriter extent_writer(extent);
    if (slice.lengths[i] != Box::kAll) {
      extent_writer.add_int_if_set(1, slice.starts[i]);
      extent_writer.add_int(2, slice.lengths[i]);
    }
    writer.add_message(1, extent);
  }
  return message;
}

}  // namespace holdall
