// Savers, and the files around them.
#include <nanobind/stl/map.h>
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

// (name, [(key, tensor, slice)], variables, function or None)

Saveable to_saveable(const nb::tuple& given) {
  Saveable saveable;
  saveable.name = from_name(nb::cast<nb::str>(given[0]));
  for (const nb::handle spec : nb::cast<nb::list>(given[1])) {
    const auto parts = nb::cast<nb::tuple>(spec);
    saveable.specs.push_back({from_name(nb::cast<nb::str>(parts[0])), nb::cast<Output>(parts[1]),
                              nb::cast<std::string>(parts[2])});
  }
  for (const nb::handle variable : nb::cast<nb::list>(given[2]))
    saveable.variables.push_back(nb::cast<Variable>(variable));
  if (given[3].is_none()) return saveable;
  const auto shared = share(nb::cast<nb::callable>(given[3]));
  saveable.restore = [shared](Graph&, const std::vector<Output>& tensors, bool reshape) {
    const nb::gil_scoped_acquire lock;
    try {
      return nb::cast<Operation>((*shared)(nb::cast(tensors), reshape));
    } catch (...) {
      pending_exception() = std::current_exception();
      return Operation();
    }
  };
  return saveable;
}

Saver* keep_if_good(std::unique_ptr<Saver> saver) {
  if (pending_exception() != nullptr) {
    const nb::gil_scoped_acquire lock;
    raise_pending();
  }
  if (auto status = saver->status(); !status.ok()) raise(status.error(), Face::kTf1);
  return saver.release();
}

Saver* make_saver(Graph& graph, const nb::object& saveables, const SaverOptions& options) {
  std::vector<Saveable> given;
  if (!saveables.is_none()) {
    for (const nb::handle each : nb::cast<nb::list>(saveables))
      given.push_back(to_saveable(nb::cast<nb::tuple>(each)));
  }
  const bool takes_all = saveables.is_none();
  const nb::gil_scoped_release release;
  return keep_if_good(takes_all ? std::make_unique<Saver>(graph, options)
                                : std::make_unique<Saver>(std::move(given), graph, options));
}

std::string save(Saver& saver, tf1::Session& session, const nb::str& path_text,
                 std::optional<int64_t> global_step, const std::string& latest_filename,
                 const std::string& meta_graph_suffix, bool write_meta_graph, bool write_state,
                 bool strip_default_attrs) {
  const std::string path = from_name(path_text);
  const nb::gil_scoped_release release;
  return unwrap(saver.save(session, path,
                           {global_step, latest_filename, meta_graph_suffix, write_meta_graph,
                            write_state, strip_default_attrs}),
                Face::kTf1);
}

// What is to be logged.
std::vector<std::string> restore(Saver& saver, tf1::Session& session, const nb::str& path_text) {
  const std::string path = from_name(path_text);
  const nb::gil_scoped_release release;
  unwrap(saver.restore(session, path), Face::kTf1);
  return saver.warnings();
}

