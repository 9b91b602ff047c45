#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "holdall/text.h"
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {

nb::tuple to_tuple(const Shape& shape) {
  nb::list dims;
  for (const int64_t size : shape.dims()) dims.append(size);
  return nb::tuple(dims);
}

nb::str to_name(std::string_view name) {
  return nb::steal<nb::str>(
      PyUnicode_DecodeUTF8(name.data(), static_cast<Py_ssize_t>(name.size()), "surrogateescape"));
}

nb::str to_lines(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return to_name(text);
}

std::string from_name(const nb::str& name) {
  const auto bytes =
      nb::steal<nb::bytes>(PyUnicode_AsEncodedString(name.ptr(), "utf-8", "surrogateescape"));
  if (!bytes.is_valid()) throw nb::python_error();
  return {bytes.c_str(), bytes.size()};
}

nb::list to_names(const std::vector<std::string>& names) {
  nb::list all;
  for (const std::string& name : names) all.append(to_name(name));
  return all;
}

DType to_dtype(const std::string& name) {
  const auto dtype = find_dtype(name);
  if (!dtype) throw nb::type_error(("no element type is called '" + name + "'").c_str());
  return *dtype;
}

namespace {

// NumPy's own types; the rest travels as unsigned integers of the same width.
nb::dlpack::dtype carrier_of(DType dtype) {
  using Code = nb::dlpack::dtype_code;
  const auto make = [&](Code code) {
    return nb::dlpack::dtype{static_cast<uint8_t>(code),
                             static_cast<uint8_t>(8 * dtype_size_bytes(dtype)), 1};
  };
  switch (dtype) {
    case DType::kF16:
    case DType::kF32:
    case DType::kF64: return make(Code::Float);
    case DType::kI8:
    case DType::kI16:
    case DType::kI32:
    case DType::kI64:
    case DType::kQI8:
    case DType::kQI16:
    case DType::kQI32: return make(Code::Int);
    case DType::kBool: return make(Code::Bool);
    case DType::kComplex64:
    case DType::kComplex128: return make(Code::Complex);
    default: return make(Code::UInt);
  }
}

// The elements as a read-only array that keeps the tensor alive.
nb::object carrier_array(nb::handle self) {
  const auto& tensor = nb::cast<const Tensor&>(self);
  if (dtype_size_bytes(tensor.dtype()) == 0)
    throw nb::type_error("strings have no fixed-size elements");
  std::vector<size_t> dims;
  for (const int64_t size : tensor.shape().dims()) dims.push_back(static_cast<size_t>(size));
  return nb::cast(nb::ndarray<nb::numpy, nb::ro>(tensor.bytes().data(), dims.size(), dims.data(),
                                                 self, nullptr, carrier_of(tensor.dtype())));
}

// NumPy is the package's business: it is looked for only when an array is wanted.
nb::object numpy_array(nb::handle self) {
  return nb::module_::import_("holdall._arrays").attr("to_numpy")(self);
}

nb::object numpy_array_as(nb::handle self, nb::handle dtype, nb::handle copy) {
  return nb::module_::import_("holdall._arrays").attr("as_array")(self, dtype, copy);
}

nb::list strings(const Tensor& tensor) {
  if (tensor.dtype() != DType::kString) throw nb::type_error("the tensor does not hold strings");
  nb::list all;
  for (uint64_t i = 0; i < tensor.element_count(); ++i) {
    const std::string_view string = tensor.string_at(i);
    all.append(nb::bytes(string.data(), string.size()));
  }
  return all;
}

Tensor make_tensor(const std::string& dtype, std::vector<int64_t> shape, nb::handle data) {
  Py_buffer view;
  if (PyObject_GetBuffer(data.ptr(), &view, PyBUF_C_CONTIGUOUS) != 0) throw nb::python_error();
  auto tensor =
      Tensor::copy_of(to_dtype(dtype), Shape(std::move(shape)),
                      {static_cast<const std::byte*>(view.buf), static_cast<size_t>(view.len)});
  PyBuffer_Release(&view);
  return unwrap(std::move(tensor));
}

Tensor make_string_tensor(std::vector<int64_t> shape, const nb::list& values) {
  std::vector<std::string_view> views;
  for (const nb::handle value : values) {
    const auto bytes = nb::cast<nb::bytes>(value);
    views.emplace_back(bytes.c_str(), bytes.size());
  }
  return unwrap(Tensor::of_strings(Shape(std::move(shape)), views));
}

}  // namespace

void bind_tensor(nb::module_& module) {
  nb::class_<Tensor>(module, "Tensor", "An immutable value: dtype, shape and bytes.")
      .def_prop_ro(
          "dtype", [](const Tensor& t) { return std::string(dtype_name(t.dtype())); },
          "Name of the element type: 'float32', 'bfloat16', 'string', ...")
      .def_prop_ro(
          "shape", [](const Tensor& t) { return to_tuple(t.shape()); },
          nb::sig("def shape(self) -> tuple[int, ...]"))
      .def_prop_ro("size", &Tensor::element_count, "Number of elements.")
      .def_prop_ro("nbytes", &Tensor::size_bytes)
      .def_prop_ro(
          "backing",
          [](const Tensor& t) {
            return t.backing() == Backing::kMapped  ? "mapped"
                   : t.backing() == Backing::kOwned ? "owned"
                                                    : "borrowed";
          },
          "Where the bytes live: 'owned', 'mapped' or 'borrowed'.")
      .def(
          "carrier_array", [](nb::handle self) { return carrier_array(self); },
          nb::sig("def carrier_array(self) -> typing.Any"),
          "The elements as a read-only NumPy array; types NumPy lacks as unsigned integers.")
      .def("numpy", &numpy_array, nb::sig("def numpy(self) -> numpy.typing.NDArray[typing.Any]"),
           "A read-only view as a NumPy array; strings as an object array of bytes.")
      .def("__array__", &numpy_array_as, nb::arg("dtype") = nb::none(),
           nb::arg("copy") = nb::none(),
           nb::sig("def __array__(self, dtype: typing.Any = None, copy: bool | None = None) -> "
                   "typing.Any"))
      .def("strings", &strings, nb::sig("def strings(self) -> list[bytes]"))
      .def(
          "__eq__",
          [](const Tensor& a, nb::handle b) {
            return nb::isinstance<Tensor>(b) && a == nb::cast<const Tensor&>(b);
          },
          nb::arg().none(), nb::sig("def __eq__(self, other: object) -> bool"))
      .def("__str__", [](const Tensor& tensor) { return format_values(tensor); })
      .def("__repr__", [](const Tensor& t) {
        return "<holdall.Tensor " + std::string(dtype_name(t.dtype())) + " " +
               t.shape().to_string() + ">";
      });
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
