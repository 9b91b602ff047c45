// Values of arrays and checkpoints that are assigned by nodes of the graph.
#include <algorithm>
#include <memory>

#include "base/guard.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/tf1_files.h"
#include "holdall/tf1_framework.h"
#include "holdall/tf1_saver.h"
#include "tensor/cast.h"
#include "tensor/tensor_factory.h"
#include "tf1/graph/node_builders.h"
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

Output make_place(GraphRep& graph, const Variable& variable) {
  NodeSpec spec;
  spec.type = "Placeholder";
  spec.attrs = {{"dtype", variable.dtype()}, {"shape", variable.shape()}};
  spec.outputs = {{variable.dtype(), variable.shape(), false}};
  return {graph.add(std::move(spec)), 0};
}

Operation make_assigning(GraphRep& graph, const Variable& variable, const Output& value) {
  if (!variable.is_resource()) return make_assign(graph, variable.ref(), value, "Assign").op();
  NodeSpec spec;
  spec.type = "AssignVariableOp";
  spec.inputs = {variable.ref(), value};
  spec.attrs = {{"dtype", variable.dtype()}};
  return graph.add(std::move(spec));
}

// What of a stored tensor is for the variable, as it wants it.
Result<Tensor> value_for(const Variable& variable, const Tensor& stored, const std::string& key,
                         bool is_part) {
  HOLDALL_ASSIGN(Tensor value, cast(stored, variable.dtype()));
  const auto slice = variable.slice();
  if (is_part && slice) return slice_tensor(value, slice->offset, slice->shape.dims());
  const auto shape = variable.shape().full();
  if (!shape || shape->element_count() != value.element_count())
    return value_error(
        "Total size of new array must be unchanged for {} lh_shape: [{}], rh_shape: [{}]",
        printable(key), tuple_text(value.shape()), tuple_text(variable.shape()));
  return TensorFactory::with_shape(std::move(value), *shape);
}

}  // namespace

Result<FedAssignment> assign_what_is_fed(Graph& graph, std::span<const Variable> variables) {
  return guarded([&]() -> Result<FedAssignment> {
    GraphRep& rep = *GraphRep::of(graph);
    const std::lock_guard lock(rep.mutex);
    HOLDALL_TRY(rep.status());
    FedAssignment made;
    std::vector<Operation> assigning;
    for (const Variable& variable : variables) {
      if (!rep.has(variable.op()))
        return value_error("{} is not an element of this graph.", variable.name());
      made.places.push_back(make_place(rep, variable));
      assigning.push_back(make_assigning(rep, variable, made.places.back()));
    }
    made.op = make_no_op(rep, std::move(assigning), "group_deps");
    HOLDALL_TRY(rep.take_status());
    return made;
  });
}

Result<std::vector<Variable>> find_assigned(const Graph& graph,
                                            std::span<const std::string> op_names) {
  return guarded([&]() -> Result<std::vector<Variable>> {
    std::vector<Variable> found;
    const auto all = graph.global_variables();
    for (const std::string& name : op_names) {
      const auto is_it = [&](const Variable& each) { return each.op_name() == name; };
      const auto count = std::count_if(all.begin(), all.end(), is_it);
      if (count == 0) return value_error("Variable {} wasn't found", printable(name));
      if (count > 1) return value_error("Variable {} has collisions", printable(name));
      found.push_back(*std::find_if(all.begin(), all.end(), is_it));
    }
    return found;
  });
}

Result<Assignment> assign_from_values(Graph& graph, const std::map<std::string, Tensor>& values) {
  return guarded([&]() -> Result<Assignment> {
    std::vector<std::string> names;
    for (const auto& [name, value] : values) names.push_back(name);
    HOLDALL_ASSIGN(const auto variables, find_assigned(graph, names));
    HOLDALL_ASSIGN(const FedAssignment made, assign_what_is_fed(graph, variables));
    Assignment assignment{made.op, {}};
    for (size_t i = 0; i < names.size(); ++i)
      assignment.feeds.emplace_back(made.places[i], values.at(names[i]));
    return assignment;
  });
}

VariablesByKey by_full_name(std::span<const Variable> variables) {
  VariablesByKey grouped;
  std::map<std::string, size_t> places;
  for (const Variable& variable : variables) {
    const auto slice = variable.slice();
    const std::string name = slice ? slice->full_name : variable.op_name();
    const auto [at, is_new] = places.try_emplace(name, grouped.size());
    if (is_new) grouped.emplace_back(name, std::vector<Variable>());
    grouped[at->second].second.push_back(variable);
  }
  return grouped;
}

Result<Assignment> assign_from_checkpoint(Graph& graph, std::string_view checkpoint,
                                          const VariablesByKey& variables, bool ignores_missing) {
  return guarded([&]() -> Result<Assignment> {
    HOLDALL_ASSIGN(const auto reader, CheckpointReader::open(checkpoint));
    Assignment assignment;
    std::vector<Variable> assigned;
    std::vector<Tensor> values;
    for (const auto& [key, parts] : variables) {
      if (!reader.has(key)) {
        Error missing = value_error("Checkpoint is missing variable [{}]", printable(key));
        if (!ignores_missing) return missing;
        assignment.warnings.push_back(std::move(missing.message));
        continue;
      }
      HOLDALL_ASSIGN(const Tensor stored, reader.get(key));
      for (const Variable& part : parts) {
        HOLDALL_ASSIGN(Tensor value, value_for(part, stored, key, parts.size() > 1));
        assigned.push_back(part);
        values.push_back(std::move(value));
      }
    }
    HOLDALL_ASSIGN(const FedAssignment made, assign_what_is_fed(graph, assigned));
    assignment.op = made.op;
    for (size_t i = 0; i < values.size(); ++i)
      assignment.feeds.emplace_back(made.places[i], std::move(values[i]));
    return assignment;
  });
}

Result<AssignFunction> assign_from_checkpoint_fn(std::string_view checkpoint,
                                                 std::map<std::string, Variable> variables,
                                                 const AssignFunctionOptions& options) {
  return guarded([&]() -> Result<AssignFunction> {
    if (variables.empty()) return value_error("var_list cannot be empty");
    const std::string path(checkpoint);
    AssignFunction function;
    if (options.ignores_missing) {
      HOLDALL_ASSIGN(const auto reader, CheckpointReader::open(path));
      std::erase_if(variables, [&](const auto& each) {
        if (reader.has(each.first)) return false;
        function.warnings.push_back(message("Variable {} missing in checkpoint {}",
                                            printable(each.first), printable(path)));
        return true;
      });
    }
    if (variables.empty()) {
      function.warnings.emplace_back("No Variables to restore");
      return function;
    }
    SaverOptions saver_options;
    saver_options.reshape = options.reshapes;
    const auto saver = std::make_shared<Saver>(variables, saver_options);
    HOLDALL_TRY(saver->status());
    function.restore = [saver, path](Session& session) { return saver->restore(session, path); };
    return function;
  });
}

}  // namespace holdall::tf1
