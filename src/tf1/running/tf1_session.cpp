#include <algorithm>
#include <atomic>
#include <random>
#include <set>
#include <unordered_map>

#include "base/guard.h"
#include "base/quote.h"
#include "base/try.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/kernels/kernel.h"
#include "tf1/running/run_plan.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {

using RandomState = KernelContext::RandomState;

struct Session::Rep {
  explicit Rep(Graph g) : graph(std::move(g)) {}

  Graph graph;
  holdall::Session values;
  std::atomic<bool> is_closed = false;
  std::mutex mutex;                                         // guards random_states
  std::unordered_map<uint64_t, RandomState> random_states;  // by node
};

namespace {

// The stream of a random node in this session, made when it is first run.
RandomState first_state(const Node& node) {
  const auto* seed = node.find_attr<int64_t>("seed");
  const auto* seed2 = node.find_attr<int64_t>("seed2");
  RandomState state{static_cast<uint64_t>(seed != nullptr ? *seed : 0),
                    static_cast<uint64_t>(seed2 != nullptr ? *seed2 : 0), 0};
  if (state.seed != 0 || state.seed2 != 0) return state;
  std::random_device device;
  state.seed = uint64_t{device()} << 32 | device();
  state.seed2 = uint64_t{device()} << 32 | device();
  return state;
}

bool is_variable(const Node& node) {
  return node.type == "VariableV2" || node.type == "Variable";
}

Error uninitialized(const Node& variable) {
  return make_error(Code::kInvalidArgument, reason::kTfUninitialized,
                    "Attempting to use uninitialized value {}", variable.name);
}

// One run. Variables change in a copy of their values, which is published when all has gone well.
class Run {
 public:
  Run(GraphRep& graph, holdall::Session& values, std::mutex& random_mutex,
      std::unordered_map<uint64_t, RandomState>& random_states, const Feeds& feeds)
      : graph_(graph),
        values_(values),
        snapshot_(values.snapshot()),
        random_mutex_(random_mutex),
        random_states_(random_states),
        feeds_(feeds) {}

  Status evaluate(const RunPlan& plan) {
    for (const RunStep& step : plan) {
      if (step.kernel == nullptr || is_skipped(step)) {
        skip(*step.node);
        continue;
      }
      Context context(*this, step);
      auto outputs = step.kernel(context);
      if (!outputs.ok()) return std::move(outputs).error();
      results_[step.node->id] = std::move(*outputs);
    }
    return {};
  }

  // The value of an output. A reference is read as it is at the end of the run.
  Result<Tensor> value_of(const Node& node, int index) const {
    if (const auto fed = feeds_.find({node.id, index}); fed != feeds_.end()) return fed->second;
    if (is_variable(node)) return read_variable(node);
    if (dead_.contains({node.id, index}))
      return invalid_argument("Retval[0] does not have value: {} is on a branch that is not taken",
                              quote(node.name));
    const auto at = results_.find(node.id);
    if (at == results_.end() || static_cast<size_t>(index) >= at->second.size())
      return invalid_argument("output {} of node {} has no value", index, quote(node.name));
    return at->second[static_cast<size_t>(index)];
  }

  Status publish() {
    if (updates_.empty()) return {};
    std::vector<std::pair<std::string, Tensor>> values;
    for (auto& [name, value] : updates_) values.emplace_back(name, std::move(value));
    return values_.assign_all(std::move(values));
  }

 private:
  class Context : public KernelContext {
   public:
    Context(Run& run, const RunStep& step) : run_(run), step_(step) {}

