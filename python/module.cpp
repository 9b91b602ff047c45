#include <nanobind/stl/string.h>

#include "bindings.h"
#include "holdall/version.h"
#include "raise.h"

NB_MODULE(_core, module) {
  // A graph that holds a function of the program's main module lives until the process ends.
  nanobind::set_leak_warnings(false);
  module.doc() = "The library behind the package; its names are not for users.";
  module.def("version", &holdall::version);
  holdall::python::bind_errors(module);
  holdall::python::bind_tensor(module);
  holdall::python::bind_checkpoint(module);
  holdall::python::bind_restore(module);
  holdall::python::bind_session(module);
  holdall::python::bind_copy(module);
  holdall::python::bind_digest(module);
  holdall::python::bind_doctor(module);
  nanobind::module_ tf1 = module.def_submodule("tf1", "The TensorFlow-1 face.");
  holdall::python::bind_tf1_graph(tf1);
  holdall::python::bind_tf1_scopes(tf1);
  holdall::python::bind_tf1_session(tf1);
  holdall::python::bind_tf1_saver(tf1);
  holdall::python::bind_tf1_init_from(tf1);
  holdall::python::bind_tf1_objects(tf1);
  holdall::python::bind_tf1_framework(tf1);
  holdall::python::bind_tf1_initializers(tf1);
}
