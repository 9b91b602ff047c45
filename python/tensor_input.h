// Tensors of what other Python packages hold, by DLPack, the buffer protocol or NumPy's array
// interface; NumPy itself is not needed.
#pragma once

#include <nanobind/nanobind.h>

namespace holdall::python {

void bind_tensor_input(nanobind::module_& module);

}  // namespace holdall::python
