#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bind_tf1.h"
#include "bindings.h"
#include "holdall/tf1.h"
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

using namespace tf1;

std::vector<Tensor> run(tf1::Session& session, const std::vector<Output>& fetches,
                        const std::vector<Operation>& targets,
                        const std::vector<std::pair<Output, Tensor>>& feeds) {
  return unwrap_run(session.run(fetches, targets, feeds));
}

}  // namespace

void bind_tf1_session(nb::module_& module) {
  nb::class_<tf1::Session>(module, "Session")
      .def(nb::init<const Graph&>(), nb::arg("graph"))
      .def("run", &run, nb::arg("fetches"), nb::arg("targets"), nb::arg("feeds"), Unlocked())
      .def("is_initialized", &tf1::Session::is_initialized, nb::arg("variable"), Unlocked())
      .def("values", [](tf1::Session& session) { return session.values().snapshot(); })
      .def("close", &tf1::Session::close, Unlocked())
      .def_prop_ro("is_closed", &tf1::Session::is_closed);
}

}  // namespace holdall::python
