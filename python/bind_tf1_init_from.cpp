// Variables that start with what a checkpoint holds.
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "bind_tf1.h"
#include "bindings.h"

namespace nb = nanobind;

namespace holdall::python {

using namespace tf1;

namespace {

InitFromLog to_log(const nb::callable& log) {
  return [shared = share(log)](const std::string& line) {
    const nb::gil_scoped_acquire lock;
    try {
      (*shared)(to_name(line));
    } catch (...) {
      pending_exception() = std::current_exception();
    }
  };
}

AssignmentTarget to_target(nb::handle target) {
  if (nb::isinstance<nb::str>(target)) return from_name(nb::cast<nb::str>(target));
  if (nb::isinstance<Variable>(target)) return nb::cast<Variable>(target);
  return nb::cast<std::vector<Variable>>(target);
}

void init_from(Graph& graph, const nb::str& checkpoint, const nb::list& pairs,
               const nb::callable& log) {
  AssignmentMap map;
  for (const nb::handle pair : pairs) {
    const auto parts = nb::cast<nb::tuple>(pair);
    map.emplace_back(from_name(nb::cast<nb::str>(parts[0])), to_target(parts[1]));
  }
  const std::string path = from_name(checkpoint);
  const InitFromLog lines = to_log(log);
  const nb::gil_scoped_release release;
  unwrap_run(init_from_checkpoint(graph, path, std::move(map), lines));
}

// A Python function of a shape and a dtype's name that returns the values themselves.
Initializer to_initializer_of_values(const nb::callable& function) {
  return Initializer([shared = share(function)](Graph& graph, const Shape& shape, DType dtype) {
    Tensor values;
    {
      const nb::gil_scoped_acquire lock;
      try {
        const Ints sizes(shape.dims().begin(), shape.dims().end());
        values = nb::cast<Tensor>((*shared)(nb::cast(sizes), std::string(dtype_name(dtype))));
      } catch (...) {
        pending_exception() = std::current_exception();
        return Output();
      }
    }
    return graph.constant(values);
  });
}

// (new_vocab, new_vocab_size, old_vocab, old_vocab_size, backup or None, axis)
VocabInfo to_vocab_info(const nb::tuple& given) {
  VocabInfo info;
  info.new_vocab = from_name(nb::cast<nb::str>(given[0]));
  info.new_vocab_size = nb::cast<int64_t>(given[1]);
  info.old_vocab = from_name(nb::cast<nb::str>(given[2]));
  info.old_vocab_size = nb::cast<int64_t>(given[3]);
  if (!given[4].is_none())
    info.backup_initializer = to_initializer_of_values(nb::cast<nb::callable>(given[4]));
  info.axis = nb::cast<int>(given[5]);
  return info;
}

void start_warm(Graph& graph, const nb::str& checkpoint, std::vector<Variable> variables,
                const nb::dict& vocabularies, std::map<std::string, std::string> previous_names,
                const nb::callable& log) {
  WarmStartOptions options;
  options.variables = std::move(variables);
  for (const auto& [name, info] : vocabularies)
    options.vocabularies.emplace(from_name(nb::cast<nb::str>(name)),
                                 to_vocab_info(nb::cast<nb::tuple>(info)));
  options.previous_names = std::move(previous_names);
  options.log = to_log(log);
  const std::string path = from_name(checkpoint);
  const nb::gil_scoped_release release;
  unwrap_run(warm_start(graph, path, options));
}

}  // namespace

void bind_tf1_init_from(nb::module_& module) {
  module.def("init_from_checkpoint", &init_from, nb::arg("graph"), nb::arg("checkpoint"),
             nb::arg("pairs"), nb::arg("log"),
             nb::sig("def init_from_checkpoint(graph: Graph, checkpoint: str, pairs: "
                     "list[tuple[str, Variable | list[Variable] | str]], log: Callable[[str], "
                     "object]) -> None"));
  module.def("warm_start", &start_warm, nb::arg("graph"), nb::arg("checkpoint"),
             nb::arg("variables"), nb::arg("vocabularies"), nb::arg("previous_names"),
             nb::arg("log"),
             nb::sig("def warm_start(graph: Graph, checkpoint: str, variables: Sequence[Variable], "
                     "vocabularies: dict[str, tuple[str, int, str, int, typing.Any, int]], "
                     "previous_names: dict[str, str], log: Callable[[str], object]) -> None"));
}

}  // namespace holdall::python