void bind_saver(nb::module_& module) {
  nb::class_<SaverOptions>(module, "SaverOptions")
      .def(nb::init<>())
      .def_rw("max_to_keep", &SaverOptions::max_to_keep)
      .def_rw("keep_checkpoint_every_n_hours", &SaverOptions::keep_checkpoint_every_n_hours)
      .def_rw("name", &SaverOptions::name)
      .def_rw("save_relative_paths", &SaverOptions::save_relative_paths)
      .def_rw("pad_step_number", &SaverOptions::pad_step_number)
      .def_rw("allow_empty", &SaverOptions::allow_empty)
      .def_rw("reshape", &SaverOptions::reshape)
      .def_rw("sharded", &SaverOptions::sharded)
      .def_rw("filename", &SaverOptions::filename)
      .def_prop_rw(
          "version", [](const SaverOptions& o) { return static_cast<int>(o.version); },
          [](SaverOptions& o, int version) {
            o.version = version == 2 ? SaverVersion::kV2 : SaverVersion::kV1;
          });
  nb::class_<SaverDef>(module, "SaverDef")
      .def("encode",
           [](const SaverDef& def) { return to_bytes([&] { return encode_saver_def(def); }); })
      .def_rw("filename_tensor_name", &SaverDef::filename_tensor_name)
      .def_rw("save_tensor_name", &SaverDef::save_tensor_name)
      .def_rw("restore_op_name", &SaverDef::restore_op_name);
  module.def(
      "decode_saver_def",
      [](const nb::bytes& message) {
        return unwrap(decode_saver_def(from_bytes(message)), Face::kTf1);
      },
      nb::arg("message"));
  nb::class_<Saver>(module, "Saver")
      .def("save", &save, nb::arg("session"), nb::arg("path"), nb::arg("global_step").none(),
           nb::arg("latest_filename"), nb::arg("meta_graph_suffix"), nb::arg("write_meta_graph"),
           nb::arg("write_state"), nb::arg("strip_default_attrs"))
      .def("restore", &restore, nb::arg("session"), nb::arg("path"))
      .def("is_empty", &Saver::is_empty)
      .def("definition", &Saver::def)
      .def(
          "last_checkpoints", [](const Saver& saver) { return to_names(saver.last_checkpoints()); },
          nb::sig("def last_checkpoints(self) -> list[str]"))
      .def(
          "set_last_checkpoints",
          [](Saver& saver,
             const std::vector<std::pair<std::string, std::optional<double>>>& given) {
            saver.set_last_checkpoints(given);
          },
          nb::arg("checkpoints"));
  module.def("make_saver", &make_saver, nb::arg("graph"), nb::arg("saveables").none(),
             nb::arg("options"), nb::rv_policy::take_ownership,
             nb::sig("def make_saver(graph: Graph, saveables: list[typing.Any] | None, options: "
                     "SaverOptions) -> Saver"));
  module.def(
      "adopt_saver",
      [](Graph& graph, const SaverDef& def, const SaverOptions& options) {
        return keep_if_good(std::make_unique<Saver>(def, graph, options));
      },
      nb::arg("graph"), nb::arg("definition"), nb::arg("options"), nb::rv_policy::take_ownership,
      Unlocked());
}

CheckpointStateInfo to_state(const nb::str& newest, const nb::list& all, std::vector<double> times,
                             std::optional<double> preserved) {
  CheckpointStateInfo state{from_name(newest), {}, std::move(times), preserved};
  for (const nb::handle path : all)
    state.all_model_checkpoint_paths.push_back(from_name(nb::cast<nb::str>(path)));
  return state;
}

nb::tuple from_state(const CheckpointStateInfo& state) {
  return nb::make_tuple(to_name(state.model_checkpoint_path),
                        to_names(state.all_model_checkpoint_paths),
                        state.all_model_checkpoint_timestamps, state.last_preserved_timestamp);
}

