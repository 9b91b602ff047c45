// The parts of the extension module.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <string_view>
#include <vector>

#include "holdall/dtype.h"
#include "holdall/tensor.h"

namespace holdall::python {

void bind_tensor(nanobind::module_& module);
void bind_checkpoint(nanobind::module_& module);
void bind_restore(nanobind::module_& module);
void bind_copy(nanobind::module_& module);
void bind_digest(nanobind::module_& module);
void bind_doctor(nanobind::module_& module);
void bind_session(nanobind::module_& module);
void bind_tf1_graph(nanobind::module_& module);
void bind_tf1_scopes(nanobind::module_& module);
void bind_tf1_session(nanobind::module_& module);
void bind_tf1_saver(nanobind::module_& module);
void bind_tf1_init_from(nanobind::module_& module);
void bind_tf1_objects(nanobind::module_& module);
void bind_tf1_framework(nanobind::module_& module);
void bind_tf1_initializers(nanobind::module_& module);

nanobind::tuple to_tuple(const Shape& shape);

// Names and paths are bytes; bytes that are not UTF-8 become lone surrogates and back, as in
// Python's own file names ("surrogateescape").
nanobind::str to_name(std::string_view name);
std::string from_name(const nanobind::str& name);
// Lines as str() has them: print() adds the last line break itself.
nanobind::str to_lines(std::string_view text);
nanobind::list to_names(const std::vector<std::string>& names);
std::vector<std::string> from_names(const std::vector<nanobind::str>& names);

// What a function of holdall/_html.py makes of the object.
nanobind::object call_html(const char* function, nanobind::handle self);

// The type of that name; TypeError if there is none.
DType to_dtype(const std::string& name);

}  // namespace holdall::python
