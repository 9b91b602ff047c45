// What stands before the elements in a .npy file.
#pragma once

#include <string>
#include <string_view>

#include "holdall/dtype.h"
#include "holdall/tensor.h"

namespace holdall {

// "<f4"; "" for a dtype that NumPy does not have.
std::string_view npy_descr(DType dtype);

// Magic, version 1.0 and the header, in NumPy's own bytes.
std::string make_npy_front(std::string_view descr, const Shape& shape);

}  // namespace holdall
