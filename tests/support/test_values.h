// Tensors for tests.
#pragma once

#include <cstdint>
#include <ostream>
#include <random>
#include <string_view>
#include <vector>

#include "holdall/tensor.h"
#include "holdall/text.h"

namespace holdall {

// For EXPECT_EQ of tensors.
inline void PrintTo(const Tensor& tensor, std::ostream* out) {
  *out << dtype_name(tensor.dtype()) << ' ' << tensor.shape().to_string() << ' '
       << format_values(tensor);
}

// Every dtype that a file can hold the values of.
std::vector<DType> storable_dtypes();

// Elements of any dtype but strings, from raw bytes that `random` gives; bools are 0 or 1.
Tensor random_tensor(std::mt19937_64& random, DType dtype, Shape shape);

// Float32: first, first + 1, ...
Tensor counting_tensor(Shape shape, float first = 0);

Tensor strings_tensor(Shape shape, const std::vector<std::string_view>& strings);

// Element by element, without the code under test: the elements of `whole` that lie in `box`.
Tensor cut_out(const Tensor& whole, const Box& box);

}  // namespace holdall
