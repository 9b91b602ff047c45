// Checkpoints of nested objects, and which of them are kept. Every call gives up the interpreter's
// lock: another thread may be in a run that needs it while the checkpoint is its own.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bind_tf1.h"
#include "bindings.h"

namespace nb = nanobind;

namespace holdall::python {

using namespace tf1;

namespace {

nb::object to_optional_name(const std::optional<std::string>& path) {
  return path ? nb::object(to_name(*path)) : nb::none();
}

// A list of ([(name, index)], variable or None).
std::vector<TrackedObject> to_objects(const nb::list& given) {
  std::vector<TrackedObject> objects;
  for (const nb::handle each : given) {
    const auto parts = nb::cast<nb::tuple>(each);
    TrackedObject object;
    for (const nb::handle child : nb::cast<nb::list>(parts[0])) {
      const auto pair = nb::cast<nb::tuple>(child);
      object.children.emplace_back(from_name(nb::cast<nb::str>(pair[0])),
                                   nb::cast<size_t>(pair[1]));
    }
    if (!parts[1].is_none()) object.variable = nb::cast<Variable>(parts[1]);
    objects.push_back(std::move(object));
  }
  return objects;
}

nb::tuple from_report(const ObjectRestoreReport& report) {
  return nb::make_tuple(to_names(report.missing), to_names(report.unused));
}

// What `call` gives of a path, without the interpreter's lock.
template <class Call>
auto of_path(const nb::str& given, Call call) {
  const std::string path = from_name(given);
  const nb::gil_scoped_release release;
  return unwrap_run(call(path));
}

void bind_object_checkpoint(nb::module_& module) {
  nb::class_<ObjectCheckpoint>(module, "ObjectCheckpoint")
      .def(nb::init<>())
      .def(
          "set_objects",
          [](ObjectCheckpoint& checkpoint, const nb::list& given) {
            auto objects = to_objects(given);
            const nb::gil_scoped_release release;
            checkpoint.set_objects(std::move(objects));
          },
          nb::arg("objects"),
          nb::sig("def set_objects(self, objects: list[tuple[list[tuple[str, int]], Variable | "
                  "None]]) -> None"))
      .def(
          "save_counter",
          [](ObjectCheckpoint& checkpoint, Graph& graph, bool use_resource) {
            return checked(graph, checkpoint.save_counter(graph, use_resource));
          },
          nb::arg("graph"), nb::arg("use_resource"), Unlocked())
      .def(
          "write",
          [](const ObjectCheckpoint& checkpoint, tf1::Session& session, const nb::str& prefix) {
            return to_name(of_path(
                prefix, [&](const std::string& path) { return checkpoint.write(session, path); }));
          },
          nb::arg("session"), nb::arg("prefix"))
      .def(
          "save",
          [](ObjectCheckpoint& checkpoint, tf1::Session& session, const nb::str& prefix) {
            return to_name(of_path(
                prefix, [&](const std::string& path) { return checkpoint.save(session, path); }));
          },
          nb::arg("session"), nb::arg("prefix"))
      .def(
          "read",
          [](const ObjectCheckpoint& checkpoint, tf1::Session& session, const nb::str& prefix) {
            return from_report(of_path(
                prefix, [&](const std::string& path) { return checkpoint.read(session, path); }));
          },
          nb::arg("session"), nb::arg("prefix"),
          nb::sig("def read(self, session: Session, prefix: str) -> tuple[list[str], list[str]]"));
}

CheckpointManager open_manager(const ObjectCheckpoint& checkpoint, const nb::str& directory,
                               std::optional<int> max_to_keep, std::optional<double> every_n_hours,
                               const nb::str& name, std::optional<int64_t> interval,
                               std::optional<Output> step_counter) {
  CheckpointManagerOptions options;
  options.max_to_keep = max_to_keep;
  options.keep_checkpoint_every_n_hours = every_n_hours;
  options.checkpoint_name = from_name(name);
  options.checkpoint_interval = interval;
  options.step_counter = step_counter.value_or(Output());
  return of_path(directory, [&](const std::string& path) {
    return CheckpointManager::open(checkpoint, path, options);
  });
}

void bind_manager(nb::module_& module) {
  nb::class_<CheckpointManager>(module, "CheckpointManager")
      .def(
          "save",
          [](CheckpointManager& manager, tf1::Session& session, std::optional<int64_t> number,
             bool check_interval) {
            std::optional<std::string> path;
            {
              const nb::gil_scoped_release release;
              path = unwrap_run(manager.save(session, {number, check_interval}));
            }
            return to_optional_name(path);
          },
          nb::arg("session"), nb::arg("number").none(), nb::arg("check_interval"),
          nb::sig("def save(self, session: Session, number: int | None, check_interval: bool) -> "
                  "str | None"))
      .def_prop_ro(
          "latest_checkpoint",
          [](const CheckpointManager& manager) {
            std::optional<std::string> path;
            {
              const nb::gil_scoped_release release;
              path = manager.latest_checkpoint();
            }
            return to_optional_name(path);
          },
          nb::sig("def latest_checkpoint(self) -> str | None"))
      .def_prop_ro(
          "checkpoints",
          [](const CheckpointManager& manager) {
            std::vector<std::string> paths;
            {
              const nb::gil_scoped_release release;
              paths = manager.checkpoints();
            }
            return to_names(paths);
          },
          nb::sig("def checkpoints(self) -> list[str]"))
      .def_prop_ro("warning",
                   [](const CheckpointManager& manager) { return to_lines(manager.warning()); });
  module.def("open_manager", &open_manager, nb::arg("checkpoint"), nb::arg("directory"),
             nb::arg("max_to_keep").none(), nb::arg("every_n_hours").none(), nb::arg("name"),
             nb::arg("interval").none(), nb::arg("step_counter").none());
}

}  // namespace

void bind_tf1_objects(nb::module_& module) {
  bind_object_checkpoint(module);
  bind_manager(module);
}

}  // namespace holdall::python
