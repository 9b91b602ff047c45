// Tensors as an index lists them, some fifty bytes each beside the name: a TensorInfo takes five
// times that, and to fill a million of them half a second. What most tensors are (one run of raw
// elements with a checksum) is kept in columns; the others as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "holdall/catalog.h"
#include "tensor/page_allocator.h"

namespace holdall {

class TensorRows {
 public:
  // A tensor of one piece that is all of it, in row-major elements of the catalog's byte order.
  struct PlainTensor {
    std::string_view name;
    DType dtype = DType::kUnknown;
    std::span<const int64_t> dims;
    Extent extent;
    uint32_t crc32c = 0;
  };

  // Room for so many, whose names have as many bytes as those that are there, one with another.
  void reserve(size_t tensor_count);

  // Requires: fewer than 255 dimensions.
  void add(const PlainTensor& tensor);
  void add(TensorInfo tensor);

  size_t count() const { return rows_.size(); }
  size_t capacity() const { return rows_.capacity(); }
  // Both require: index < count().
  std::string_view name(size_t index) const;
  TensorInfo make(size_t index) const;

  // Stored bytes of all; UINT64_MAX if that is too little.
  uint64_t size_bytes() const;

  // All of them, made.
  std::vector<TensorInfo> make_all() const;

 private:
  static constexpr uint8_t kIsOther = UINT8_MAX;

  struct Row {
    uint64_t name_end = 0;        // in names_
    uint64_t offset_in_file = 0;  // of one that is not plain: its number in others_
    uint64_t size_bytes = 0;
    uint64_t dims_begin = 0;  // in dims_
    uint32_t file_index = 0;
    uint32_t crc32c = 0;
    DType dtype = DType::kUnknown;
    uint8_t rank = 0;  // kIsOther: it is not plain
  };

  void add_name(std::string_view name, Row& row);
  uint64_t place_of(std::span<const int64_t> dims);

  PageVector<Row> rows_;
  PageString names_;
  PageVector<int64_t> dims_;
  std::deque<TensorInfo> others_;  // which never move: as they grow, all would be there twice
};

}  // namespace holdall
