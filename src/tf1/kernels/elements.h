// What kernels of several families share: elements by type, operands that are stretched to one
// shape, elements that change places.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <type_traits>
#include <vector>

#include "base/message.h"
#include "base/try.h"
#include "holdall/tensor.h"
#include "tensor/convert.h"
#include "tensor/tensor_factory.h"
#include "tf1/kernels/kernel.h"

namespace holdall::tf1 {

// IEEE half: each operation is done in float and rounded, as TensorFlow's CPU kernels do.
struct Half {
  uint16_t bits;
};

// A value restored as pages of a file may start at any address.
template <class T>
T element_at(const Tensor& tensor, uint64_t i) {
  T value;
  std::memcpy(&value, tensor.bytes().data() + i * sizeof(T), sizeof value);
  return value;
}

// Integers wrap, as TensorFlow's do; in unsigned arithmetic that is defined.
template <class Operator, class T>
T wrapped(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(Operator()(static_cast<Unsigned>(a), static_cast<Unsigned>(b)));
  } else {
    return Operator()(a, b);
  }
}

// A new tensor whose elements `fill` writes through the pointer it is given.
template <class T, class Fill>
Result<Tensor> make_tensor(DType dtype, const Shape& shape, Fill fill) {
  HOLDALL_ASSIGN(const uint64_t size_bytes, tensor_size_bytes(dtype, shape));
  HOLDALL_ASSIGN(auto buffer, Buffer::allocate(size_bytes));
  fill(reinterpret_cast<T*>(buffer->fill().data()), size_bytes / sizeof(T));
  return TensorFactory::make(dtype, shape, std::move(buffer));
}

// Calls `body` with a value of the type, to be told the type by.
template <class Body>
Result<Tensor> with_number_type(DType dtype, Body body) {
  switch (dtype) {
    case DType::kF32: return body(float{});
    case DType::kF64: return body(double{});
    case DType::kI32: return body(int32_t{});
    case DType::kI64: return body(int64_t{});
    default: return unsupported("no arithmetic on {}", dtype_name(dtype));
  }
}

template <class Body>
Result<Tensor> with_floating_type(DType dtype, Body body) {
  switch (dtype) {
    case DType::kF32: return body(float{});
    case DType::kF64: return body(double{});
    default: return unsupported("no such function of {}", dtype_name(dtype));
  }
}

// The outputs of a kernel with one.
inline KernelResult one_output(Result<Tensor> tensor) {
  if (!tensor.ok()) return std::move(tensor).error();
  return std::vector<Tensor>{std::move(tensor).value()};
}

// The result's shape of two that are stretched to one. Fails: kInvalidArgument.
Result<Shape> broadcast_shapes(const Shape& a, const Shape& b);
Result<StaticShape> broadcast_shapes(const StaticShape& a, const StaticShape& b);

// Walks two operands that are stretched to one shape.
class BroadcastWalk {
 public:
  static Result<BroadcastWalk> make(const Shape& a, const Shape& b);

  const Shape& shape() const { return shape_; }

  // Calls `body(index in a, index in b)` for each element of the result in order.
  template <class Body>
  void for_each(uint64_t count, Body body) const {
    std::vector<int64_t> at(shape_.rank(), 0);
    uint64_t a = 0;
    uint64_t b = 0;
    for (uint64_t i = 0; i < count; ++i) {
      body(a, b);
      for (size_t axis = shape_.rank(); axis-- > 0;) {
        a += a_steps_[axis];
        b += b_steps_[axis];
        if (++at[axis] < shape_[axis]) break;
        a -= a_steps_[axis] * static_cast<uint64_t>(shape_[axis]);
        b -= b_steps_[axis] * static_cast<uint64_t>(shape_[axis]);
        at[axis] = 0;
      }
    }
  }

 private:
  Shape shape_;
  std::vector<uint64_t> a_steps_;
  std::vector<uint64_t> b_steps_;
};

// Element i of the result is element `source(i)` of the input; of any type.
// Requires: indexes that the input has.
Result<Tensor> take_elements(const Tensor& input, const Shape& shape,
                             const std::function<uint64_t(uint64_t)>& source);

// The elements of `tensor` from `begin` on. Fails: kInvalidArgument.
Result<Tensor> slice_tensor(const Tensor& tensor, std::span<const int64_t> begin,
                            std::span<const int64_t> size);

// Joined along the axis. Fails: kInvalidArgument (ranks, shapes or types that differ).
Result<Tensor> concat_tensors(std::span<const Tensor> tensors, int64_t axis);

// The integers of an int32 or int64 tensor. Fails: kInvalidArgument.
Result<std::vector<int64_t>> integers_of(const Tensor& tensor);
Result<std::vector<int64_t>> integers_of(KernelContext& context, size_t input);

// `axis` counted from the front. Fails: kInvalidArgument.
Result<size_t> resolve_axis(int64_t axis, size_t rank);

// Shape rules that many rows share.
Result<StaticShape> shape_of_first(const NodeShapes& node);
Result<StaticShape> scalar_shape(const NodeShapes& node);
Result<StaticShape> broadcast_rule(const NodeShapes& node);

}  // namespace holdall::tf1