    const Node& node() const override { return *step_.node; }
    size_t input_count() const override { return step_.inputs.size(); }
    Result<Tensor> input(size_t i) const override {
      if (i >= step_.inputs.size())
        return invalid_argument("node {} lacks input {}", quote(node().name), i);
      return run_.value_of(*step_.inputs[i], node().inputs[i].index);
    }
    bool is_dead(size_t i) const override {
      return run_.dead_.contains({step_.inputs[i]->id, node().inputs[i].index});
    }
    const Node* variable(size_t i) const override {
      return i < step_.inputs.size() ? run_.variable_behind(*step_.inputs[i]) : nullptr;
    }
    std::optional<Tensor> find_value(const Node& variable) const override {
      return run_.find_value(variable);
    }
    void assign(const Node& variable, Tensor value) override {
      run_.updates_[variable.name] = std::move(value);
    }
    void kill_output(int index) override { run_.dead_.insert({node().id, index}); }
    RandomState take_random_blocks(uint64_t block_count) override {
      const std::lock_guard lock(run_.random_mutex_);
      const auto [at, is_new] = run_.random_states_.try_emplace(node().id);
      if (is_new) at->second = first_state(node());
      const RandomState before = at->second;
      at->second.position_blocks += block_count;
      return before;
    }
    const HostFunction* find_function(const std::string& token) const override {
      const std::lock_guard lock(run_.graph_.mutex);
      const auto at = run_.graph_.functions.find(token);
      return at == run_.graph_.functions.end() ? nullptr : &at->second;
    }

   private:
    Run& run_;
    const RunStep& step_;
  };

  // Whether something it needs is on a branch that is not taken. A Merge asks itself.
  bool is_skipped(const RunStep& step) const {
    if (step.node->type == "Merge" || step.node->type == "RefMerge" || dead_.empty()) return false;
    for (size_t i = 0; i < step.inputs.size(); ++i) {
      if (dead_.contains({step.inputs[i]->id, step.node->inputs[i].index})) return true;
    }
    return std::any_of(step.node->control_inputs.begin(), step.node->control_inputs.end(),
                       [&](uint64_t id) { return dead_nodes_.contains(id); });
  }

  void skip(const Node& node) {
    dead_nodes_.insert(node.id);
    for (size_t i = 0; i < node.outputs.size(); ++i) dead_.insert({node.id, static_cast<int>(i)});
  }

  // The variable that a reference or a handle comes from.
  const Node* variable_behind(const Node& start) const {
    const Node* node = &start;
    for (int depth = 0; node != nullptr && !is_variable(*node) && node->type != "VarHandleOp";
         ++depth) {
      const bool passes_on = node->type == "Assign" || node->type == "AssignAdd" ||
                             node->type == "AssignSub" || node->type == "Identity" ||
                             node->type == "RefSwitch" || node->type == "Switch" ||
                             node->type == "RefIdentity" || node->type == "Enter";
      constexpr int kDeepest = 1000;
      if (!passes_on || node->inputs.empty() || depth == kDeepest) return nullptr;
      node = &graph_.node_at(node->inputs.front().node_id);
    }
    return node;
  }

  std::optional<Tensor> find_value(const Node& variable) const {
    const auto update = updates_.find(variable.name);
    if (update != updates_.end()) return update->second;
    return snapshot_.find(variable.name);
  }

  Result<Tensor> read_variable(const Node& variable) const {
    if (auto value = find_value(variable)) return *std::move(value);
    return uninitialized(variable);
  }

  GraphRep& graph_;
  holdall::Session& values_;
  Snapshot snapshot_;
  std::mutex& random_mutex_;
  std::unordered_map<uint64_t, RandomState>& random_states_;
  const Feeds& feeds_;
  std::unordered_map<uint64_t, std::vector<Tensor>> results_;
  std::set<std::pair<uint64_t, int>> dead_;  // outputs on branches that are not taken
  std::set<uint64_t> dead_nodes_;
  std::map<std::string, Tensor> updates_;
};

// An Output or an Operation.
template <class Element>
Status check_fetch(const GraphRep& graph, const Element& element) {
  if (graph.has(element)) return {};
  return value_error(
      "Fetch argument {} cannot be interpreted as a Tensor. (It is not an element of this graph.)",
      quote(element.name()));
}

Status check_feed(const GraphRep& graph, const Output& output, const Tensor& value) {
  if (!graph.has(output)) {
    return type_error(
        "Cannot interpret feed_dict key as Tensor: Tensor {} is not an element of this graph.",
        quote(output.name()));
  }
  if (value.dtype() != output.dtype()) {
    return type_error("the value fed for {} is {}, {} is expected", quote(output.name()),
                      dtype_name(value.dtype()), dtype_name(output.dtype()));
  }
  const StaticShape shape = output.shape();
  bool fits = !shape.has_rank || shape.dims.size() == value.shape().rank();
  for (size_t i = 0; fits && i < shape.dims.size(); ++i)
    fits = shape.dims[i] < 0 || shape.dims[i] == value.shape()[i];
  if (fits) return {};
  return value_error("Cannot feed value of shape {} for Tensor {}, which has shape '{}'",
                     tuple_text(value.shape()), quote(output.name()), tuple_text(shape));
}

// What a call of run() asks for, read under the graph's lock; others may add nodes meanwhile.
struct Calling {
  GraphRep& graph;
  std::span<const Output> fetches;
  std::span<const Operation> targets;

