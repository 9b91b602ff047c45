#include "holdall/tensor.h"

#include <cstring>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/try.h"
#include "tensor/tensor_factory.h"

namespace holdall {

Result<uint64_t> tensor_size_bytes(DType dtype, const Shape& shape) {
  const uint64_t element_size = dtype_size_bytes(dtype);
  if (element_size == 0) {
    return unsupported("elements of dtype {} have no fixed size", dtype_name(dtype));
  }
  const auto count = shape.element_count();
  const auto size_bytes = count ? checked_mul(*count, element_size) : std::nullopt;
  if (!size_bytes) {
    return invalid_argument("shape {} of {} is negative or too large", shape.to_string(),
                            dtype_name(dtype));
  }
  return *size_bytes;
}

Result<Tensor> TensorFactory::make(DType dtype, Shape shape, std::shared_ptr<const Buffer> buffer) {
  HOLDALL_ASSIGN(const uint64_t size_bytes, tensor_size_bytes(dtype, shape));
  if (buffer->bytes().size() != size_bytes) {
    return invalid_argument("shape {} of {} takes {} bytes, got {}", shape.to_string(),
                            dtype_name(dtype), size_bytes, buffer->bytes().size());
  }
  Tensor tensor;
  tensor.dtype_ = dtype;
  tensor.element_count_ = *shape.element_count();
  tensor.shape_ = std::move(shape);
  tensor.buffer_ = std::move(buffer);
  return tensor;
}

Result<Tensor> TensorFactory::make_strings(Shape shape, std::shared_ptr<const Buffer> buffer,
                                           std::vector<uint64_t> ends) {
  const auto count = shape.element_count();
  if (!count || *count != ends.size()) {
    return invalid_argument("shape {} does not have {} strings", shape.to_string(), ends.size());
  }
  Tensor tensor;
  tensor.dtype_ = DType::kString;
  tensor.element_count_ = *count;
  tensor.shape_ = std::move(shape);
  tensor.buffer_ = std::move(buffer);
  tensor.string_ends_ = std::make_shared<const std::vector<uint64_t>>(std::move(ends));
  return tensor;
}

Result<Tensor> TensorFactory::with_shape(Tensor tensor, Shape shape) {
  if (shape.element_count() != tensor.element_count_) {
    return invalid_argument("shape {} does not have the {} elements of {}", shape.to_string(),
                            tensor.element_count_, tensor.shape_.to_string());
  }
  tensor.shape_ = std::move(shape);
  return tensor;
}

namespace {

// One for all that have no elements yet.
const std::shared_ptr<const Buffer>& no_bytes() {
  static const std::shared_ptr<const Buffer> buffer = Buffer::wrap({}, nullptr, Backing::kOwned);
  return buffer;
}

}  // namespace

Tensor::Tensor() : shape_({0}), buffer_(no_bytes()) {}

Result<Tensor> Tensor::copy_of(DType dtype, Shape shape, std::span<const std::byte> bytes) {
  HOLDALL_ASSIGN(const uint64_t size_bytes, tensor_size_bytes(dtype, shape));
  if (bytes.size() != size_bytes) {
    return invalid_argument("shape {} of {} takes {} bytes, {} are given", shape.to_string(),
                            dtype_name(dtype), size_bytes, bytes.size());
  }
  HOLDALL_ASSIGN(auto buffer, Buffer::allocate(size_bytes));
  if (size_bytes > 0) std::memcpy(buffer->fill().data(), bytes.data(), size_bytes);
  return TensorFactory::make(dtype, std::move(shape), std::move(buffer));
}

Result<Tensor> Tensor::borrow(DType dtype, Shape shape, std::span<const std::byte> bytes,
                              std::shared_ptr<const void> keeper) {
  return TensorFactory::make(dtype, std::move(shape),
                             Buffer::wrap(bytes, std::move(keeper), Backing::kBorrowed));
}

Result<Tensor> Tensor::of_strings(Shape shape, std::span<const std::string_view> strings) {
  std::vector<uint64_t> ends;
  ends.reserve(strings.size());
  uint64_t size_bytes = 0;
  for (const std::string_view string : strings) ends.push_back(size_bytes += string.size());
  HOLDALL_ASSIGN(auto buffer, Buffer::allocate(size_bytes));
  std::byte* to = buffer->fill().data();
  for (const std::string_view string : strings) {
    if (!string.empty()) std::memcpy(to, string.data(), string.size());
    to += string.size();
  }
  return TensorFactory::make_strings(std::move(shape), std::move(buffer), std::move(ends));
}

uint64_t Tensor::size_bytes() const {
  return buffer_->bytes().size();
}
std::span<const std::byte> Tensor::bytes() const {
  return buffer_->bytes();
}
Backing Tensor::backing() const {
  return buffer_->backing();
}

std::string_view Tensor::string_at(uint64_t i) const {
  assert(string_ends_ != nullptr && i < string_ends_->size());
  const uint64_t start = i == 0 ? 0 : (*string_ends_)[i - 1];
  const auto* characters = reinterpret_cast<const char*>(buffer_->bytes().data());
  return {characters + start, (*string_ends_)[i] - start};
}

bool Tensor::operator==(const Tensor& other) const {
  if (dtype_ != other.dtype_ || shape_ != other.shape_ || size_bytes() != other.size_bytes()) {
    return false;
  }
  if (string_ends_ != nullptr && *string_ends_ != *other.string_ends_) return false;
  return size_bytes() == 0 || std::memcmp(bytes().data(), other.bytes().data(), size_bytes()) == 0;
}

Status Tensor::check_view(DType wanted, size_t alignment) const {
  if (dtype_ != wanted) {
    return make_error(Code::kInvalidArgument, reason::kDTypeMismatch, "the tensor is {}, not {}",
                      dtype_name(dtype_), dtype_name(wanted));
  }
  if (reinterpret_cast<uintptr_t>(bytes().data()) % alignment != 0) {
    return unsupported("the bytes do not start at a multiple of {}; take a copy", alignment);
  }
  return {};
}

}  // namespace holdall
