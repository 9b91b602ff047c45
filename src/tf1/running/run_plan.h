// Which nodes a run evaluates, and in which order.
#pragma once

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "tf1/graph/graph_rep.h"
#include "tf1/kernels/kernel.h"

namespace holdall::tf1 {

// Nodes are held by address, so that the graph may grow while the plan runs.
struct RunStep {
  const Node* node = nullptr;
  std::vector<const Node*> inputs;  // where the node's inputs come from
  Kernel kernel = nullptr;
};

// Values given from outside, by node and index of the output they stand for.
using Feeds = std::map<std::pair<uint64_t, int>, Tensor>;

// Each step stands after everything it waits for.
using RunPlan = std::vector<RunStep>;

// The wanted nodes and everything they need; what only a fed output would need is not. Requires:
// the graph's mutex is held. Fails: kUnsupported (no kernel: names operation and node),
// kInvalidArgument (a cycle, in an imported graph).
Result<RunPlan> plan_run(const GraphRep& graph, std::span<const uint64_t> wanted,
                         const Feeds& feeds);

}  // namespace holdall::tf1
