// Copies, differences and verification: checkpoints without a session.
#include <nanobind/stl/function.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bind_options.h"
#include "bindings.h"
#include "holdall/copy.h"
#include "holdall/diff.h"
#include "holdall/verify.h"
#include "long_call.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

RestoreOptions to_restore_options(const nb::dict& words) {
  const LoadOptions load = to_load_options(words);
  return {load.scope,      load.select,   load.rules,  load.skip_roles,
          load.prefer_ema, load.policies, load.replace};
}

CopyOptions to_copy_options(const nb::dict& save_words, const std::vector<std::string>& casts,
                            const std::vector<std::string>& partitions) {
  CopyOptions options;
  options.save = to_save_options(save_words);
  options.casts = casts;
  options.partitions = partitions;
  return options;
}

SaveReport copy(const std::vector<std::pair<Checkpoint, nb::dict>>& sources,
                const nb::str& path_text, const nb::dict& save_words,
                const std::vector<std::string>& casts, const std::vector<std::string>& partitions,
                const nb::object& function) {
  const std::string path = from_name(path_text);
  std::vector<CopySource> read;
  for (const auto& [checkpoint, words] : sources)
    read.push_back({checkpoint, to_restore_options(words)});
  LongCall call(function);
  CopyOptions options = to_copy_options(save_words, casts, partitions);
  options.save.progress = call.progress();
  return call.run([&]() -> Result<SaveReport> {
    auto plan = plan_copy(read, path, options);
    if (!plan.ok()) return std::move(plan).error();
    return execute(*plan);
  });
}

// Several saves in a row as one: room for all is asked for before the first.
Result<std::vector<SaveReport>> execute_all(std::vector<SavePlan> plans, const Progress& progress) {
  uint64_t total_bytes = 0;
  for (const SavePlan& plan : plans) {
    if (auto status = check_space(plan); !status.ok()) return std::move(status).error();
    for (const SaveItem& item : plan.items) total_bytes += item.size_bytes();
  }
  std::vector<SaveReport> reports;
  uint64_t before_bytes = 0;
  for (SavePlan& plan : plans) {
    plan.options.progress = [&, before_bytes](uint64_t done_bytes, uint64_t) {
      return progress(before_bytes + done_bytes, total_bytes);
    };
    auto report = execute(plan);
    if (!report.ok()) return std::move(report).error();
    reports.push_back(*std::move(report));
    for (const SaveItem& item : plan.items) before_bytes += item.size_bytes();
  }
  return reports;
}

std::vector<SaveReport> split(const Checkpoint& checkpoint, const nb::str& pattern_text,
                              const nb::dict& save_words, const std::vector<std::string>& casts,
                              const std::vector<std::string>& partitions,
                              const nb::object& function) {
  const std::string pattern = from_name(pattern_text);
  const CopyOptions options = to_copy_options(save_words, casts, partitions);
  LongCall call(function);
  const Progress progress = call.progress();
  return call.run([&]() -> Result<std::vector<SaveReport>> {
    auto plans = plan_split(checkpoint, pattern, options);
    if (!plans.ok()) return std::move(plans).error();
    return execute_all(*std::move(plans), progress);
  });
}

DiffReport compare(const Checkpoint& a, const Checkpoint& b, const nb::dict& words_a,
                   const nb::dict& words_b, double tolerance, unsigned threads,
                   const nb::object& function) {
  LongCall call(function);
  DiffOptions options;
  options.a = to_restore_options(words_a);
  options.b = to_restore_options(words_b);
  options.tolerance = tolerance;
  options.threads = threads;
  options.progress = call.progress();
  return call.run([&] { return diff(a, b, options); });
}

VerifyReport check(const Checkpoint& checkpoint, unsigned threads, const nb::object& function) {
  LongCall call(function);
  VerifyOptions options;
  options.threads = threads;
  options.progress = call.progress();
  return call.run([&] { return verify(checkpoint, options); });
}

nb::list names_of(const std::vector<DiffTensor>& tensors) {
  nb::list names;
  for (const DiffTensor& each : tensors) names.append(to_name(each.name));
  return names;
}

}  // namespace

