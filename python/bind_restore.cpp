// Plans and reports of restores, and which checkpoints of a directory stay.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "bind_options.h"
#include "bindings.h"
#include "holdall/restore.h"
#include "holdall/retention.h"
#include "holdall/session.h"
#include "holdall/tf1.h"
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

using Ints = std::vector<int64_t>;

// Name, dtype ("" for any), shape.
using TargetParts = std::tuple<nb::str, std::string, std::optional<Ints>>;

std::vector<RestoreTarget> to_targets(const std::vector<TargetParts>& parts) {
  std::vector<RestoreTarget> targets;
  for (const auto& [name, dtype, shape] : parts) {
    RestoreTarget target;
    target.name = from_name(name);
    if (!dtype.empty()) target.dtype = to_dtype(dtype);
    if (shape) target.shape = Shape(*shape);
    targets.push_back(std::move(target));
  }
  return targets;
}

RestorePlan plan(const Checkpoint& checkpoint, const std::optional<std::vector<TargetParts>>& parts,
                 const nb::kwargs& words) {
  const LoadOptions load = to_load_options(words);
  const RestoreOptions options{load.scope,      load.select,   load.rules,  load.skip_roles,
                               load.prefer_ema, load.policies, load.replace};
  std::vector<RestoreTarget> targets;
  if (parts) targets = to_targets(*parts);
  Result<RestorePlan> made = RestorePlan();
  {
    const nb::gil_scoped_release release;
    const Catalog& catalog = checkpoint.catalog_with_roles();
    made = parts ? plan_restore(catalog, targets, options) : plan_restore(catalog, options);
  }
  return unwrap(std::move(made));
}

std::vector<TargetParts> parts_of(const std::vector<RestoreTarget>& targets) {
  std::vector<TargetParts> parts;
  for (const RestoreTarget& target : targets) {
    std::optional<Ints> shape;
    if (target.shape) shape = Ints(target.shape->dims().begin(), target.shape->dims().end());
    parts.emplace_back(to_name(target.name),
                       target.dtype ? std::string(dtype_name(*target.dtype)) : "", shape);
  }
  return parts;
}

std::vector<TargetParts> read_spec(const nb::str& path) {
  return parts_of(unwrap(read_targets(from_name(path))));
}

template <class Rows>
nb::list names_of(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.name);
  return to_names(names);
}

// (name, role, reason) of each.
nb::list skipped_of(const std::vector<SkippedTensor>& skipped) {
  nb::list rows;
  for (const SkippedTensor& each : skipped) {
    rows.append(nb::make_tuple(to_name(each.source_name), to_name(role_name(each.role)),
                               to_name(skip_reason_name(each.reason))));
  }
  return rows;
}

// A property that holdall/_rows.py reads off the JSON form, which says it already.
template <class T>
void bind_rows(nb::class_<T>& bound, const char* name, const char* signature, const char* about) {
  bound.def_prop_ro(
      name,
      [name](nb::object self) {
        return nb::module_::import_("holdall._rows").attr(name)(std::move(self));
      },
      nb::sig(signature), about);
}

// What plans and reports have in common.
template <class T>
void bind_common(nb::class_<T>& bound) {
  bound.def_prop_ro("checkpoint_path", [](const T& r) { return to_name(r.checkpoint_path); })
      .def_prop_ro("scope", [](const T& r) { return to_name(r.scope); })
      .def_prop_ro(
          "kept", [](const T& r) { return names_of(r.kept); },
          nb::sig("def kept(self) -> list[str]"), "Variables that keep their value.")
      .def_prop_ro(
          "initialized", [](const T& r) { return names_of(r.initialized); },
          nb::sig("def initialized(self) -> list[str]"), "Variables whose initializer runs.")
      .def_prop_ro(
          "skipped", [](const T& r) { return skipped_of(r.skipped); },
          nb::sig("def skipped(self) -> list[tuple[str, str, str]]"),
          "Tensors that are left out: name, role, reason.")
      .def_prop_ro(
          "unmatched_rules", [](const T& r) { return to_names(r.unmatched_rules); },
          nb::sig("def unmatched_rules(self) -> list[str]"), "Rules that changed no name.")
      .def("to_json", &T::to_json)
      .def(
          "_repr_html_", [](nb::object self) { return call_html("restore_table", self); },
          nb::sig("def _repr_html_(self) -> str"));
  bind_rows(bound, "tensors", "def tensors(self) -> list[holdall._rows.RestoredTensor]",
            "What `restored` names: each with source_name, file, dtype, shape, size_bytes, role.");
  bind_rows(bound, "missing", "def missing(self) -> list[holdall._rows.MissingVariable]",
            "Variables that the checkpoint does not have, whatever became of them, and the names "
            "in it that are nearest.");
  bind_rows(bound, "reshaped", "def reshaped(self) -> list[holdall._rows.ReshapedVariable]",
            "Variables that got a corner of a tensor of another shape.");
  bind_rows(bound, "cast", "def cast(self) -> list[holdall._rows.CastVariable]",
            "Variables of another dtype than their tensor.");
}

