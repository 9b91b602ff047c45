#include "raise.h"

#include <nanobind/stl/string.h>

#include "bindings.h"
#include "holdall/tf1.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

// Makes an exception of the error's parts; set by the package when it is imported.
nb::object& factory(Face face) {
  static nb::object native;
  static nb::object tf1;
  return face == Face::kNative ? native : tf1;
}

}  // namespace

void raise(const Error& error, Face face) {
  const nb::gil_scoped_acquire lock;
  const nb::object& make = factory(face);
  if (!make.is_valid()) throw nb::value_error(error.to_string().c_str());
  nb::object exception;
  if (face == Face::kTf1) {
    exception = make(std::string(tf1::error_class_name(tf1::error_class(error))),
                     to_name(error.message), to_name(error.to_string()));
  } else {
    exception = make(std::string(code_name(error.code)), std::string(error.reason),
                     nb::make_tuple(to_name(error.place.scope), to_name(error.place.file),
                                    to_name(error.place.tensor), to_name(error.place.rule)),
                     to_name(error.to_string()), error.system_error);
  }
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
  throw nb::python_error();
}

void bind_errors(nb::module_& module) {
  module.def(
      "set_error_factories", [](nb::object native) { factory(Face::kNative) = std::move(native); },
      nb::arg("native"),
      "How errors become exceptions: called with code, reason, (scope, file, tensor, rule), text, "
      "errno.");
  module.def(
      "set_tf1_error_factory", [](nb::object tf1) { factory(Face::kTf1) = std::move(tf1); },
      nb::arg("tf1"), "The same for holdall.tf1: called with class name, message and text.");
  // The interpreter must not find our references when it has gone.
  nb::module_::import_("atexit").attr("register")(nb::cpp_function([] {
    factory(Face::kNative).reset();
    factory(Face::kTf1).reset();
  }));
}

}  // namespace holdall::python
