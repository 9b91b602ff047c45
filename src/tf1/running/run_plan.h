// Which nodes a run evaluates, and in which order.
#pragma once

#include <span>
#include <unordered_set>
#include <vector>

#include "tf1/graph/graph_rep.h"
#include "tf1/kernels/kernel.h"

namespace holdall::tf1 {

// Nodes are held by address, so that the graph may grow while the plan runs.
struct RunStep {
  const Node* node = nullptr;
  std::vector<const Node*> inputs;  // where the node's inputs come from
  Kernel kernel = nullptr;          // null for a node that is fed
};

// Each step stands after everything it waits for.
using RunPlan = std::vector<RunStep>;

// Everything that fetches and targets need; what stands before a fed node is not. Requires: the
// graph's mutex is held. Fails: kUnsupported (no kernel: names operation and node),
// kInvalidArgument (a cycle, in an imported graph).
Result<RunPlan> plan_run(const GraphRep& graph, std::span<const uint64_t> wanted,
                         const std::unordered_set<uint64_t>& fed);

}  // namespace holdall::tf1
