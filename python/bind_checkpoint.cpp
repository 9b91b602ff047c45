#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bind_options.h"
#include "bindings.h"
#include "holdall/checkpoint.h"
#include "holdall/restore.h"
#include "holdall/session.h"
#include "long_call.h"
#include "raise.h"
#include "tensor_views.h"

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

// The first call may read a file, the checkpoint's `.meta`.
std::string describe_role(const Checkpoint& checkpoint, const TensorInfo& info) {
  const nb::gil_scoped_release release;
  return std::string(role_name(checkpoint.role(info)));
}

const TensorInfo* find_info(const Checkpoint& checkpoint, nb::handle name) {
  if (!nb::isinstance<nb::str>(name)) return nullptr;
  return checkpoint.catalog().find(from_name(nb::cast<nb::str>(name)));
}

nb::object describe(const Checkpoint& checkpoint, nb::handle name) {
  const TensorInfo* info = find_info(checkpoint, name);
  if (info == nullptr) return nb::none();
  return nb::make_tuple(
      to_name(info->name), std::string(dtype_name(info->dtype)), to_tuple(info->shape),
      info->size_bytes, describe_pieces(checkpoint.catalog(), *info),
      info->problem ? nb::object(to_name(info->problem->message)) : nb::none(),
      to_name(checkpoint.stored_name(info->name)), describe_role(checkpoint, *info));
}

nb::str name_at(const Checkpoint& checkpoint, size_t index) {
  if (index >= checkpoint.catalog().count()) throw nb::index_error();
  return to_name(checkpoint.catalog().name(index));
}

// So little is read that a thread of its own would cost more.
constexpr uint64_t kShortReadBytes = uint64_t{4} << 20;

Tensor read(const Checkpoint& checkpoint, const nb::str& name,
            const std::optional<std::pair<Ints, Ints>>& box, const std::string& io, bool verify,
            unsigned threads, const nb::object& function, bool verify_parts,
            const std::optional<std::string>& slice) {
  if (box && slice) throw nb::value_error("give box or slice, not both");
  ReadOptions options = to_read_options(io, verify, threads);
  options.verify_parts = verify_parts;
  const std::string key = from_name(name);
  const auto read_it = [&] {
    if (slice) return checkpoint.read_slice(key, *slice, options);
    return box ? checkpoint.read_box(key, {box->first, box->second}, options)
               : checkpoint.read(key, options);
  };
  const TensorInfo* info = checkpoint.catalog().find(key);
  const bool is_short = info == nullptr || info->size_bytes <= kShortReadBytes;
  if (is_short && function.is_none()) {
    Result<Tensor> tensor = Tensor();
    {
      const nb::gil_scoped_release release;
      tensor = read_it();
    }
    return unwrap(std::move(tensor));
  }
  LongCall call(function);
  options.progress = call.progress();
  return call.run(read_it);
}

// All tensors, or those that globs select, as arrays by name.
nb::dict read_arrays(const Checkpoint& checkpoint, const std::vector<std::string>& select,
                     const std::string& io, bool verify, unsigned threads,
                     const nb::object& function) {
  nb::dict arrays;
  if (checkpoint.catalog().count() == 0) return arrays;
  LongCall call(function);
  ReadOptions options = to_read_options(io, verify, threads);
  options.progress = call.progress();
  Session session;
  call.run([&]() -> Result<RestoreReport> {
    auto plan = plan_restore(checkpoint.catalog(), RestoreOptions{.select = select});
    if (!plan.ok()) return std::move(plan).error();
    return execute(*plan, checkpoint, session, options);
  });
  const ScopeView all = session.scope("");
  for (const std::string& name : all.names()) arrays[to_name(name)] = to_array(*all.find(name));
  return arrays;
}

Checkpoint open_checkpoint(const nb::str& path_text, const std::string& names,
                           const std::vector<nb::str>& only) {
  const std::string path = from_name(path_text);
  OpenOptions options;
  options.names = to_name_view(names);
  options.only = from_names(only);
  Result<Checkpoint> checkpoint = Checkpoint();
  {
    const nb::gil_scoped_release release;
    checkpoint = Checkpoint::open(path, options);
  }
  return unwrap(std::move(checkpoint));
}

nb::str find_latest(const nb::str& directory_text, bool verify, unsigned threads,
                    const nb::object& function) {
  const std::string directory = from_name(directory_text);
  LongCall call(function);
  LatestOptions options;
  options.verify = verify;
  options.threads = threads;
  options.progress = call.progress();
  return to_name(call.run([&] { return find_latest_checkpoint(directory, options); }).path);
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
      .def("to_json",
           [](const Checkpoint& c) {
             return c.catalog().to_json({"", c.notes()});
           })
      .def("describe", &describe, nb::arg("name").none(),
           nb::sig("def describe(self, name: object) -> tuple[str, str, tuple[int, ...], int, "
                   "list[tuple[str, int, int]], str | None, str, str] | None"),
           "Name, dtype, shape, stored bytes, pieces (file, offset, bytes), problem, stored name "
           "and role of a tensor; None if there is none of the name.")
      .def(
          "__contains__",
          [](const Checkpoint& c, nb::handle name) { return find_info(c, name) != nullptr; },
          nb::arg("name").none(), nb::sig("def __contains__(self, name: object) -> bool"))
      .def("name_at", &name_at, nb::arg("index"), "The names in ascending order, by number.")
      .def("read", &read, nb::arg("name"), nb::arg("box") = nb::none(), nb::arg("io") = "auto",
           nb::arg("verify") = true, nb::arg("threads") = 0, nb::arg("progress") = nb::none(),
           nb::arg("verify_parts") = false, nb::arg("slice") = nb::none(),
           nb::sig("def read(self, name: str, box: tuple[collections.abc.Sequence[int], "
                   "collections.abc.Sequence[int]] | None = None, io: str = 'auto', verify: bool "
                   "= True, threads: int = 0, progress: collections.abc.Callable[[int, int], "
                   "object] | None = None, verify_parts: bool = False, slice: str | None = None) "
                   "-> Tensor"))
      .def("read_arrays", &read_arrays, nb::arg("select"), nb::arg("io"), nb::arg("verify"),
           nb::arg("threads"), nb::arg("progress").none(),
           nb::sig("def read_arrays(self, select: collections.abc.Sequence[str], io: str, verify: "
                   "bool, threads: int, progress: collections.abc.Callable[[int, int], object] | "
                   "None) -> dict[str, numpy.typing.NDArray[typing.Any]]"));
  module.def("open_checkpoint", &open_checkpoint, nb::arg("path"), nb::arg("names") = "auto",
             nb::arg("only") = std::vector<nb::str>());
  module.def(
      "find_latest_checkpoint", &find_latest, nb::arg("directory"), nb::arg("verify"),
      nb::arg("threads"), nb::arg("progress").none(),
      nb::sig("def find_latest_checkpoint(directory: str, verify: bool, threads: int, progress: "
              "collections.abc.Callable[[int, int], object] | None) -> str"));
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
