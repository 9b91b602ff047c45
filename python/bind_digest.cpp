// Digest files: SHA-256 of every file of a checkpoint.
#include <nanobind/stl/string.h>

#include "bindings.h"
#include "holdall/digest.h"
#include "long_call.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

void write(const Checkpoint& checkpoint, const nb::str& path, bool replace, unsigned threads,
           const nb::object& function) {
  LongCall call(function);
  const std::string file = from_name(path);
  call.run([&]() -> Status {
    const auto digests = digest_files(checkpoint, {threads, call.progress()});
    if (!digests.ok()) return digests.error();
    return write_digest_file(file, *digests, {{}, replace});
  });
}

DigestReport check(const Checkpoint& checkpoint, const nb::str& path, unsigned threads,
                   const nb::object& function) {
  LongCall call(function);
  const std::string file = from_name(path);
  return call.run([&] { return check_digests(checkpoint, file, {threads, call.progress()}); });
}

}  // namespace

void bind_digest(nb::module_& module) {
  nb::class_<DigestReport>(module, "DigestReport", "Whether files have the digests of a list.")
      .def_prop_ro("is_whole", &DigestReport::is_whole)
      .def_ro("file_count", &DigestReport::file_count)
      .def_ro("files_match", &DigestReport::files_match)
      .def_ro("bytes_match", &DigestReport::bytes_match)
      .def_prop_ro(
          "problems",
          [](const DigestReport& r) {
            nb::list problems;
            for (const VerifyProblem& each : r.problems) problems.append(to_name(each.to_string()));
            return problems;
          },
          nb::sig("def problems(self) -> list[str]"), "All that is wrong, a sentence each.")
      .def_ro("seconds", &DigestReport::seconds)
      .def("summary", [](const DigestReport& r) { return to_name(r.summary()); })
      .def("to_json", &DigestReport::to_json)
      .def("__str__", [](const DigestReport& r) { return to_lines(r.to_string()); });
  module.def("write_digests", &write, nb::arg("checkpoint"), nb::arg("path"), nb::arg("replace"),
             nb::arg("threads"), nb::arg("progress").none(),
             nb::sig("def write_digests(checkpoint: Checkpoint, path: str, replace: bool, threads: "
                     "int, progress: collections.abc.Callable[[int, int], object] | None) -> "
                     "None"));
  module.def("check_digests", &check, nb::arg("checkpoint"), nb::arg("path"), nb::arg("threads"),
             nb::arg("progress").none(),
             nb::sig("def check_digests(checkpoint: Checkpoint, path: str, threads: int, progress: "
                     "collections.abc.Callable[[int, int], object] | None) -> DigestReport"));
}

}  // namespace holdall::python
