// Assigning to variables from checkpoints and arrays, and averages in the place of variables.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "bind_tf1.h"
#include "bindings.h"

namespace nb = nanobind;

namespace holdall::python {

using namespace tf1;

namespace {

using VariablePairs = std::vector<std::pair<Variable, Variable>>;

std::vector<std::string> to_strings(const nb::list& given) {
  std::vector<std::string> strings;
  for (const nb::handle each : given) strings.push_back(from_name(nb::cast<nb::str>(each)));
  return strings;
}

nb::tuple assign_from(Graph& graph, const nb::str& checkpoint, const nb::list& variables,
                      bool ignores_missing) {
  VariablesByKey by_key;
  for (const nb::handle pair : variables) {
    const auto parts = nb::cast<nb::tuple>(pair);
    by_key.emplace_back(from_name(nb::cast<nb::str>(parts[0])),
                        nb::cast<std::vector<Variable>>(parts[1]));
  }
  const std::string path = from_name(checkpoint);
  Assignment assignment;
  {
    const nb::gil_scoped_release release;
    assignment = unwrap(assign_from_checkpoint(graph, path, by_key, ignores_missing), Face::kTf1);
  }
  return nb::make_tuple(assignment.op, assignment.feeds, to_names(assignment.warnings));
}

nb::list group_by_name(const std::vector<Variable>& variables) {
  VariablesByKey grouped;
  {
    const nb::gil_scoped_release release;
    grouped = by_full_name(variables);
  }
  nb::list pairs;
  for (const auto& [name, parts] : grouped) pairs.append(nb::make_tuple(to_name(name), parts));
  return pairs;
}

void bind_assigning(nb::module_& module) {
  module.def(
      "find_assigned",
      [](const Graph& graph, const nb::list& names) {
        const auto wanted = to_strings(names);
        const nb::gil_scoped_release release;
        return unwrap(find_assigned(graph, wanted), Face::kTf1);
      },
      nb::arg("graph"), nb::arg("names"),
      nb::sig("def find_assigned(graph: Graph, names: list[str]) -> list[Variable]"));
  module.def(
      "assign_what_is_fed",
      [](Graph& graph, const std::vector<Variable>& variables) {
        auto made = unwrap(assign_what_is_fed(graph, variables), Face::kTf1);
        return std::pair(std::move(made.op), std::move(made.places));
      },
      nb::arg("graph"), nb::arg("variables"), Unlocked());
  module.def("by_full_name", &group_by_name, nb::arg("variables"),
             nb::sig("def by_full_name(variables: Sequence[Variable]) -> list[tuple[str, "
                     "list[Variable]]]"));
  module.def("assign_from_checkpoint", &assign_from, nb::arg("graph"), nb::arg("checkpoint"),
             nb::arg("variables"), nb::arg("ignores_missing"),
             nb::sig("def assign_from_checkpoint(graph: Graph, checkpoint: str, variables: "
                     "list[tuple[str, list[Variable]]], ignores_missing: bool) -> tuple[Operation, "
                     "list[tuple[Output, holdall._core.Tensor]], list[str]]"));
}

void bind_partitioners(nb::module_& module) {
  module.def(
      "fixed_size_partitions",
      [](const std::vector<int64_t>& shape, int64_t count, int64_t axis) {
        return unwrap(fixed_size_partitions(Shape(shape), count, axis), Face::kTf1);
      },
      nb::arg("shape"), nb::arg("count"), nb::arg("axis"));
  nb::class_<AxisSizeOptions>(module, "AxisSizeOptions")
      .def(
          "__init__",
          [](AxisSizeOptions* self, int64_t max_shard_bytes, int64_t axis,
             int64_t bytes_per_string_element, std::optional<int64_t> max_shards) {
            const AxisSizeOptions options{max_shard_bytes, axis, bytes_per_string_element,
                                          max_shards};
            unwrap(check_limits(options), Face::kTf1);
            new (self) AxisSizeOptions(options);
          },
          nb::arg("max_shard_bytes"), nb::arg("axis"), nb::arg("bytes_per_string_element"),
          nb::arg("max_shards").none());
  module.def(
      "axis_size_partitions",
      [](const std::vector<int64_t>& shape, const std::string& dtype,
         const AxisSizeOptions& options) {
        return unwrap(axis_size_partitions(Shape(shape), to_dtype(dtype), options), Face::kTf1);
      },
      nb::arg("shape"), nb::arg("dtype"), nb::arg("options"));
  module.def(
      "min_max_partitions",
      [](const std::vector<int64_t>& shape, const std::string& dtype, int64_t max_partitions,
         int64_t axis, int64_t min_slice_bytes, int64_t bytes_per_string_element) {
        const MinMaxOptions options{max_partitions, axis, min_slice_bytes,
                                    bytes_per_string_element};
        return unwrap(min_max_partitions(Shape(shape), to_dtype(dtype), options), Face::kTf1);
      },
      nb::arg("shape"), nb::arg("dtype"), nb::arg("max_partitions"), nb::arg("axis"),
      nb::arg("min_slice_bytes"), nb::arg("bytes_per_string_element"));
}

void bind_global_step(nb::module_& module) {
  module.def(
      "assert_global_step",
      [](const GlobalStep& step) { unwrap(assert_global_step(step), Face::kTf1); },
      nb::arg("step"));
  module.def(
      "get_global_step",
      [](const Graph& graph) { return unwrap(get_global_step(graph), Face::kTf1); },
      nb::arg("graph"), Unlocked());
}

}  // namespace

void bind_tf1_framework(nb::module_& module) {
  module.def("variable_pattern", &variable_pattern, nb::arg("scope"), nb::arg("suffix").none());
  bind_assigning(module);
  bind_partitioners(module);
  bind_global_step(module);
  module.def(
      "variables_to_restore",
      [](const Graph& graph, const std::string& name, const VariablePairs& averages,
         const std::optional<std::vector<Variable>>& averaged) {
        return variables_to_restore(graph, {name, averages}, averaged);
      },
      nb::arg("graph"), nb::arg("name"), nb::arg("averages"), nb::arg("averaged").none(),
      Unlocked());
}

}  // namespace holdall::python