void bind_state_files(nb::module_& module) {
  module.def(
      "make_checkpoint_state",
      [](const nb::str& directory, const nb::str& newest, const nb::list& all,
         std::vector<double> times, std::optional<double> preserved) {
        return from_state(
            unwrap(make_checkpoint_state(from_name(directory),
                                         to_state(newest, all, std::move(times), preserved)),
                   Face::kTf1));
      },
      nb::arg("directory"), nb::arg("newest"), nb::arg("all"), nb::arg("times"),
      nb::arg("preserved").none(),
      nb::sig("def make_checkpoint_state(directory: str, newest: str, all: list[str], times: "
              "Sequence[float], preserved: float | None) -> tuple[str, list[str], list[float], "
              "float | None]"));
  module.def(
      "update_checkpoint_state",
      [](const nb::str& directory, const nb::str& newest, const nb::list& all,
         std::vector<double> times, std::optional<double> preserved,
         const std::string& latest_filename, bool relative) {
        unwrap(update_checkpoint_state(from_name(directory),
                                       to_state(newest, all, std::move(times), preserved),
                                       latest_filename, relative),
               Face::kTf1);
      },
      nb::arg("directory"), nb::arg("newest"), nb::arg("all"), nb::arg("times"),
      nb::arg("preserved").none(), nb::arg("latest_filename"), nb::arg("relative"),
      nb::sig("def update_checkpoint_state(directory: str, newest: str, all: list[str], times: "
              "Sequence[float], preserved: float | None, latest_filename: str, relative: bool) -> "
              "None"));
  module.def(
      "find_checkpoint_state",
      [](const nb::str& directory, const std::string& latest_filename) {
        const auto found =
            unwrap(find_checkpoint_state(from_name(directory), latest_filename), Face::kTf1);
        return nb::make_tuple(found.state ? nb::object(from_state(*found.state)) : nb::none(),
                              to_lines(found.warning));
      },
      nb::arg("directory"), nb::arg("latest_filename"),
      nb::sig("def find_checkpoint_state(directory: str, latest_filename: str) -> tuple[tuple[str, "
              "list[str], list[float], float | None] | None, str]"));
  module.def(
      "latest_checkpoint",
      [](const nb::str& directory, const std::string& latest_filename) -> nb::object {
        const auto path = latest_checkpoint(from_name(directory), latest_filename);
        return path ? nb::object(to_name(*path)) : nb::none();
      },
      nb::arg("directory"), nb::arg("latest_filename"),
      nb::sig("def latest_checkpoint(directory: str, latest_filename: str) -> str | None"));
  module.def(
      "find_checkpoint",
      [](const nb::str& path) {
        return to_name(unwrap(find_checkpoint(from_name(path)), Face::kTf1));
      },
      nb::arg("directory_or_prefix"));
  module.def(
      "checkpoint_exists",
      [](const nb::str& prefix) { return checkpoint_exists(from_name(prefix)); },
      nb::arg("prefix"));
  module.def(
      "checkpoint_mtime", [](const nb::str& prefix) { return checkpoint_mtime(from_name(prefix)); },
      nb::arg("prefix"));
  module.def(
      "remove_checkpoint",
      [](const nb::str& prefix, int version, const std::string& suffix) {
        remove_checkpoint(from_name(prefix), version == 2 ? SaverVersion::kV2 : SaverVersion::kV1,
                          suffix);
      },
      nb::arg("prefix"), nb::arg("version"), nb::arg("meta_graph_suffix"));
  module.def(
      "meta_graph_filename",
      [](const nb::str& prefix, const std::string& suffix) {
        return to_name(meta_graph_filename(from_name(prefix), suffix));
      },
      nb::arg("prefix"), nb::arg("meta_graph_suffix"));
}

nb::list list_tensors(const CheckpointReader& reader) {
  nb::list rows;
  for (const TensorInfo& info : reader.catalog())
    rows.append(nb::make_tuple(to_name(info.name), std::string(dtype_name(info.dtype)),
                               to_tuple(info.shape)));
  return rows;
}

void bind_reader(nb::module_& module) {
  nb::class_<CheckpointReader>(module, "CheckpointReader")
      .def(
          "__init__",
          [](CheckpointReader* self, const nb::str& prefix, const std::vector<nb::str>& only) {
            auto reader = CheckpointReader::open(from_name(prefix), from_names(only));
            new (self) CheckpointReader(unwrap(std::move(reader), Face::kTf1));
          },
          nb::arg("prefix"), nb::arg("only") = std::vector<nb::str>())
      .def(
          "has",
          [](const CheckpointReader& r, const nb::str& name) { return r.has(from_name(name)); },
          nb::arg("name"))
      .def(
          "read",
          [](const CheckpointReader& reader, const nb::str& given) {
            const std::string name = from_name(given);
            const nb::gil_scoped_release release;
            return unwrap(reader.get(name), Face::kTf1);
          },
          nb::arg("name"))
      .def("list", &list_tensors,
           nb::sig("def list(self) -> list[tuple[str, str, tuple[int, ...]]]"));
}

