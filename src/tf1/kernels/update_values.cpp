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
        if constexpr (std::is_integral_v<T>) {
          using Unsigned = std::make_unsigned_t<T>;
          const auto x = static_cast<Unsigned>(a);
          const auto y = static_cast<Unsigned>(b);
          out[i] = static_cast<T>(update == Update::kAdd ? x + y : x - y);
        } else {
          out[i] = update == Update::kAdd ? a + b : a - b;
        }
      }
    });
  });
}

}  // namespace holdall::tf1
