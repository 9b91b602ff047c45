#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bind_options.h"
#include "bindings.h"
#include "holdall/checkpoint.h"
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {

namespace {

using Ints = std::vector<int64_t>;

nb::list describe_pieces(const Catalog& catalog, const TensorInfo& info) {
  nb::list pieces;
  for (const Piece& piece : info.pieces) {
    pieces.append(nb::make_tuple(to_name(catalog.files()[piece.extent.file_index]),
                                 piece.extent.offset_in_file, piece.extent.size_bytes));
  }
  return pieces;
}

nb::object describe_role(const TensorInfo& info) {
  if (!info.role) return nb::none();
  switch (*info.role) {
    case Role::kWeight: return nb::str("weight");
    case Role::kOptimizer: return nb::str("optimizer");
    case Role::kEma: return nb::str("ema");
    case Role::kStep: return nb::str("step");
  }
  return nb::none();
}

nb::list describe(const Checkpoint& checkpoint) {
  nb::list rows;
  for (const TensorInfo& info : checkpoint.catalog()) {
    rows.append(nb::make_tuple(to_name(info.name), std::string(dtype_name(info.dtype)),
                               to_tuple(info.shape), info.size_bytes,
                               describe_pieces(checkpoint.catalog(), info),
                               info.problem ? nb::cast(info.problem->message) : nb::none(),
                               to_name(checkpoint.stored_name(info.name)), describe_role(info)));
  }
  return rows;
}

Tensor read(const Checkpoint& checkpoint, const nb::str& name,
            std::optional<std::pair<Ints, Ints>> box, const std::string& io, bool verify,
            unsigned threads) {
  const ReadOptions options = to_read_options(io, verify, threads);
  const std::string key = from_name(name);
  Result<Tensor> tensor = Tensor();
  {
    const nb::gil_scoped_release release;
    tensor = box ? checkpoint.read_box(key, {box->first, box->second}, options)
                 : checkpoint.read(key, options);
  }
  return unwrap(std::move(tensor));
}

Checkpoint open_checkpoint(const nb::str& path_text, const std::string& names) {
  const std::string path = from_name(path_text);
  OpenOptions options;
  options.names = to_name_view(names);
  Result<Checkpoint> checkpoint = Checkpoint();
  {
    const nb::gil_scoped_release release;
    checkpoint = Checkpoint::open(path, options);
  }
  return unwrap(std::move(checkpoint));
}

nb::str find_latest(const nb::str& directory_text) {
  const std::string directory = from_name(directory_text);
  Result<std::string> path = std::string();
  {
    const nb::gil_scoped_release release;
    path = latest_checkpoint(directory);
  }
  return to_name(unwrap(std::move(path)));
}

}  // namespace

void bind_checkpoint(nb::module_& module) {
  nb::class_<Checkpoint>(module, "Checkpoint")
      .def_prop_ro("path", [](const Checkpoint& c) { return to_name(c.path()); })
      .def_prop_ro("format", [](const Checkpoint& c) { return c.catalog().format(); })
      .def_prop_ro(
          "files", [](const Checkpoint& c) { return to_names(c.catalog().files()); },
          nb::sig("def files(self) -> list[str]"))
      .def_prop_ro("count", [](const Checkpoint& c) { return c.catalog().count(); })
      .def_prop_ro(
          "notes", [](const Checkpoint& c) { return to_names(c.notes()); },
          nb::sig("def notes(self) -> list[str]"))
      .def_prop_ro("is_object_based", &Checkpoint::is_object_based)
      .def_prop_ro("size_bytes", [](const Checkpoint& c) { return c.catalog().size_bytes(); })
      .def("to_json", [](const Checkpoint& c) { return c.catalog().to_json(); })
      .def("describe", &describe,
           nb::sig(
               "def describe(self) -> list[tuple[str, str, tuple[int, ...], int, list[tuple[str, "
               "int, int]], str | None, str, str | None]]"),
           "Name, dtype, shape, stored bytes, pieces (file, offset, bytes), problem, stored name "
           "and role of each tensor.")
      .def("read", &read, nb::arg("name"), nb::arg("box") = nb::none(), nb::arg("io") = "copy",
           nb::arg("verify") = true, nb::arg("threads") = 0);
  module.def("open_checkpoint", &open_checkpoint, nb::arg("path"), nb::arg("names") = "auto");
  module.def("latest_checkpoint", &find_latest, nb::arg("directory"));
  module.def(
      "formats",
      [] {
        nb::list rows;
        for (const FormatInfo& format : formats()) {
          rows.append(nb::make_tuple(format.name, format.about, format.can_write));
        }
        return rows;
      },
      nb::sig("def formats() -> list[tuple[str, str, bool]]"));
}

}  // namespace holdall::python
