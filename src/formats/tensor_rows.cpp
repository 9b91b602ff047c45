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
  row.file_index = tensor.extent.file_index;
  row.crc32c = tensor.crc32c;
  row.dtype = tensor.dtype;
  rows_.push_back(row);
}

void TensorRows::add(TensorInfo tensor) {
  add_gap(tensor.name);
  fill_gap(rows_.size() - 1, std::move(tensor));
}

void TensorRows::add_gap(std::string_view name) {
  Row row;
  add_name(name, row);
  row.rank = kIsOther;
  rows_.push_back(row);
}

void TensorRows::fill_gap(size_t index, TensorInfo tensor) {
  rows_[index].offset_in_file = others_.size();
  others_.push_back(std::move(tensor));
}

void TensorRows::number_files(std::span<const uint32_t> files) {
  for (Row& row : rows_) {
    if (row.rank != kIsOther) row.file_index = files[row.file_index];
  }
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
  tensor.shape = Shape(dims_of(row));
  tensor.size_bytes = size_bytes_of(row);
  Piece piece;
  piece.extent = {row.file_index, row.offset_in_file, tensor.size_bytes};
  piece.crc32c = row.crc32c;
  tensor.pieces.push_back(std::move(piece));
  return tensor;
}

uint64_t TensorRows::size_bytes_of(const Row& row) const {
  if (row.rank == kIsOther) return others_[row.offset_in_file].size_bytes;
  uint64_t size_bytes = dtype_size_bytes(row.dtype);
  for (const int64_t size : dims_of(row)) size_bytes *= static_cast<uint64_t>(size);
  return size_bytes;
}

uint64_t TensorRows::size_bytes() const {
  uint64_t sum = 0;
  for (const Row& row : rows_) sum = checked_add(sum, size_bytes_of(row)).value_or(UINT64_MAX);
  return sum;
}

JoinedRows::JoinedRows(std::vector<TensorRows> parts) : parts_(std::move(parts)), begins_(1) {
  for (const TensorRows& part : parts_) begins_.push_back(begins_.back() + part.count());
}

uint64_t JoinedRows::size_bytes() const {
  uint64_t sum = 0;
  for (const TensorRows& part : parts_)
    sum = checked_add(sum, part.size_bytes()).value_or(UINT64_MAX);
  return sum;
}

std::vector<TensorInfo> JoinedRows::make_all() const {
  std::vector<TensorInfo> tensors;
  tensors.reserve(count());
  for (size_t i = 0; i < count(); ++i) tensors.push_back(make(i));
  return tensors;
}

}  // namespace holdall
