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
#include "long_call.h"
#include "raise.h"
#include "tensor_views.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

using Ints = std::vector<int64_t>;

RestoreReport load(Session& session, const nb::str& path_text, const nb::object& function,
                   const nb::kwargs& words) {
  const std::string path = from_name(path_text);
  LoadOptions options = to_load_options(words);
  LongCall call(function);
  options.read.progress = call.progress();
  return call.run([&] { return session.load(path, options); });
}

using Sources = std::vector<std::pair<nb::str, nb::dict>>;
using CallWithSources =
    Result<std::vector<RestoreReport>> (Session::*)(std::span<const LoadSource>);

template <CallWithSources call_all>
std::vector<RestoreReport> with_sources(Session& session, const Sources& sources,
                                        const nb::object& function) {
  std::vector<LoadSource> read;
  for (const auto& [path, words] : sources)
    read.push_back({from_name(path), to_load_options(words)});
  LongCall call(function);
  if (!read.empty()) read.front().options.read.progress = call.progress();
  return call.run([&] { return (session.*call_all)(read); });
}

RestoreReport restore(Session& session, const nb::str& path_text, const nb::object& function,
                      const nb::kwargs& words) {
  const std::string path = from_name(path_text);
  LoadOptions options = to_load_options(words);
  LongCall call(function);
  options.read.progress = call.progress();
  return call.run([&] { return session.restore(path, options); });
}

SaveReport save(const Session& session, const nb::str& path_text, const nb::object& function,
                const nb::kwargs& words) {
  const std::string path = from_name(path_text);
  SaveOptions options = to_save_options(words);
  LongCall call(function);
  options.progress = call.progress();
  return call.run([&] { return session.save(path, options); });
}

// Name, tensor, shard, and for a slice (starts, lengths, whole shape).
using ItemParts =
    std::tuple<nb::str, Tensor, uint32_t, std::optional<std::tuple<Ints, Ints, Ints>>>;

SaveReport save_tensors(const nb::str& path_text, const std::vector<ItemParts>& parts,
                        const nb::kwargs& words) {
  const std::string path = from_name(path_text);
  SaveOptions options = to_save_options(words);
  std::vector<SaveItem> items;
  for (const auto& [name, tensor, shard, slice] : parts) {
    SaveItem item{from_name(name), tensor, {}, {}, shard};
    if (slice) {
      item.box = Box{std::get<0>(*slice), std::get<1>(*slice)};
      item.whole_shape = Shape(std::get<2>(*slice));
    }
    items.push_back(std::move(item));
  }
  LongCall call{nb::none()};
  options.progress = call.progress();
  return call.run([&]() -> Result<SaveReport> {
    auto plan = plan_save(path, std::move(items), options);
    if (!plan.ok()) return std::move(plan).error();
    return execute(*plan);
  });
}

nb::dict arrays_of(const ScopeView& scope) {
  nb::dict arrays;
  for (const std::string& name : scope.names()) arrays[to_name(name)] = to_array(*scope.find(name));
  return arrays;
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
      .def_prop_ro(
          "file_sizes",
          [](const SaveReport& r) {
            nb::list sizes;
            for (const PlannedFile& file : r.files) sizes.append(file.size_bytes);
            return sizes;
          },
          nb::sig("def file_sizes(self) -> list[int]"), "Bytes of each of the files.")
      .def_prop_ro(
          "notes", [](const SaveReport& r) { return to_names(r.notes); },
          nb::sig("def notes(self) -> list[str]"),
          "What could not be cleaned up, or is lost, a sentence each.")
      .def("to_json", &SaveReport::to_json)
      .def("summary", [](const SaveReport& r) { return to_name(r.summary()); })
      .def(
          "_repr_html_", [](nb::object self) { return call_html("save_table", self); },
          nb::sig("def _repr_html_(self) -> str"))
      .def("__repr__",
           [](const SaveReport& r) { return to_name("<holdall report: " + r.summary() + ">"); });
}

void bind_views(nb::module_& module) {
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
          nb::arg("name"))
      .def("arrays", &arrays_of,
           nb::sig("def arrays(self) -> dict[str, numpy.typing.NDArray[typing.Any]]"),
           "All values as arrays by name.");
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
}

}  // namespace

void bind_session(nb::module_& module) {
  bind_reports(module);
  bind_views(module);
  nb::class_<PendingSave>(module, "PendingSave")
      .def("is_done", &PendingSave::is_done)
      .def("wait_for", &PendingSave::wait_for, nb::arg("seconds"),
           nb::call_guard<nb::gil_scoped_release>())
      .def("cancel", &PendingSave::cancel)
      .def("wait", [](const PendingSave& pending) {
        return unwrap([&] {
          const nb::gil_scoped_release release;
          return pending.wait();
        }());
      });
  nb::class_<Session>(module, "Session")
      .def(
          "__init__",
          [](Session* self, uint64_t kept_bytes, uint64_t ready_bytes, uint64_t budget_bytes,
             uint64_t in_flight_bytes) {
            new (self) Session({.kept_bytes = kept_bytes,
                                .ready_bytes = ready_bytes,
                                .budget_bytes = budget_bytes,
                                .in_flight_bytes = in_flight_bytes});
          },
          nb::arg("kept_bytes") = 0, nb::arg("ready_bytes") = 0, nb::arg("budget_bytes") = 0,
          nb::arg("in_flight_bytes") = 0)
      .def_prop_ro("used_bytes", &Session::used_bytes)
      .def_prop_ro("kept_bytes", &Session::kept_bytes)
      .def("trim", &Session::trim)
      .def("load", &load, nb::arg("path"), nb::arg("progress") = nb::none(), nb::arg("options"),
           nb::sig("def load(self, path: str, progress: collections.abc.Callable[[int, int], "
                   "object] | None = None, **options: typing.Any) -> RestoreReport"))
      .def("load_all", &with_sources<&Session::load_all>, nb::arg("sources"),
           nb::arg("progress") = nb::none(),
           nb::sig("def load_all(self, sources: collections.abc.Sequence[tuple[str, dict[str, "
                   "typing.Any]]], progress: collections.abc.Callable[[int, int], object] | None "
                   "= None) -> list[RestoreReport]"))
      .def("restore_all", &with_sources<&Session::restore_all>, nb::arg("sources"),
           nb::arg("progress") = nb::none(),
           nb::sig("def restore_all(self, sources: collections.abc.Sequence[tuple[str, dict[str, "
                   "typing.Any]]], progress: collections.abc.Callable[[int, int], object] | None "
                   "= None) -> list[RestoreReport]"))
      .def("restore", &restore, nb::arg("path"), nb::arg("progress") = nb::none(),
           nb::arg("options"),
           nb::sig("def restore(self, path: str, progress: collections.abc.Callable[[int, int], "
                   "object] | None = None, **options: typing.Any) -> RestoreReport"))
      .def("save", &save, nb::arg("path"), nb::arg("progress") = nb::none(), nb::arg("options"),
           nb::sig("def save(self, path: str, progress: collections.abc.Callable[[int, int], "
                   "object] | None = None, **options: typing.Any) -> SaveReport"))
      .def(
          "save_async",
          [](const Session& session, const nb::str& path, const nb::kwargs& words) {
            return unwrap(session.save_async(from_name(path), to_save_options(words)));
          },
          nb::arg("path"), nb::arg("options"),
          nb::sig("def save_async(self, path: str, **options: typing.Any) -> PendingSave"))
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