void bind_plan(nb::module_& module) {
  nb::class_<RestorePlan> bound(module, "RestorePlan", "What a restore will do.");
  bind_common(bound);
  bound
      .def_prop_ro(
          "restored", [](const RestorePlan& p) { return names_of(p.items); },
          nb::sig("def restored(self) -> list[str]"))
      .def_prop_ro(
          "problems",
          [](const RestorePlan& p) {
            nb::list rows;
            for (const RestoreProblem& problem : p.problems)
              rows.append(nb::make_tuple(to_name(problem.name), to_name(problem.error.message)));
            return rows;
          },
          nb::sig("def problems(self) -> list[tuple[str, str]]"))
      .def_prop_ro("advice", [](const RestorePlan& p) { return to_name(p.advice); })
      .def_prop_ro("size_bytes", &RestorePlan::size_bytes)
      .def(
          "check", [](const RestorePlan& p) { unwrap(p.check()); },
          "Raises the one error that tells all problems, if there is any.")
      .def("__str__", [](const RestorePlan& p) { return to_lines(p.to_string()); })
      .def("__repr__", [](const RestorePlan& p) {
        return "<holdall plan: " + std::to_string(p.items.size()) + " variables, " +
               std::to_string(p.problems.size()) + " problems>";
      });
  module.def(
      "plan", &plan, nb::arg("checkpoint"), nb::arg("targets").none(), nb::arg("options"),
      nb::sig("def plan(checkpoint: Checkpoint, targets: collections.abc.Sequence[tuple[str, "
              "str, list[int] | None]] | None, **options: typing.Any) -> RestorePlan"));
  module.def("read_spec", &read_spec, nb::arg("path"),
             nb::sig("def read_spec(path: str) -> list[tuple[str, str, list[int] | None]]"));
  module.def(
      "graph_targets", [](const tf1::Graph& graph) { return parts_of(targets_of(graph)); },
      nb::arg("graph"),
      nb::sig("def graph_targets(graph: tf1.Graph) -> list[tuple[str, str, list[int] | None]]"));
}

void bind_report(nb::module_& module) {
  nb::class_<RestoreReport> bound(module, "RestoreReport", "What a restore did.");
  bind_common(bound);
  bound
      .def_prop_ro(
          "restored", [](const RestoreReport& r) { return names_of(r.restored); },
          nb::sig("def restored(self) -> list[str]"))
      .def_ro("bytes_read", &RestoreReport::bytes_read)
      .def_ro("bytes_verified", &RestoreReport::bytes_verified)
      .def_ro("mapped_count", &RestoreReport::mapped_count)
      .def_prop_ro("backing_reason",
                   [](const RestoreReport& r) { return to_name(r.backing_reason); })
      .def_ro("seconds", &RestoreReport::seconds)
      .def_prop_ro(
          "notes", [](const RestoreReport& r) { return to_names(r.notes); },
          nb::sig("def notes(self) -> list[str]"),
          "What was done that nobody asked for, a sentence each.")
      .def("summary", [](const RestoreReport& r) { return to_name(r.summary()); })
      .def("__repr__",
           [](const RestoreReport& r) { return to_name("<holdall report: " + r.summary() + ">"); });
  bind_rows(
      bound, "backing", "def backing(self) -> str",
      "'mapped' if all values are pages of the file, else 'copied'; backing_reason says why.");
}

KeepPlan keep(const nb::str& directory_text, uint64_t last, uint64_t every_steps,
              const std::vector<std::string>& also, bool is_dry_run) {
  const std::string directory = from_name(directory_text);
  Result<KeepPlan> plan = KeepPlan();
  Status status;
  {
    const nb::gil_scoped_release release;
    plan = plan_keep(directory, {last, every_steps, also, nullptr});
    if (plan.ok() && !is_dry_run) status = execute(*plan);
  }
  KeepPlan made = unwrap(std::move(plan));
  unwrap(status);
  return made;
}

void bind_keep(nb::module_& module) {
  nb::class_<KeepPlan>(module, "KeepPlan", "Which checkpoints stay and which go.")
      .def_prop_ro(
          "kept",
          [](const KeepPlan& plan) {
            nb::list rows;
            for (const KeptCheckpoint& each : plan.kept)
              rows.append(nb::make_tuple(to_name(each.path), to_name(each.reason)));
            return rows;
          },
          nb::sig("def kept(self) -> list[tuple[str, str]]"))
      .def_prop_ro(
          "removed",
          [](const KeepPlan& plan) {
            std::vector<std::string> paths;
            for (const RemovedCheckpoint& each : plan.removed) paths.push_back(each.path);
            return to_names(paths);
          },
          nb::sig("def removed(self) -> list[str]"))
      .def_prop_ro("size_bytes", &KeepPlan::size_bytes)
      .def(
          "_repr_html_", [](nb::object self) { return call_html("keep_table", self); },
          nb::sig("def _repr_html_(self) -> str"))
      .def("to_json", &KeepPlan::to_json)
      .def("__str__", [](const KeepPlan& plan) { return to_lines(plan.to_string()); });
  module.def("keep", &keep, nb::arg("directory"), nb::arg("last"), nb::arg("every_steps"),
             nb::arg("also"), nb::arg("is_dry_run"));
}

}  // namespace

void bind_restore(nb::module_& module) {
  bind_plan(module);
  bind_report(module);
  bind_keep(module);
}

}  // namespace holdall::python