  Result<Feeds> check_feeds(const std::vector<std::pair<Output, Tensor>>& feeds) const {
    const std::lock_guard lock(graph.mutex);
    HOLDALL_TRY(graph.status());
    if (graph.node_count() == 0) {
      return runtime_error(
          "The Session graph is empty.  Add operations to the graph before calling run().");
    }
    Feeds fed;
    for (const auto& [output, value] : feeds) {
      HOLDALL_TRY(check_feed(graph, output, value));
      fed.insert_or_assign({GraphRep::node_of(output.op())->id, output.index()}, value);
    }
    return fed;
  }

  Result<RunPlan> plan(const Feeds& fed) const {
    const std::lock_guard lock(graph.mutex);
    std::vector<uint64_t> wanted;
    for (const Output& fetch : fetches) {
      HOLDALL_TRY(check_fetch(graph, fetch));
      const uint64_t id = GraphRep::node_of(fetch.op())->id;
      if (!fed.contains({id, fetch.index()})) wanted.push_back(id);
    }
    for (const Operation& target : targets) {
      HOLDALL_TRY(check_fetch(graph, target));
      wanted.push_back(GraphRep::node_of(target)->id);
    }
    return plan_run(graph, wanted, fed);
  }
};

}  // namespace

Session::Session(const Graph& graph) : rep_(std::make_unique<Rep>(graph)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Graph Session::graph() const {
  return rep_->graph;
}
holdall::Session& Session::values() {
  return rep_->values;
}
const holdall::Session& Session::values() const {
  return rep_->values;
}
bool Session::is_closed() const {
  return rep_->is_closed;
}

void Session::close() {
  rep_->is_closed = true;
  (void)rep_->values.drop_scope("");  // fails only if there is nothing to drop
}

bool Session::is_initialized(const Variable& variable) const {
  return rep_->values.find(variable.op_name()).has_value();
}

Result<std::vector<Tensor>> Session::run(std::span<const Output> fetches,
                                         std::span<const Operation> targets,
                                         const std::vector<std::pair<Output, Tensor>>& feeds) {
  return guarded([&]() -> Result<std::vector<Tensor>> {
    if (rep_->is_closed) return runtime_error("Attempted to use a closed Session.");
    const Calling calling{*GraphRep::of(rep_->graph), fetches, targets};
    HOLDALL_ASSIGN(const Feeds fed, calling.check_feeds(feeds));
    HOLDALL_ASSIGN(const RunPlan plan, calling.plan(fed));
    Run run(calling.graph, rep_->values, rep_->mutex, rep_->random_states, fed);
    HOLDALL_TRY(run.evaluate(plan));
    std::vector<Tensor> values;
    for (const Output& fetch : fetches) {
      HOLDALL_ASSIGN(Tensor value, run.value_of(*GraphRep::node_of(fetch.op()), fetch.index()));
      values.push_back(std::move(value));
    }
    HOLDALL_TRY(run.publish());
    return values;
  });
}

Status Session::run(const Operation& target) {
  auto nothing = run({}, {&target, 1});
  if (!nothing.ok()) return std::move(nothing).error();
  return {};
}

Result<Tensor> Session::run(const Output& fetch) {
  HOLDALL_ASSIGN(auto values, run({&fetch, 1}, {}));
  return std::move(values.front());
}

}  // namespace holdall::tf1
