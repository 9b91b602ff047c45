#include "tensor_input.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <bit>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bindings.h"
#include "raise.h"
#include "tensor_views.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

using Ints = std::vector<int64_t>;

// Elements somewhere in memory.
struct Elements {
  const std::byte* data = nullptr;
  DType dtype = DType::kUnknown;
  Ints dims;
  Ints strides_bytes;  // empty: row-major without gaps
};

[[noreturn]] void refuse(const std::string& text) {
  throw nb::type_error(text.c_str());
}

Ints row_major_strides(const Ints& dims, int64_t item_bytes) {
  Ints strides(dims.size());
  for (size_t axis = dims.size(); axis-- > 0; item_bytes *= dims[axis]) strides[axis] = item_bytes;
  return strides;
}

void gather(const Elements& from, size_t axis, const std::byte* data, size_t item_bytes,
            std::byte*& into) {
  const bool is_run =
      axis + 1 == from.dims.size() && from.strides_bytes[axis] == static_cast<int64_t>(item_bytes);
  if (axis == from.dims.size() || is_run) {
    const size_t size_bytes =
        is_run ? static_cast<size_t>(from.dims[axis]) * item_bytes : item_bytes;
    std::memcpy(into, data, size_bytes);
    into += size_bytes;
    return;
  }
  for (int64_t i = 0; i < from.dims[axis]; ++i)
    gather(from, axis + 1, data + i * from.strides_bytes[axis], item_bytes, into);
}

// A tensor of a copy. The elements must stay where they are meanwhile.
Tensor copy_of(const Elements& from) {
  const auto item_bytes = static_cast<size_t>(dtype_size_bytes(from.dtype));
  const Shape shape(from.dims);
  const auto count = shape.element_count();
  if (!count || *count > static_cast<uint64_t>(PTRDIFF_MAX) / item_bytes)
    refuse("no memory holds an array of shape " + shape.to_string());
  const size_t size_bytes = *count * item_bytes;
  const bool has_gaps =
      !from.strides_bytes.empty() && *count > 0 &&
      from.strides_bytes != row_major_strides(from.dims, static_cast<int64_t>(item_bytes));
  Result<Tensor> tensor = Tensor();
  {
    const nb::gil_scoped_release release;
    if (has_gaps) {
      std::vector<std::byte> dense(size_bytes);
      std::byte* into = dense.data();
      gather(from, 0, from.data, item_bytes, into);
      tensor = Tensor::copy_of(from.dtype, shape, dense);
    } else {
      tensor = Tensor::copy_of(from.dtype, shape, {from.data, size_bytes});
    }
  }
  return unwrap(std::move(tensor));
}

// "<f4" of the array interface and "f" of buffers: kind and width, where the bytes are in this
// machine's order.
std::optional<DType> find_by_kind(char kind, size_t item_bytes) {
  const std::string bits = std::to_string(8 * item_bytes);
  switch (kind) {
    case 'b': return item_bytes == 1 ? std::optional(DType::kBool) : std::nullopt;
    case 'i': return find_dtype("int" + bits);
    case 'u': return find_dtype("uint" + bits);
    case 'f': return find_dtype("float" + bits);
    case 'c': return find_dtype("complex" + bits);
    default: return {};
  }
}

bool is_native(char order, size_t item_bytes) {
  const char foreign = std::endian::native == std::endian::little ? '>' : '<';
  const bool is_network = order == '!' && std::endian::native == std::endian::little;
  return item_bytes == 1 || (order != foreign && !is_network);
}

// The type of a buffer's format; none for what no tensor can hold, or not without a change.
std::optional<DType> find_by_format(std::string_view format, size_t item_bytes) {
  if (!format.empty() && std::string_view("@=<>!").find(format[0]) != std::string_view::npos) {
    if (!is_native(format[0], item_bytes)) return {};
    format.remove_prefix(1);
  }
  if (format == "Zf" || format == "Zd") return find_by_kind('c', item_bytes);
  if (format.size() != 1) return {};
  if (format == "?") return find_by_kind('b', item_bytes);
  if (std::string_view("bhilqn").find(format[0]) != std::string_view::npos)
    return find_by_kind('i', item_bytes);
  if (std::string_view("BcHILQN").find(format[0]) != std::string_view::npos)
    return find_by_kind('u', item_bytes);
  if (std::string_view("efd").find(format[0]) != std::string_view::npos)
    return find_by_kind('f', item_bytes);
  return {};
}

