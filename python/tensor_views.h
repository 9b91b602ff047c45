// A tensor's bytes as other Python packages see them, without a copy: the buffer protocol, DLPack,
// NumPy. What looks keeps the tensor alive.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <optional>

#include "holdall/tensor.h"

namespace holdall::python {

// DLPack's name of the type, and back; none where it has none. Types that take less than a byte lie
// one a byte here, which DLPack's packed ones do not.
std::optional<nanobind::dlpack::dtype> to_dlpack_type(DType dtype);
std::optional<DType> from_dlpack_type(nanobind::dlpack::dtype type);

// The elements as a read-only NumPy array; those of types that NumPy lacks as unsigned integers.
nanobind::object carrier_array(nanobind::handle tensor);

// What holdall/_arrays.py makes of a tensor; of plain numbers the same without going there.
nanobind::object to_array(const Tensor& tensor);

// The slots that make a class of tensors a buffer.
PyType_Slot* buffer_slots();

void bind_views(nanobind::class_<Tensor>& bound);

}  // namespace holdall::python
