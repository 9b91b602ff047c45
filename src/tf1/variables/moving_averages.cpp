// Averages in the place of variables.
#include <algorithm>
#include <set>

#include "holdall/tf1_framework.h"

namespace holdall::tf1 {
namespace {

void add_once(std::vector<Variable>& variables, const Variable& variable) {
  if (std::find(variables.begin(), variables.end(), variable) == variables.end())
    variables.push_back(variable);
}

std::vector<Variable> averaged_variables(const Graph& graph,
                                         const std::optional<std::vector<Variable>>& averaged) {
  std::vector<Variable> variables;
  for (const Variable& each : averaged.value_or(graph.trainable_variables()))
    add_once(variables, each);
  if (averaged) return variables;
  for (const CollectionItem& item : graph.collection(kMovingAverageVariables)) {
    if (const auto* variable = std::get_if<Variable>(&item)) add_once(variables, *variable);
  }
  return variables;
}

}  // namespace

std::string average_name(const MovingAverages& moving, const Variable& variable) {
  for (const auto& [of, average] : moving.averages) {
    if (of == variable) return average.op_name();
  }
  return variable.op_name() + '/' + moving.name;
}

std::vector<std::pair<std::string, Variable>> variables_to_restore(
    const Graph& graph, const MovingAverages& moving,
    const std::optional<std::vector<Variable>>& averaged) {
  std::vector<std::pair<std::string, Variable>> named;
  // Of names in checkpoints, and of variables that need no other.
  std::set<std::string> names, done;
  for (const Variable& each : averaged_variables(graph, averaged)) {
    done.insert(each.name());
    if (names.insert(average_name(moving, each)).second)
      named.emplace_back(average_name(moving, each), each);
  }
  for (const auto& [of, average] : moving.averages) done.insert(average.name());
  for (const Variable& each : graph.global_variables()) {
    if (done.contains(each.name()) || !names.insert(each.op_name()).second) continue;
    named.emplace_back(each.op_name(), each);
  }
  return named;
}

}  // namespace holdall::tf1
