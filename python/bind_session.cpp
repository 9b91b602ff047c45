#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "bind_options.h"
#include "bindings.h"
#include "holdall/names.h"
#include "holdall/saver.h"
#include "holdall/session.h"
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

using Ints = std::vector<int64_t>;

RestoreReport load(Session& session, const nb::str& path_text, const nb::kwargs& words) {
  const std::string path = from_name(path_text);
  const LoadOptions options = to_load_options(words);
  Result<RestoreReport> report = RestoreReport();
  {
    const nb::gil_scoped_release release;
    report = session.load(path, options);
  }
  return unwrap(std::move(report));
}

std::vector<RestoreReport> load_all(Session& session,
                                    const std::vector<std::pair<nb::str, nb::dict>>& sources) {
  std::vector<LoadSource> read;
  for (const auto& [path, words] : sources)
    read.push_back({from_name(path), to_load_options(words)});
  Result<std::vector<RestoreReport>> reports = std::vector<RestoreReport>();
  {
    const nb::gil_scoped_release release;
    reports = session.load_all(read);
  }
  return unwrap(std::move(reports));
}

RestoreReport restore(Session& session, const nb::str& path_text, const nb::kwargs& words) {
  const std::string path = from_name(path_text);
  const LoadOptions options = to_load_options(words);
  Result<RestoreReport> report = RestoreReport();
  {
    const nb::gil_scoped_release release;
    report = session.restore(path, options);
  }
  return unwrap(std::move(report));
}

SaveReport save(const Session& session, const nb::str& path_text, const nb::kwargs& words) {
  const std::string path = from_name(path_text);
  const SaveOptions options = to_save_options(words);
  Result<SaveReport> report = SaveReport();
  {
    const nb::gil_scoped_release release;
    report = session.save(path, options);
  }
  return unwrap(std::move(report));
}

// Name, tensor, shard, and for a slice (starts, lengths, whole shape).
using ItemParts =
    std::tuple<nb::str, Tensor, uint32_t, std::optional<std::tuple<Ints, Ints, Ints>>>;

SaveReport save_tensors(const nb::str& path_text, const std::vector<ItemParts>& parts,
                        const nb::kwargs& words) {
  const std::string path = from_name(path_text);
  const SaveOptions options = to_save_options(words);
  std::vector<SaveItem> items;
  for (const auto& [name, tensor, shard, slice] : parts) {
    SaveItem item{from_name(name), tensor, {}, {}, shard};
    if (slice) {
      item.box = Box{std::get<0>(*slice), std::get<1>(*slice)};
      item.whole_shape = Shape(std::get<2>(*slice));
    }
    items.push_back(std::move(item));
  }
  Result<SaveReport> report = SaveReport();
  {
    const nb::gil_scoped_release release;
    auto plan = plan_save(path, std::move(items), options);
    if (plan.ok()) {
      report = execute(*plan);
    } else {
      report = std::move(plan).error();
    }
  }
  return unwrap(std::move(report));
}

void bind_reports(nb::module_& module) {
  nb::class_<SaveReport>(module, "SaveReport", "What a save did.")
      .def_prop_ro("path", [](const SaveReport& r) { return to_name(r.path); })
      .def_prop_ro(
          "files",
          [](const SaveReport& r) {
            std::vector<std::string> paths;
            for (const PlannedFile& file : r.files) paths.push_back(file.path);
            return to_names(paths);
          },
          nb::sig("def files(self) -> list[str]"))
      .def_ro("tensor_count", &SaveReport::tensor_count)
      .def_ro("bytes_written", &SaveReport::bytes_written)
      .def_ro("seconds", &SaveReport::seconds)
      .def("summary", &SaveReport::summary)
      .def("__repr__", [](const SaveReport& r) { return "<holdall report: " + r.summary() + ">"; });
}

}  // namespace

void bind_session(nb::module_& module) {
  bind_reports(module);
  nb::class_<ScopeView>(module, "ScopeView")
      .def_prop_ro("name", [](const ScopeView& scope) { return to_name(scope.name()); })
      .def("__len__", &ScopeView::count)
      .def(
          "names", [](const ScopeView& scope) { return to_names(scope.names()); },
          nb::sig("def names(self) -> list[str]"))
      .def(
          "at",
          [](const ScopeView& scope, const nb::str& name) {
            return unwrap(scope.at(from_name(name)));
          },
          nb::arg("name"))
      .def(
          "find",
          [](const ScopeView& scope, const nb::str& name) { return scope.find(from_name(name)); },
          nb::arg("name"));
  nb::class_<Snapshot>(module, "Snapshot")
      .def_prop_ro("generation", &Snapshot::generation)
      .def("__len__", &Snapshot::count)
      .def(
          "scopes", [](const Snapshot& s) { return to_names(s.scopes()); },
          nb::sig("def scopes(self) -> list[str]"))
      .def(
          "scope", [](const Snapshot& s, const nb::str& name) { return s.scope(from_name(name)); },
          nb::arg("name"))
      .def(
          "find", [](const Snapshot& s, const nb::str& name) { return s.find(from_name(name)); },
          nb::arg("name"));
  nb::class_<Session>(module, "Session")
      .def(nb::init<>())
      .def("load", &load, nb::arg("path"), nb::arg("options"),
           nb::sig("def load(self, path: str, **options: typing.Any) -> RestoreReport"))
      .def("load_all", &load_all, nb::arg("sources"),
           nb::sig("def load_all(self, sources: collections.abc.Sequence[tuple[str, dict[str, "
                   "typing.Any]]]) -> list[RestoreReport]"))
      .def("restore", &restore, nb::arg("path"), nb::arg("options"),
           nb::sig("def restore(self, path: str, **options: typing.Any) -> RestoreReport"))
      .def("save", &save, nb::arg("path"), nb::arg("options"),
           nb::sig("def save(self, path: str, **options: typing.Any) -> SaveReport"))
      .def("snapshot", &Session::snapshot)
      .def(
          "assign_all",
          [](Session& session, const std::vector<std::pair<nb::str, Tensor>>& values) {
            std::vector<std::pair<std::string, Tensor>> named;
            for (const auto& [name, value] : values) named.emplace_back(from_name(name), value);
            unwrap(session.assign_all(std::move(named)));
          },
          nb::arg("values"))
      .def(
          "drop_scope",
          [](Session& session, const nb::str& name) {
            return unwrap(session.drop_scope(from_name(name)));
          },
          nb::arg("name"))
      .def(
          "copy_scope",
          [](Session& session, const nb::str& from, const nb::str& to) {
            return unwrap(session.copy_scope(from_name(from), from_name(to)));
          },
          nb::arg("from_scope"), nb::arg("to_scope"));
  module.def(
      "save_tensors", &save_tensors, nb::arg("path"), nb::arg("items"), nb::arg("options"),
      nb::sig(
          "def save_tensors(path: str, items: collections.abc.Sequence[tuple[str, Tensor, int, "
          "tuple[list[int], list[int], list[int]] | None]], **options: typing.Any) -> SaveReport"));
}

}  // namespace holdall::python
