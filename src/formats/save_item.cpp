// The elements of a SaveItem, in memory or from a source.
#include "holdall/saver.h"

namespace holdall {

DType SaveItem::dtype() const {
  return source != nullptr ? source->dtype() : tensor.dtype();
}

const Shape& SaveItem::shape() const {
  return source != nullptr ? source->shape() : tensor.shape();
}

uint64_t SaveItem::size_bytes() const {
  if (source == nullptr) return tensor.size_bytes();
  const uint64_t count = source->shape().element_count().value_or(0);
  return count * dtype_size_bytes(source->dtype());
}

Status SaveItem::read(const TensorSource::Take& take) const {
  return source != nullptr ? source->read(take) : take(tensor.bytes());
}

}  // namespace holdall