Tensor from_dlpack(nb::handle value) {
  // CPU, and the pinned memory of CUDA and ROCm, which the CPU reads as well.
  const auto device = nb::cast<std::pair<int, int>>(value.attr("__dlpack_device__")());
  if (device.first != 1 && device.first != 3 && device.first != 11) {
    refuse("the array lies on another device (DLPack's type " + std::to_string(device.first) +
           "); bring it to the CPU first");
  }
  nb::object capsule;
  try {
    capsule = value.attr("__dlpack__")(nb::arg("max_version") = nb::make_tuple(1, 1));
  } catch (nb::python_error& error) {
    // Those who know no versions yet.
    if (!error.matches(PyExc_TypeError)) throw;
    capsule = value.attr("__dlpack__")();
  }
  const auto array = nb::cast<nb::ndarray<nb::ro>>(capsule);
  const auto dtype = from_dlpack_type(array.dtype());
  if (!dtype) {
    refuse("no element type is DLPack's (" + std::to_string(array.dtype().code) + ", " +
           std::to_string(array.dtype().bits) + " bits, " + std::to_string(array.dtype().lanes) +
           " lanes)");
  }
  Elements from{
      static_cast<const std::byte*>(static_cast<const void*>(array.data())), *dtype, {}, {}};
  const auto item_bytes = static_cast<int64_t>(dtype_size_bytes(*dtype));
  for (size_t axis = 0; axis < array.ndim(); ++axis) {
    from.dims.push_back(static_cast<int64_t>(array.shape(axis)));
    from.strides_bytes.push_back(array.stride(axis) * item_bytes);
  }
  return copy_of(from);
}

Tensor from_buffer(nb::handle value) {
  Py_buffer view;
  if (PyObject_GetBuffer(value.ptr(), &view, PyBUF_RECORDS_RO) != 0) throw nb::python_error();
  const std::unique_ptr<Py_buffer, decltype(&PyBuffer_Release)> keeper(&view, &PyBuffer_Release);
  const std::string format = view.format == nullptr ? "B" : view.format;
  const auto dtype = find_by_format(format, static_cast<size_t>(view.itemsize));
  if (!dtype) refuse("no element type is a buffer's '" + format + "'");
  Elements from{static_cast<const std::byte*>(view.buf), *dtype, {}, {}};
  from.dims.assign(view.shape, view.shape + view.ndim);
  from.strides_bytes.assign(view.strides, view.strides + view.ndim);
  return copy_of(from);
}

Tensor from_array_interface(nb::handle value) {
  const auto words = nb::cast<nb::dict>(value.attr("__array_interface__"));
  const auto type = nb::cast<std::string>(words["typestr"]);
  const size_t item_bytes = type.size() > 2 ? std::strtoul(type.c_str() + 2, nullptr, 10) : 0;
  const auto dtype = item_bytes == 0 || !is_native(type[0], item_bytes)
                         ? std::nullopt
                         : find_by_kind(type[1], item_bytes);
  const nb::object data = words.contains("data") ? nb::object(words["data"]) : nb::none();
  if (!dtype || !nb::isinstance<nb::tuple>(data))
    refuse("no element type is the array interface's '" + type + "'");
  const auto address = nb::cast<uintptr_t>(data[0]);
  Elements from{reinterpret_cast<const std::byte*>(address), *dtype, {}, {}};
  from.dims = nb::cast<Ints>(words["shape"]);
  if (words.contains("strides") && !words["strides"].is_none())
    from.strides_bytes = nb::cast<Ints>(words["strides"]);
  return copy_of(from);
}

Tensor make_tensor(const std::string& dtype, Ints shape, nb::handle data) {
  Py_buffer view;
  if (PyObject_GetBuffer(data.ptr(), &view, PyBUF_C_CONTIGUOUS) != 0) throw nb::python_error();
  const std::unique_ptr<Py_buffer, decltype(&PyBuffer_Release)> keeper(&view, &PyBuffer_Release);
  return unwrap(
      Tensor::copy_of(to_dtype(dtype), Shape(shape),
                      {static_cast<const std::byte*>(view.buf), static_cast<size_t>(view.len)}));
}

Tensor make_string_tensor(Ints shape, const nb::list& values) {
  std::vector<std::string_view> views;
  for (const nb::handle value : values) {
    const auto bytes = nb::cast<nb::bytes>(value);
    views.emplace_back(bytes.c_str(), bytes.size());
  }
  return unwrap(Tensor::of_strings(Shape(shape), views));
}

}  // namespace

void bind_tensor_input(nb::module_& module) {
  module.def("from_dlpack", &from_dlpack, nb::arg("value"),
             nb::sig("def from_dlpack(value: typing.Any) -> Tensor"),
             "A tensor of a copy of what has __dlpack__.");
  module.def("from_buffer", &from_buffer, nb::arg("value"),
             nb::sig("def from_buffer(value: typing.Any) -> Tensor"),
             "A tensor of a copy of a buffer.");
  module.def("from_array_interface", &from_array_interface, nb::arg("value"),
             nb::sig("def from_array_interface(value: typing.Any) -> Tensor"),
             "A tensor of a copy of what has __array_interface__.");
  module.def("make_tensor", &make_tensor, nb::arg("dtype"), nb::arg("shape"), nb::arg("data"),
             "A tensor of a copy of a contiguous buffer.",
             nb::sig("def make_tensor(dtype: str, shape: collections.abc.Sequence[int], data: "
                     "typing.Any) -> Tensor"));
  module.def(
      "make_string_tensor", &make_string_tensor, nb::arg("shape"), nb::arg("values"),
      nb::sig("def make_string_tensor(shape: collections.abc.Sequence[int], values: list[bytes]) "
              "-> Tensor"));
}

}  // namespace holdall::python
