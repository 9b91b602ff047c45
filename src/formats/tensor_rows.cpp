#include "formats/tensor_rows.h"

#include "base/checked_math.h"

namespace holdall {

void TensorRows::reserve(size_t tensor_count) {
  rows_.reserve(tensor_count);
  if (!rows_.empty()) names_.reserve(names_.size() / rows_.size() * tensor_count);
}

void TensorRows::add_name(std::string_view name, Row& row) {
  names_ += name;
  row.name_end = names_.size();
}

// Neighbours have one shape more often than not.
uint64_t TensorRows::place_of(std::span<const int64_t> dims) {
  if (!rows_.empty() && rows_.back().rank == dims.size()) {
    const int64_t* const last = dims_.data() + rows_.back().dims_begin;
    size_t same = 0;  // not by memcmp, which takes longer to call
    while (same < dims.size() && dims[same] == last[same]) ++same;
    if (same == dims.size()) return rows_.back().dims_begin;
  }
  dims_.insert(dims_.end(), dims.begin(), dims.end());
  return dims_.size() - dims.size();
}

void TensorRows::add(const PlainTensor& tensor) {
  Row row;
  add_name(tensor.name, row);
  row.dims_begin = place_of(tensor.dims);
  row.rank = static_cast<uint8_t>(tensor.dims.size());
  row.offset_in_file = tensor.extent.offset_in_file;
  row.size_bytes = tensor.extent.size_bytes;
  row.file_index = tensor.extent.file_index;
  row.crc32c = tensor.crc32c;
  row.dtype = tensor.dtype;
  rows_.push_back(row);
}

void TensorRows::add(TensorInfo tensor) {
  Row row;
  add_name(tensor.name, row);
  row.rank = kIsOther;
  row.offset_in_file = others_.size();
  row.size_bytes = tensor.size_bytes;
  others_.push_back(std::move(tensor));
  rows_.push_back(row);
}

std::string_view TensorRows::name(size_t index) const {
  const uint64_t begin = index == 0 ? 0 : rows_[index - 1].name_end;
  return std::string_view(names_).substr(begin, rows_[index].name_end - begin);
}

TensorInfo TensorRows::make(size_t index) const {
  const Row& row = rows_[index];
  if (row.rank == kIsOther) return others_[row.offset_in_file];
  TensorInfo tensor;
  tensor.name = name(index);
  tensor.dtype = row.dtype;
  tensor.shape = Shape(std::span(dims_).subspan(row.dims_begin, row.rank));
  tensor.size_bytes = row.size_bytes;
  Piece piece;
  piece.extent = {row.file_index, row.offset_in_file, row.size_bytes};
  piece.crc32c = row.crc32c;
  tensor.pieces.push_back(std::move(piece));
  return tensor;
}

uint64_t TensorRows::size_bytes() const {
  uint64_t sum = 0;
  for (const Row& row : rows_) sum = checked_add(sum, row.size_bytes).value_or(UINT64_MAX);
  return sum;
}

std::vector<TensorInfo> TensorRows::make_all() const {
  std::vector<TensorInfo> tensors;
  tensors.reserve(count());
  for (size_t i = 0; i < count(); ++i) tensors.push_back(make(i));
  return tensors;
}

}  // namespace holdall