void bind_copy(nb::module_& module) {
  nb::class_<DiffReport>(module, "DiffReport", "How two checkpoints differ.")
      .def_prop_ro("is_same", &DiffReport::is_same)
      .def_prop_ro(
          "added", [](const DiffReport& r) { return names_of(r.added); },
          nb::sig("def added(self) -> list[str]"), "Tensors of b only.")
      .def_prop_ro(
          "removed", [](const DiffReport& r) { return names_of(r.removed); },
          nb::sig("def removed(self) -> list[str]"), "Tensors of a only.")
      .def_prop_ro(
          "changed",
          [](const DiffReport& r) {
            nb::list names;
            for (const ChangedTensor& each : r.changed) names.append(to_name(each.a.name));
            return names;
          },
          nb::sig("def changed(self) -> list[str]"),
          "Tensors of both that are not the same; to_json() says by how much.")
      .def_prop_ro(
          "equal", [](const DiffReport& r) { return to_names(r.equal); },
          nb::sig("def equal(self) -> list[str]"), "Tensors of both that are the same.")
      .def_ro("bytes_compared", &DiffReport::bytes_compared)
      .def_ro("seconds", &DiffReport::seconds)
      .def("summary", [](const DiffReport& r) { return to_name(r.summary()); })
      .def("to_json", &DiffReport::to_json)
      .def(
          "_repr_html_", [](nb::object self) { return call_html("diff_table", self); },
          nb::sig("def _repr_html_(self) -> str"))
      .def("__str__", [](const DiffReport& r) { return to_lines(r.to_string()); });
  nb::class_<VerifyReport>(module, "VerifyReport", "Whether the bytes are those that were saved.")
      .def_prop_ro("is_whole", &VerifyReport::is_whole)
      .def_ro("tensor_count", &VerifyReport::tensor_count)
      .def_ro("tensors_verified", &VerifyReport::tensors_verified)
      .def_ro("bytes_verified", &VerifyReport::bytes_verified)
      .def_ro("bytes_without_checksum", &VerifyReport::bytes_without_checksum)
      .def_prop_ro(
          "problems",
          [](const VerifyReport& r) {
            nb::list problems;
            for (const VerifyProblem& each : r.problems) problems.append(to_name(each.to_string()));
            return problems;
          },
          nb::sig("def problems(self) -> list[str]"), "All that is wrong, a sentence each.")
      .def_ro("seconds", &VerifyReport::seconds)
      .def("summary", [](const VerifyReport& r) { return to_name(r.summary()); })
      .def("to_json", &VerifyReport::to_json)
      .def(
          "_repr_html_", [](nb::object self) { return call_html("verify_table", self); },
          nb::sig("def _repr_html_(self) -> str"))
      .def("__str__", [](const VerifyReport& r) { return to_lines(r.to_string()); });
  module.def("copy", &copy, nb::arg("sources"), nb::arg("path"), nb::arg("save"), nb::arg("casts"),
             nb::arg("partitions"), nb::arg("progress").none(),
             nb::sig("def copy(sources: collections.abc.Sequence[tuple[Checkpoint, dict[str, "
                     "typing.Any]]], path: str, save: dict[str, typing.Any], casts: "
                     "collections.abc.Sequence[str], partitions: collections.abc.Sequence[str], "
                     "progress: collections.abc.Callable[[int, int], object] | None) -> "
                     "SaveReport"));
  module.def("split", &split, nb::arg("checkpoint"), nb::arg("pattern"), nb::arg("save"),
             nb::arg("casts"), nb::arg("partitions"), nb::arg("progress").none(),
             nb::sig("def split(checkpoint: Checkpoint, pattern: str, save: dict[str, "
                     "typing.Any], casts: collections.abc.Sequence[str], partitions: "
                     "collections.abc.Sequence[str], progress: "
                     "collections.abc.Callable[[int, int], object] | None) -> list[SaveReport]"));
  module.def("diff", &compare, nb::arg("a"), nb::arg("b"), nb::arg("options_a"),
             nb::arg("options_b"), nb::arg("tolerance"), nb::arg("threads"),
             nb::arg("progress").none(),
             nb::sig("def diff(a: Checkpoint, b: Checkpoint, options_a: dict[str, typing.Any], "
                     "options_b: dict[str, typing.Any], tolerance: float, threads: int, progress: "
                     "collections.abc.Callable[[int, int], object] | None) -> DiffReport"));
  module.def("verify", &check, nb::arg("checkpoint"), nb::arg("threads"),
             nb::arg("progress").none(),
             nb::sig("def verify(checkpoint: Checkpoint, threads: int, progress: "
                     "collections.abc.Callable[[int, int], object] | None) -> VerifyReport"));
}

}  // namespace holdall::python
