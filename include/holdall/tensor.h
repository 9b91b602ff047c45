// Tensor: an immutable value of a dtype, a shape and bytes (row-major, in the machine's byte
// order). Copying one is cheap: copies share the bytes, which live until their last holder drops
// them. Any number of threads may use any number of copies at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/dtype.h"
#include "holdall/inline_vector.h"
#include "holdall/status.h"

namespace holdall {

class Buffer;

// Sizes in elements, outermost dimension first. No dimensions: a scalar. A size is never negative
// in a Shape that a call of Holdall returned.
class HOLDALL_EXPORT Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int64_t> dims) : dims_(dims) {}
  explicit Shape(std::span<const int64_t> dims) : dims_(dims.begin(), dims.end()) {}

  // Valid as long as the shape, and until it is assigned to.
  std::span<const int64_t> dims() const { return {dims_.begin(), dims_.end()}; }
  size_t rank() const { return dims_.size(); }
  int64_t operator[](size_t axis) const { return dims_[axis]; }

  // The product of the sizes (1 for a scalar); none if a size is negative or it passes 2^63 - 1.
  std::optional<uint64_t> element_count() const;

  // "[2,3]"; "[]" for a scalar.
  std::string to_string() const;

  bool operator==(const Shape&) const = default;

 private:
  InlineVector<int64_t, 4> dims_;
};

// A rectangular part of a tensor: per dimension the first element and how many. A length of -1
// (kAll, with start 0) means the whole dimension.
struct HOLDALL_EXPORT Box {
  static constexpr int64_t kAll = -1;
  std::vector<int64_t> starts;
  std::vector<int64_t> lengths;

  // "0,5:-" as TensorFlow writes it: "-" is a whole dimension.
  std::string to_string() const;
  bool operator==(const Box&) const = default;
};

// Where a tensor's bytes live.
enum class Backing : uint8_t {
  kOwned,     // memory of its own
  kMapped,    // pages of a file, read-only; valid though the file is replaced or unlinked
  kBorrowed,  // memory the caller keeps alive through the keeper it gave
};

class HOLDALL_EXPORT Tensor {
 public:
  // A float32 tensor of shape [0].
  Tensor();

  // A copy of `bytes`, which must hold exactly the elements of `shape`. Not for kString.
  // Fails: kInvalidArgument (size, shape), kUnsupported (dtype without fixed size), kExhausted.
  static Result<Tensor> copy_of(DType dtype, Shape shape, std::span<const std::byte> bytes);

  // The same without a copy: `keeper` is held as long as the bytes are in use, and nobody may
  // change them in that time.
  static Result<Tensor> borrow(DType dtype, Shape shape, std::span<const std::byte> bytes,
                               std::shared_ptr<const void> keeper);

  // A kString tensor. Requires as many strings as elements, else kInvalidArgument.
  static Result<Tensor> of_strings(Shape shape, std::span<const std::string_view> strings);

  template <class T>
  static Result<Tensor> of(const Shape& shape, std::span<const T> values) {
    return copy_of(kDTypeOf<T>, shape, std::as_bytes(values));
  }
  template <class T>
  static Result<Tensor> of(const Shape& shape, std::initializer_list<T> values) {
    return of(shape, std::span<const T>(values.begin(), values.size()));
  }

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  uint64_t element_count() const { return element_count_; }

  // Bytes of the elements; for kString the bytes of all strings together.
  uint64_t size_bytes() const;

  // The elements; for kString the strings one after another. Valid while this Tensor (or a copy)
  // is. May start at any address when backing() is kMapped or kBorrowed.
  std::span<const std::byte> bytes() const;

  // The elements as T. Fails: kInvalidArgument (another dtype), kUnsupported (T needs an alignment
  // that borrowed bytes do not have; bytes() still works).
  template <class T>
  Result<std::span<const T>> view() const {
    if (auto status = check_view(kDTypeOf<T>, alignof(T)); !status.ok()) {
      return std::move(status).error();
    }
    return std::span<const T>(reinterpret_cast<const T*>(bytes().data()), element_count_);
  }

  // Element `i` in row-major order. Requires: dtype() is kString, i < element_count().
  std::string_view string_at(uint64_t i) const;

  Backing backing() const;

  // Same dtype, shape and bytes (so a NaN equals itself, and 0.0 differs from -0.0).
  bool operator==(const Tensor& other) const;

 private:
  friend class TensorFactory;  // src/tensor/tensor_factory.h: how the library fills tensors
  Status check_view(DType wanted, size_t alignment) const;

  DType dtype_ = DType::kF32;
  Shape shape_;
  uint64_t element_count_ = 0;
  std::shared_ptr<const Buffer> buffer_;
  std::shared_ptr<const std::vector<uint64_t>>
      string_ends_;  // kString: end of each string in bytes()
};

}  // namespace holdall
