#include <algorithm>

#include "base/guard.h"
#include "base/try.h"
#include "tf1/init_from/initial_checkpoint.h"

namespace holdall::tf1 {
namespace {

struct SetTarget {
  const InitialCheckpoint& checkpoint;
  const Graph& graph;
  const std::string& key;

  Status operator()(const Variable& variable) const {
    return checkpoint.set_variable(key, {&variable, 1});
  }
  Status operator()(const std::vector<Variable>& parts) const {
    return checkpoint.set_variable(key, parts);
  }
  // A name that a variable has is a variable's, whatever it looks like.
  Status operator()(const std::string& name) const {
    const std::vector<Variable> variables = variables_called(graph, name);
    return variables.empty() ? checkpoint.set_scope(graph, key, name)
                             : checkpoint.set_variable(key, variables);
  }
};

}  // namespace

Status init_from_checkpoint(Graph& graph, std::string_view checkpoint, AssignmentMap map,
                            const InitFromLog& log) {
  return guarded([&]() -> Status {
    HOLDALL_TRY(graph.status());
    HOLDALL_ASSIGN(const auto opened, InitialCheckpoint::open(checkpoint, log));
    std::stable_sort(map.begin(), map.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [key, target] : map)
      HOLDALL_TRY(std::visit(SetTarget{opened, graph, key}, target));
    return {};
  });
}

}  // namespace holdall::tf1
