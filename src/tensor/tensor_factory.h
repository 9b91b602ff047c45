// How the library makes tensors out of buffers it filled itself. Not for users, whose bytes are
// copied or borrowed.
#pragma once

#include <memory>
#include <vector>

#include "holdall/tensor.h"
#include "tensor/buffer.h"

namespace holdall {

class TensorFactory {
 public:
  // Fails: kInvalidArgument unless the buffer has exactly the bytes of the elements; kUnsupported
  // for a dtype without fixed size.
  static Result<Tensor> make(DType dtype, Shape shape, std::shared_ptr<const Buffer> buffer);

  // `ends[i]` is where string i ends in the buffer. Requires: ends ascend and stay within it.
  // Fails: kInvalidArgument unless there is one end for each element.
  static Result<Tensor> make_strings(Shape shape, std::shared_ptr<const Buffer> buffer,
                                     std::vector<uint64_t> ends);

  // The same elements, shared, in another shape. Fails: kInvalidArgument unless it has as many.
  static Result<Tensor> with_shape(Tensor tensor, Shape shape);
};

// Bytes that `shape` elements of `dtype` take. Fails: kInvalidArgument (shape negative or too
// large), kUnsupported (no fixed size).
Result<uint64_t> tensor_size_bytes(DType dtype, const Shape& shape);

}  // namespace holdall
