#include "tf1/running/run_plan.h"

#include <unordered_map>

#include "base/quote.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// Depth first with a stack of its own: a graph may be deeper than the machine's stack.
class Ordering {
 public:
  Ordering(const GraphRep& graph, const Feeds& feeds) : graph_(graph), feeds_(feeds) {}

  Result<RunPlan> plan(std::span<const uint64_t> wanted) {
    for (const uint64_t id : wanted) find_initializers(graph_.node(id));
    for (const uint64_t id : wanted) {
      if (auto status = visit(id); !status.ok()) return std::move(status).error();
    }
    return std::move(plan_);
  }

 private:
  enum class State { kOpen, kDone };
  struct Frame {
    const Node* node;
    size_t next_dependency;
  };

  // Where several variables are initialised at once, one that starts with another's value waits for
  // it, as TensorFlow arranges when it builds the graph.
  void find_initializers(const Node& group) {
    if (group.type != "NoOp") return;
    for (const uint64_t id : group.control_inputs) {
      const Node& node = graph_.node(id);
      const bool assigns = node.type == "Assign" || node.type == "AssignVariableOp";
      if (!assigns || node.inputs.empty()) continue;
      const Node& variable = graph_.node(node.inputs.front().node_id);
      if (node.name == variable.name + "/Assign") initializers_[variable.id] = id;
    }
  }

  // The initializer that a read of a variable waits for; none if it waits for none.
  std::optional<uint64_t> initializer_before(const Node& node) const {
    const bool reads = node.type == "Identity" || node.type == "ReadVariableOp";
    if (!reads || initializers_.empty() || node.inputs.empty()) return std::nullopt;
    const auto at = initializers_.find(node.inputs.front().node_id);
    if (at == initializers_.end()) return std::nullopt;
    // A variable that starts with its own value goes round in a circle: then as it comes.
    const auto state = states_.find(at->second);
    if (state != states_.end() && state->second == State::kOpen) return std::nullopt;
    return at->second;
  }

  // Data inputs come first, then control inputs, then an initializer.
  static size_t dependency_count(const Node& node) {
    return node.inputs.size() + node.control_inputs.size() + 1;
  }
  // None for an input that is fed.
  std::optional<uint64_t> dependency(const Node& node, size_t i) const {
    if (i == node.inputs.size() + node.control_inputs.size()) return initializer_before(node);
    if (i >= node.inputs.size()) return node.control_inputs[i - node.inputs.size()];
    const NodeInput& input = node.inputs[i];
    if (feeds_.contains({input.node_id, input.index})) return std::nullopt;
    return input.node_id;
  }

  Status visit(uint64_t id) {
    if (states_.contains(id)) return {};
    stack_.push_back({&graph_.node(id), 0});
    states_[id] = State::kOpen;
    while (!stack_.empty()) {
      Frame& frame = stack_.back();
      const Node& node = *frame.node;
      if (frame.next_dependency == dependency_count(node)) {
        if (auto status = finish(node); !status.ok()) return status;
        stack_.pop_back();
        continue;
      }
      const auto next = dependency(node, frame.next_dependency++);
      if (!next) continue;
      const auto state = states_.find(*next);
      if (state == states_.end()) {
        states_[*next] = State::kOpen;
        stack_.push_back({&graph_.node(*next), 0});
      } else if (state->second == State::kOpen) {
        return invalid_argument("the graph has a cycle through node {}",
                                quote(graph_.node(*next).name));
      }
    }
    return {};
  }

  Status finish(const Node& node) {
    const Kernel kernel = find_kernel(node.type);
    if (kernel == nullptr) {
      return unsupported(
          "operation {} cannot be evaluated here (node {}); the graph can be restored, "
          "renamed and saved, but not run through it",
          quote(node.type), quote(node.name));
    }
    states_[node.id] = State::kDone;
    RunStep step{&node, {}, kernel};
    for (const NodeInput& input : node.inputs) step.inputs.push_back(&graph_.node(input.node_id));
    plan_.push_back(std::move(step));
    return {};
  }

  const GraphRep& graph_;
  const Feeds& feeds_;
  std::unordered_map<uint64_t, State> states_;
  std::unordered_map<uint64_t, uint64_t> initializers_;  // by variable
  std::vector<Frame> stack_;
  RunPlan plan_;
};

}  // namespace

Result<RunPlan> plan_run(const GraphRep& graph, std::span<const uint64_t> wanted,
                         const Feeds& feeds) {
  return Ordering(graph, feeds).plan(wanted);
}

}  // namespace holdall::tf1
