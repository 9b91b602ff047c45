// Tensors as an index lists them, some fifty bytes each beside the name: a TensorInfo takes five
// times that, and to fill a million of them half a second. What most tensors are (one run of raw
// elements with a checksum) is kept in columns; the others as they are.
#pragma once

#include <algorithm>
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

  // Requires: fewer than 255 dimensions, and as many bytes as the elements have.
  void add(const PlainTensor& tensor);
  void add(TensorInfo tensor);
  // Of a tensor that comes with fill_gap().
  void add_gap(std::string_view name);

  // Requires: there is a gap, of the tensor's name.
  void fill_gap(size_t index, TensorInfo tensor);

  // Plain tensors that were said to be in file i are in file files[i].
  void number_files(std::span<const uint32_t> files);

  size_t count() const { return rows_.size(); }
  size_t capacity() const { return rows_.capacity(); }
  // Both require: index < count().
  std::string_view name(size_t index) const;
  TensorInfo make(size_t index) const;

  // Stored bytes of all; UINT64_MAX if that is too little.
  uint64_t size_bytes() const;

 private:
  static constexpr uint8_t kIsOther = UINT8_MAX;

  struct Row {
    uint64_t name_end = 0;        // in names_
    uint64_t offset_in_file = 0;  // of one that is not plain: its number in others_
    uint64_t dims_begin = 0;      // in dims_
    uint32_t file_index = 0;
    uint32_t crc32c = 0;
    DType dtype = DType::kUnknown;
    uint8_t rank = 0;  // kIsOther: it is not plain
  };

  void add_name(std::string_view name, Row& row);
  std::span<const int64_t> dims_of(const Row& row) const {
    return {dims_.data() + row.dims_begin, row.rank};
  }
  uint64_t size_bytes_of(const Row& row) const;
  uint64_t place_of(std::span<const int64_t> dims);

  PageVector<Row> rows_;
  PageString names_;
  PageVector<int64_t> dims_;
  std::deque<TensorInfo> others_;  // which never move: as they grow, all would be there twice
};

// Several that follow one another, as one.
class JoinedRows {
 public:
  explicit JoinedRows(std::vector<TensorRows> parts);

  size_t count() const { return begins_.back(); }
  // Both require: index < count().
  std::string_view name(size_t index) const {
    const auto [part, i] = place_of(index);
    return parts_[part].name(i);
  }
  TensorInfo make(size_t index) const {
    const auto [part, i] = place_of(index);
    return parts_[part].make(i);
  }

  // Stored bytes of all; UINT64_MAX if that is too little.
  uint64_t size_bytes() const;

  // All of them, made.
  std::vector<TensorInfo> make_all() const;

 private:
  std::pair<size_t, size_t> place_of(size_t index) const {
    size_t part = 0;
    if (parts_.size() > 1) {
      const auto behind = std::upper_bound(begins_.begin(), begins_.end(), index);
      part = static_cast<size_t>(behind - begins_.begin()) - 1;
    }
    return {part, index - begins_[part]};
  }

  std::vector<TensorRows> parts_;
  std::vector<size_t> begins_;  // of the parts, and the end of the last
};

}  // namespace holdall
