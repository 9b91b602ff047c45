#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

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
  return unwrap(session.run(fetches, targets, feeds), Face::kTf1);
}

SaverOptions saver_options(int max_to_keep, double keep_checkpoint_every_n_hours,
                           const std::string& name, bool save_relative_paths, bool pad_step_number,
                           bool allow_empty) {
  return {max_to_keep, keep_checkpoint_every_n_hours, name, save_relative_paths, pad_step_number,
          allow_empty};
}

template <class... Variables>
void make_saver(Saver* self, const SaverOptions& options, const Variables&... variables) {
  new (self) Saver(variables..., options);
  if (auto status = self->status(); !status.ok()) {
    self->~Saver();
    raise(status.error(), Face::kTf1);
  }
}

std::string save(Saver& saver, tf1::Session& session, const nb::str& path_text,
                 std::optional<int64_t> global_step, const std::string& latest_filename,
                 const std::string& meta_graph_suffix, bool write_meta_graph, bool write_state) {
  const std::string path = from_name(path_text);
  const nb::gil_scoped_release release;
  return unwrap(
      saver.save(session, path,
                 {global_step, latest_filename, meta_graph_suffix, write_meta_graph, write_state}),
      Face::kTf1);
}

// What is to be logged.
std::vector<std::string> restore(Saver& saver, tf1::Session& session, const nb::str& path_text) {
  const std::string path = from_name(path_text);
  const nb::gil_scoped_release release;
  unwrap(saver.restore(session, path), Face::kTf1);
  return saver.warnings();
}

}  // namespace

void bind_tf1_session(nb::module_& module) {
  using Unlocked = nb::call_guard<nb::gil_scoped_release>;
  nb::class_<tf1::Session>(module, "Session")
      .def(nb::init<const Graph&>(), nb::arg("graph"))
      .def("run", &run, nb::arg("fetches"), nb::arg("targets"), nb::arg("feeds"), Unlocked())
      .def("is_initialized", &tf1::Session::is_initialized, nb::arg("variable"), Unlocked())
      .def("values", [](tf1::Session& session) { return session.values().snapshot(); })
      .def("close", &tf1::Session::close, Unlocked())
      .def_prop_ro("is_closed", &tf1::Session::is_closed);
  nb::class_<SaverOptions>(module, "SaverOptions")
      .def(
          "__init__",
          [](SaverOptions* self, int max_to_keep, double keep_checkpoint_every_n_hours,
             const std::string& name, bool save_relative_paths, bool pad_step_number,
             bool allow_empty) {
            new (self)
                SaverOptions(saver_options(max_to_keep, keep_checkpoint_every_n_hours, name,
                                           save_relative_paths, pad_step_number, allow_empty));
          },
          nb::arg("max_to_keep"), nb::arg("keep_checkpoint_every_n_hours"), nb::arg("name"),
          nb::arg("save_relative_paths"), nb::arg("pad_step_number"), nb::arg("allow_empty"));
  nb::class_<Saver>(module, "Saver")
      .def(
          "__init__",
          [](Saver* self, const Graph& graph, const SaverOptions& options) {
            make_saver(self, options, graph);
          },
          nb::arg("graph"), nb::arg("options"), Unlocked())
      .def(
          "__init__",
          [](Saver* self, const std::vector<Variable>& variables, const SaverOptions& options) {
            make_saver(self, options, variables);
          },
          nb::arg("variables"), nb::arg("options"), Unlocked())
      .def(
          "__init__",
          [](Saver* self, const std::map<std::string, Variable>& variables,
             const SaverOptions& options) { make_saver(self, options, variables); },
          nb::arg("variables"), nb::arg("options"), Unlocked())
      .def("save", &save, nb::arg("session"), nb::arg("path"), nb::arg("global_step").none(),
           nb::arg("latest_filename"), nb::arg("meta_graph_suffix"), nb::arg("write_meta_graph"),
           nb::arg("write_state"))
      .def("restore", &restore, nb::arg("session"), nb::arg("path"))
      .def("last_checkpoints", &Saver::last_checkpoints);
  module.def(
      "latest_checkpoint",
      [](const nb::str& directory, const std::string& latest_filename) -> nb::object {
        const auto path = latest_checkpoint(from_name(directory), latest_filename);
        return path ? nb::object(to_name(*path)) : nb::none();
      },
      nb::arg("directory"), nb::arg("latest_filename"),
      nb::sig("def latest_checkpoint(directory: str, latest_filename: str) -> str | None"));
}

}  // namespace holdall::python
