#include "tf1/kernels/update_values.h"

#include "tf1/kernels/elements.h"

namespace holdall::tf1 {

Result<Tensor> update_value(Update update, const Tensor& before, const Tensor& value) {
  if (before.shape() != value.shape() || before.dtype() != value.dtype()) {
    return invalid_argument(
        "Assign{} requires shapes of both tensors to match. lhs shape= {} rhs shape= {}",
        update == Update::kAdd ? "Add" : "Sub", before.shape().to_string(),
        value.shape().to_string());
  }
  return with_number_type(before.dtype(), [&](auto type) {
    using T = decltype(type);
    return make_tensor<T>(before.dtype(), before.shape(), [&](T* out, uint64_t count) {
      for (uint64_t i = 0; i < count; ++i) {
        const T a = element_at<T>(before, i);
        const T b = element_at<T>(value, i);
        out[i] = update == Update::kAdd ? wrapped<std::plus<>>(a, b) : wrapped<std::minus<>>(a, b);
      }
    });
  });
}

}  // namespace holdall::tf1
