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
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

// Calls a Python function as bytes move, and lets Ctrl-C stop the call. The exception that either
// raises is kept for the thread that waits.
class PythonProgress {
 public:
  explicit PythonProgress(nb::object function) : function_(std::move(function)) {}

  Progress callback() {
    return [this](uint64_t done, uint64_t total) {
      const nb::gil_scoped_acquire lock;
      if (exception_) return false;
      try {
        if (PyErr_CheckSignals() != 0) throw nb::python_error();
        if (!function_.is_none()) function_(done, total);
      } catch (...) {
        exception_ = std::current_exception();
      }
      return exception_ == nullptr;
    };
  }

  // Requires: the interpreter's lock.
  void rethrow() {
    if (auto exception = std::exchange(exception_, nullptr)) std::rethrow_exception(exception);
  }

 private:
  nb::object function_;
  std::exception_ptr exception_;
};

RestoreOptions to_restore_options(const nb::dict& words) {
  const LoadOptions load = to_load_options(words);
  return {load.scope,      load.select,   load.rules,  load.skip_roles,
          load.prefer_ema, load.policies, load.replace};
}

SaveReport copy(const std::vector<std::pair<Checkpoint, nb::dict>>& sources,
                const nb::str& path_text, const nb::dict& save_words,
                const std::vector<std::string>& casts, const std::vector<std::string>& partitions,
                const nb::object& function) {
  const std::string path = from_name(path_text);
  std::vector<CopySource> read;
  for (const auto& [checkpoint, words] : sources)
    read.push_back({checkpoint, to_restore_options(words)});
  PythonProgress progress(function);
  CopyOptions options;
  options.save = to_save_options(save_words);
  options.save.progress = progress.callback();
  options.casts = casts;
  options.partitions = partitions;
  Result<SaveReport> report = SaveReport();
  {
    const nb::gil_scoped_release release;
    auto plan = plan_copy(read, path, options);
    if (plan.ok()) {
      report = execute(*plan);
    } else {
      report = std::move(plan).error();
    }
  }
  progress.rethrow();
  return unwrap(std::move(report));
}

DiffReport compare(const Checkpoint& a, const Checkpoint& b, const nb::dict& words_a,
                   const nb::dict& words_b, double tolerance, const nb::object& function) {
  PythonProgress progress(function);
  DiffOptions options;
  options.a = to_restore_options(words_a);
  options.b = to_restore_options(words_b);
  options.tolerance = tolerance;
  options.progress = progress.callback();
  Result<DiffReport> report = DiffReport();
  {
    const nb::gil_scoped_release release;
    report = diff(a, b, options);
  }
  progress.rethrow();
  return unwrap(std::move(report));
}

VerifyReport check(const Checkpoint& checkpoint, const nb::object& function) {
  PythonProgress progress(function);
  VerifyOptions options;
  options.progress = progress.callback();
  Result<VerifyReport> report = VerifyReport();
  {
    const nb::gil_scoped_release release;
    report = verify(checkpoint, options);
  }
  progress.rethrow();
  return unwrap(std::move(report));
}

}  // namespace

void bind_copy(nb::module_& module) {
  nb::class_<DiffReport>(module, "DiffReport", "How two checkpoints differ.")
      .def_prop_ro("is_same", &DiffReport::is_same)
      .def("to_json", &DiffReport::to_json)
      .def("__str__", [](const DiffReport& r) { return to_lines(r.to_string()); });
  nb::class_<VerifyReport>(module, "VerifyReport", "Whether the bytes are those that were saved.")
      .def_prop_ro("is_whole", &VerifyReport::is_whole)
      .def_ro("bytes_verified", &VerifyReport::bytes_verified)
      .def("summary", &VerifyReport::summary)
      .def("to_json", &VerifyReport::to_json)
      .def("__str__", [](const VerifyReport& r) { return to_lines(r.to_string()); });
  module.def("copy", &copy, nb::arg("sources"), nb::arg("path"), nb::arg("save"), nb::arg("casts"),
             nb::arg("partitions"), nb::arg("progress").none(),
             nb::sig("def copy(sources: collections.abc.Sequence[tuple[Checkpoint, dict[str, "
                     "typing.Any]]], path: str, save: dict[str, typing.Any], casts: "
                     "collections.abc.Sequence[str], partitions: collections.abc.Sequence[str], "
                     "progress: collections.abc.Callable[[int, int], object] | None) -> "
                     "SaveReport"));
  module.def("diff", &compare, nb::arg("a"), nb::arg("b"), nb::arg("options_a"),
             nb::arg("options_b"), nb::arg("tolerance"), nb::arg("progress").none(),
             nb::sig("def diff(a: Checkpoint, b: Checkpoint, options_a: dict[str, typing.Any], "
                     "options_b: dict[str, typing.Any], tolerance: float, progress: "
                     "collections.abc.Callable[[int, int], object] | None) -> DiffReport"));
  module.def("verify", &check, nb::arg("checkpoint"), nb::arg("progress").none(),
             nb::sig("def verify(checkpoint: Checkpoint, progress: "
                     "collections.abc.Callable[[int, int], object] | None) -> VerifyReport"));
}

}  // namespace holdall::python