// The saver's definition, what the nodes went under, and texts in collections that are names now.
nb::tuple to_tuple(const ImportedMetaGraph& imported) {
  nb::list texts;
  for (const auto& [key, text] : imported.texts)
    texts.append(nb::make_tuple(key, nb::bytes(text.data(), text.size())));
  return nb::make_tuple(imported.saver, imported.scope, texts);
}

void bind_meta_graphs(nb::module_& module) {
  module.def(
      "export_meta_graph",
      [](const Graph& graph, std::optional<SaverDef> saver,
         std::optional<std::vector<std::string>> collections, const std::string& scope,
         bool clear_devices, bool clear_extraneous_savers, bool strip_default_attrs) {
        const ExportOptions options{std::move(saver), std::move(collections),  scope,
                                    clear_devices,    clear_extraneous_savers, strip_default_attrs};
        return to_bytes([&] { return unwrap(export_meta_graph(graph, options), Face::kTf1); });
      },
      nb::arg("graph"), nb::arg("saver").none(), nb::arg("collections").none(), nb::arg("scope"),
      nb::arg("clear_devices"), nb::arg("clear_extraneous_savers"), nb::arg("strip_default_attrs"));
  module.def(
      "import_meta_graph",
      [](Graph& graph, const nb::bytes& message, const std::string& scope,
         const std::vector<std::pair<std::string, Output>>& input_map, bool clear_devices,
         std::optional<std::vector<std::string>> unwanted) {
        ImportOptions options{scope, input_map, clear_devices, {}};
        if (unwanted) {
          options.wants_collection = [&](std::string_view key) {
            return std::find(unwanted->begin(), unwanted->end(), key) == unwanted->end();
          };
        }
        const std::string bytes = from_bytes(message);
        ImportedMetaGraph imported;
        {
          const nb::gil_scoped_release release;
          imported = unwrap(import_meta_graph(graph, bytes, options), Face::kTf1);
        }
        return to_tuple(imported);
      },
      nb::arg("graph"), nb::arg("message"), nb::arg("scope"), nb::arg("input_map"),
      nb::arg("clear_devices"), nb::arg("unwanted").none(),
      nb::sig("def import_meta_graph(graph: Graph, message: bytes, scope: str, input_map: "
              "Sequence[tuple[str, Output]], clear_devices: bool, unwanted: Sequence[str] | None) "
              "-> tuple[SaverDef | None, str, list[tuple[str, bytes]]]"));
  module.def(
      "variables_inside",
      [](const Graph& graph, const std::string& scope) { return variables_inside(graph, scope); },
      nb::arg("graph"), nb::arg("scope"), Unlocked());
  module.def(
      "copy_scoped_meta_graph",
      [](const Graph& from_graph, const std::string& from_scope, Graph& to_graph,
         const std::string& to_scope) {
        ImportedMetaGraph copied;
        {
          const nb::gil_scoped_release release;
          copied = unwrap(copy_scoped_meta_graph(from_graph, from_scope, to_graph, to_scope),
                          Face::kTf1);
        }
        return to_tuple(copied);
      },
      nb::arg("from_graph"), nb::arg("from_scope"), nb::arg("to_graph"), nb::arg("to_scope"),
      nb::sig("def copy_scoped_meta_graph(from_graph: Graph, from_scope: str, to_graph: Graph, "
              "to_scope: str) -> tuple[SaverDef | None, str, list[tuple[str, bytes]]]"));
}

}  // namespace

void bind_tf1_saver(nb::module_& module) {
  bind_saver(module);
  bind_state_files(module);
  bind_reader(module);
  bind_meta_graphs(module);
}

}  // namespace holdall::python
