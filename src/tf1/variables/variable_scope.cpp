// variable_scope: TensorFlow's two stacks, one that names get_variable's variables and one that
// names nodes.
#include "base/quote.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {

const std::string& VariableScopeState::name() const {
  return rep_->name;
}
const std::string& VariableScopeState::original_name_scope() const {
  return rep_->original_name_scope;
}
Reuse VariableScopeState::reuse() const {
  return rep_->reuse;
}
void VariableScopeState::set_reuse(Reuse reuse) {
  rep_->reuse = reuse;
}
DType VariableScopeState::dtype() const {
  return rep_->dtype;
}

VariableScopeState current_variable_scope(const Graph& graph) {
  const auto& rep = GraphRep::of(graph);
  const std::lock_guard lock(rep->mutex);
  return GraphRep::state_of(rep->here().variable_scope);
}

struct VariableScope::Entered {
  explicit Entered(Graph& of) : graph(GraphRep::of(of)) {
    const std::lock_guard lock(graph->mutex);
    outer = graph->here().variable_scope;
    outer_name_scope = graph->here().name_scope;
  }

  // Requires: the graph's mutex is held.
  void enter(std::shared_ptr<VariableScopeRep> entered_scope) {
    scope = std::move(entered_scope);
    ThreadState& here = graph->here();
    ++here.variable_scope_counts[scope->name];
    here.variable_scope = scope;
  }

  std::shared_ptr<GraphRep> graph;
  std::shared_ptr<VariableScopeRep> scope;
  std::shared_ptr<VariableScopeRep> outer;
  std::string outer_name_scope;
  // A jump to another scope puts all counts back to what they were after it was counted; a scope of
  // its own only forgets those below it.
  std::optional<std::map<std::string, int>> counts_to_restore;
};

namespace {

std::string join(const std::string& scope, std::string_view name) {
  return scope.empty() ? std::string(name) : scope + '/' + std::string(name);
}

// What a scope inherits from `outer`, changed by the options.
std::shared_ptr<VariableScopeRep> derive(const VariableScopeRep& outer, std::string name,
                                         const VariableScopeOptions& options) {
  auto scope = std::make_shared<VariableScopeRep>(outer);
  scope->name = std::move(name);
  if (options.reuse != Reuse::kInherit) scope->reuse = options.reuse;
  if (options.initializer) scope->initializer = options.initializer;
  if (options.dtype) scope->dtype = *options.dtype;
  return scope;
}

// Opens the name scope that goes with a variable scope; returns it with its slash. A scope without
// a name has none, and no word for where it is.
std::string open_name_scope(GraphRep& graph, std::string_view name, bool auxiliary) {
  const std::string& here = graph.here().name_scope;
  std::string unchanged = here.empty() ? "" : here + '/';
  if (!auxiliary) return unchanged;
  return name.empty() ? "" : graph.enter_name_scope(name).value_or(unchanged);
}

std::string unique_default_name(const ThreadState& here, const std::string& default_name) {
  const auto count = [&](const std::string& name) {
    const auto at = here.variable_scope_counts.find(join(here.variable_scope->name, name));
    return at == here.variable_scope_counts.end() ? 0 : at->second;
  };
  if (count(default_name) == 0) return default_name;
  for (int i = 1;; ++i) {
    std::string candidate = default_name + '_' + std::to_string(i);
    if (count(candidate) == 0) return candidate;
  }
}

// A scope below the current one.
std::shared_ptr<VariableScopeRep> derive_below(GraphRep& graph, std::string_view name,
                                               std::string_view name_scope,
                                               const VariableScopeOptions& options) {
  const VariableScopeRep& outer = *graph.here().variable_scope;
  auto scope = derive(outer, join(outer.name, name), options);
  scope->original_name_scope = open_name_scope(graph, name_scope, options.auxiliary_name_scope);
  return scope;
}

}  // namespace

VariableScope::VariableScope(Graph& graph, std::string_view name,
                             const VariableScopeOptions& options)
    : entered_(std::make_unique<Entered>(graph)) {
  GraphRep& rep = *entered_->graph;
  const std::lock_guard lock(rep.mutex);
  entered_->enter(derive_below(rep, name, name, options));
}

VariableScope::VariableScope(Graph& graph, std::nullopt_t, const VariableScopeOptions& options)
    : entered_(std::make_unique<Entered>(graph)) {
  GraphRep& rep = *entered_->graph;
  const std::lock_guard lock(rep.mutex);
  if (options.default_name.empty()) {
    rep.fail(type_error("If default_name is None then name_or_scope is required"));
  } else if (options.reuse != Reuse::kInherit) {
    rep.fail(value_error("reuse=True cannot be used without a name_or_scope"));
  }
  const std::string name = unique_default_name(rep.here(), options.default_name);
  entered_->enter(derive_below(rep, name, options.default_name, options));
}

VariableScope::VariableScope(Graph& graph, const VariableScopeState& scope,
                             const VariableScopeOptions& options)
    : entered_(std::make_unique<Entered>(graph)) {
  GraphRep& rep = *entered_->graph;
  const std::lock_guard lock(rep.mutex);
  const VariableScopeRep& target = *GraphRep::of(scope);
  auto entered_scope = derive(target, target.name, options);
  const size_t slash = target.name.rfind('/');
  open_name_scope(rep, slash == std::string::npos ? target.name : target.name.substr(slash + 1),
                  options.auxiliary_name_scope);
  entered_scope->original_name_scope = target.original_name_scope;
  entered_->enter(std::move(entered_scope));
  entered_->counts_to_restore = rep.here().variable_scope_counts;
}

VariableScope::~VariableScope() {
  (void)leave();
}

VariableScopeState VariableScope::state() const {
  return GraphRep::state_of(entered_->scope);
}

Status VariableScope::leave() {
  const std::shared_ptr<GraphRep> graph = entered_->graph;
  if (graph == nullptr) return {};
  const std::lock_guard lock(graph->mutex);
  ThreadState& here = graph->here();
  if (here.variable_scope != entered_->scope) {
    Error error = runtime_error("Improper nesting of variable_scope.");
    graph->fail(error);
    return error;
  }
  entered_->graph = nullptr;
  here.variable_scope = entered_->outer;
  here.name_scope = entered_->outer_name_scope;
  if (entered_->counts_to_restore) {
    here.variable_scope_counts = std::move(*entered_->counts_to_restore);
    return {};
  }
  const std::string below = entered_->scope->name + '/';
  std::erase_if(here.variable_scope_counts,
                [&](const auto& count) { return count.first.starts_with(below); });
  return {};
}

}  // namespace holdall::tf1
