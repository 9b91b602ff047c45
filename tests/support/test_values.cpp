#include "support/test_values.h"

#include <string>

namespace holdall {
namespace {

// Goes through the elements of a shape in row-major order.
bool advance(std::vector<int64_t>& at, const std::vector<int64_t>& dims) {
  for (size_t axis = dims.size(); axis-- > 0;) {
    if (++at[axis] < dims[axis]) return true;
    at[axis] = 0;
  }
  return false;
}

std::vector<uint64_t> elements_in(const Shape& whole, const Box& box) {
  std::vector<uint64_t> elements;
  if (*Shape(box.lengths).element_count() == 0) return elements;
  std::vector<int64_t> at(box.lengths.size(), 0);
  do {
    uint64_t element = 0;
    for (size_t axis = 0; axis < at.size(); ++axis) {
      element = element * static_cast<uint64_t>(whole[axis]) +
                static_cast<uint64_t>(box.starts[axis] + at[axis]);
    }
    elements.push_back(element);
  } while (advance(at, box.lengths));
  return elements;
}

}  // namespace

std::vector<DType> storable_dtypes() {
  std::vector<DType> dtypes;
  for (int i = 0; i <= static_cast<int>(DType::kResource); ++i) {
    const auto dtype = static_cast<DType>(i);
    if (dtype == DType::kString || dtype_size_bytes(dtype) > 0) dtypes.push_back(dtype);
  }
  return dtypes;
}

Tensor random_tensor(std::mt19937_64& random, DType dtype, Shape shape) {
  const uint64_t count = *shape.element_count();
  std::vector<std::byte> bytes(count * dtype_size_bytes(dtype));
  for (std::byte& byte : bytes) {
    byte = static_cast<std::byte>(dtype == DType::kBool ? random() & 1 : random());
  }
  return *Tensor::copy_of(dtype, std::move(shape), bytes);
}

Tensor counting_tensor(Shape shape, float first) {
  std::vector<float> values(*shape.element_count());
  for (size_t i = 0; i < values.size(); ++i) values[i] = first + static_cast<float>(i);
  return *Tensor::of<float>(std::move(shape), values);
}

Tensor strings_tensor(Shape shape, const std::vector<std::string_view>& strings) {
  return *Tensor::of_strings(std::move(shape), strings);
}

Tensor cut_out(const Tensor& whole, const Box& box) {
  const std::vector<uint64_t> elements = elements_in(whole.shape(), box);
  if (whole.dtype() == DType::kString) {
    std::vector<std::string_view> strings;
    for (const uint64_t element : elements) strings.push_back(whole.string_at(element));
    return strings_tensor(Shape(box.lengths), strings);
  }
  const uint64_t size_bytes = dtype_size_bytes(whole.dtype());
  std::vector<std::byte> bytes;
  for (const uint64_t element : elements) {
    const auto from = whole.bytes().subspan(element * size_bytes, size_bytes);
    bytes.insert(bytes.end(), from.begin(), from.end());
  }
  return *Tensor::copy_of(whole.dtype(), Shape(box.lengths), bytes);
}

}  // namespace holdall
