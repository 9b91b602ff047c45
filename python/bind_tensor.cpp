#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "holdall/text.h"
#include "tensor_input.h"
#include "tensor_views.h"

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

std::vector<std::string> from_names(const std::vector<nb::str>& names) {
  std::vector<std::string> all;
  for (const nb::str& name : names) all.push_back(from_name(name));
  return all;
}

nb::list to_names(const std::vector<std::string>& names) {
  nb::list all;
  for (const std::string& name : names) all.append(to_name(name));
  return all;
}

nb::object call_html(const char* function, nb::handle self) {
  return nb::module_::import_("holdall._html").attr(function)(self);
}

DType to_dtype(const std::string& name) {
  const auto dtype = find_dtype(name);
  if (!dtype) throw nb::type_error(("no element type is called '" + name + "'").c_str());
  return *dtype;
}

namespace {

nb::list strings(const Tensor& tensor) {
  if (tensor.dtype() != DType::kString) throw nb::type_error("the tensor does not hold strings");
  nb::list all;
  for (uint64_t i = 0; i < tensor.element_count(); ++i) {
    const std::string_view string = tensor.string_at(i);
    all.append(nb::bytes(string.data(), string.size()));
  }
  return all;
}

}  // namespace

void bind_tensor(nb::module_& module) {
  nb::class_<Tensor> bound(module, "Tensor", nb::type_slots(buffer_slots()),
                           nb::sig("class Tensor(typing_extensions.Buffer)"),
                           "An immutable value: dtype, shape and bytes.");
  bound
      .def_prop_ro(
          "dtype", [](const Tensor& t) { return std::string(dtype_name(t.dtype())); },
          "Name of the element type: 'float32', 'bfloat16', 'string', ...")
      .def_prop_ro(
          "shape", [](const Tensor& t) { return to_tuple(t.shape()); },
          nb::sig("def shape(self) -> tuple[int, ...]"), "Sizes, outermost dimension first.")
      .def_prop_ro("size", &Tensor::element_count, "Number of elements.")
      .def_prop_ro("nbytes", &Tensor::size_bytes, "Bytes of the elements.")
      .def_prop_ro(
          "backing",
          [](const Tensor& t) {
            return t.backing() == Backing::kMapped  ? "mapped"
                   : t.backing() == Backing::kOwned ? "owned"
                                                    : "borrowed";
          },
          "Where the bytes live: 'owned', 'mapped' or 'borrowed'.")
      .def("strings", &strings, nb::sig("def strings(self) -> list[bytes]"),
           "The elements of a tensor of strings.")
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
  bind_views(bound);
  bind_tensor_input(module);
}

}  // namespace holdall::python
