#include "tf1/graph/graph_rep.h"

#include <algorithm>
#include <atomic>

#include "base/quote.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// What TensorFlow mixes in where only one of the two seeds is given.
constexpr int64_t kDefaultGraphSeed = 87654321;
constexpr int64_t kSeedModulus = 2147483647;  // 2^31 - 1

int64_t reduce_seed(int64_t seed) {
  const int64_t remainder = seed % kSeedModulus;
  return remainder < 0 ? remainder + kSeedModulus : remainder;
}

}  // namespace

uint64_t this_thread_number() {
  static std::atomic<uint64_t> next = 0;
  thread_local const uint64_t number = next++;
  return number;
}

void GraphRep::fail(Error error) {
  if (Status& first = here().status; first.ok()) first = std::move(error);
}

Status GraphRep::status() const {
  const auto at = threads_.find(this_thread_number());
  return at == threads_.end() ? Status() : at->second.status;
}

Status GraphRep::take_status() {
  const auto at = threads_.find(this_thread_number());
  return at == threads_.end() ? Status() : std::exchange(at->second.status, Status());
}

bool GraphRep::has(const Operation& operation) const {
  return operation.is_valid() && of(operation).get() == this;
}

bool GraphRep::has(const Output& output) const {
  return has(output.op()) && output.index() >= 0 &&
         static_cast<size_t>(output.index()) < node_of(output.op())->outputs.size();
}

std::optional<std::string> GraphRep::take_node_name(const NodeSpec& spec) {
  const std::string& wanted = spec.name.empty() ? spec.type : spec.name;
  std::string name =
      wanted.ends_with('/') ? wanted.substr(0, wanted.size() - 1) : unique_name(wanted, true);
  if (auto valid = check_graph_name(name, true, NameKind::kNode); !valid.ok()) {
    fail(std::move(valid).error());
    return std::nullopt;
  }
  if (id_by_name_.contains(name)) {
    fail(value_error("Duplicate node name in graph: {}", quote(name)));
    return std::nullopt;
  }
  return name;
}

void GraphRep::add_control_inputs(Node& node) {
  auto& scopes = here().control_scopes;
  for (size_t i = scopes.size(); i-- > 0 && !scopes[i].is_cut;) {
    const auto waits = [&](const NodeInput& input) {
      return scopes[i].made.contains(input.node_id);
    };
    if (std::any_of(node.inputs.begin(), node.inputs.end(), waits)) continue;
    for (const uint64_t id : scopes[i].inputs) {
      const auto known = std::find(node.control_inputs.begin(), node.control_inputs.end(), id);
      if (known == node.control_inputs.end()) node.control_inputs.push_back(id);
    }
  }
  for (ControlScope& scope : scopes) scope.made.insert(node.id);
}

Status GraphRep::add_all(std::vector<Node> nodes) {
  if (is_finalized) return runtime_error("Graph is finalized and cannot be modified.");
  for (Node& node : nodes) {
    if (id_by_name_.contains(node.name))
      return value_error("Duplicate node name in graph: {}", quote(node.name));
    (void)names_.make_unique(node.name, true);
    id_by_name_[node.name] = nodes_.size();
    nodes_.push_back(std::move(node));
  }
  return {};
}

Operation GraphRep::add(NodeSpec spec) {
  if (is_finalized) {
    fail(runtime_error("Graph is finalized and cannot be modified."));
    return {};
  }
  bool has_inputs = true;
  for (const Output& input : spec.inputs) has_inputs &= has(input);
  for (const Operation& input : spec.control_inputs) has_inputs &= has(input);
  if (!has_inputs) {
    fail(value_error("An input of {} is not an element of this graph.", quote(spec.name)));
    return {};
  }
  auto name = take_node_name(spec);
  if (!name) return {};
  Node node;
  node.id = nodes_.size();
  node.name = *std::move(name);
  node.type = std::move(spec.type);
  node.device = std::move(spec.device);
  for (const Output& input : spec.inputs)
    node.inputs.push_back({node_of(input.op())->id, input.index()});
  for (const Operation& input : spec.control_inputs)
    node.control_inputs.push_back(node_of(input)->id);
  node.attrs = std::move(spec.attrs);
  node.attrs.insert(here().attrs.begin(), here().attrs.end());
  node.outputs = std::move(spec.outputs);
  if (node.device.empty()) node.device = here().device;
  add_control_inputs(node);
  id_by_name_[node.name] = node.id;
  nodes_.push_back(std::move(node));
  return operation(nodes_.size() - 1);
}

CollectionItem GraphRep::with_holder(const CollectionItem& item,
                                     std::shared_ptr<GraphRep> holder) const {
  if (const auto* variable = std::get_if<Variable>(&item)) {
    if (variable->graph_.get() == this) return Variable(std::move(holder), variable->rep_);
  } else if (const auto* output = std::get_if<Output>(&item)) {
    const Operation& op = output->op();
    if (of(op).get() == this) return Output({std::move(holder), node_of(op)}, output->index());
  } else if (const auto* operation = std::get_if<Operation>(&item)) {
    if (of(*operation).get() == this) return Operation(std::move(holder), node_of(*operation));
  }
  return item;
}

CollectionItem GraphRep::kept(const CollectionItem& item) {
  return with_holder(item, std::shared_ptr<GraphRep>(std::shared_ptr<void>(), this));
}

CollectionItem GraphRep::handed_out(const CollectionItem& item) {
  return with_holder(item, shared_from_this());
}

const Node* GraphRep::find_node(std::string_view name) const {
  const auto at = id_by_name_.find(std::string(name));
  return at == id_by_name_.end() ? nullptr : &nodes_[at->second];
}

std::string GraphRep::unique_name(std::string_view name, bool mark_as_used) {
  const std::string& scope = here().name_scope;
  return names_.make_unique(scope.empty() ? std::string(name) : scope + '/' + std::string(name),
                            mark_as_used);
}

std::optional<std::string> GraphRep::enter_name_scope(std::string_view name) {
  std::string& scope = here().name_scope;
  if (name.empty()) {
    scope.clear();
    return "";
  }
  if (auto valid = check_graph_name(name, scope.empty(), NameKind::kScope); !valid.ok()) {
    fail(std::move(valid).error());
    return std::nullopt;
  }
  if (name.ends_with('/')) {
    scope = name.substr(0, name.size() - 1);
    return std::string(name);
  }
  scope = unique_name(name, true);
  return scope + '/';
}

std::pair<int64_t, int64_t> GraphRep::derive_seeds(std::optional<int64_t> op_seed) const {
  if (!seed && !op_seed) return {0, 0};
  const int64_t first = reduce_seed(seed.value_or(kDefaultGraphSeed));
  const int64_t second = reduce_seed(op_seed.value_or(static_cast<int64_t>(nodes_.size())));
  // Both zero would mean "pick at random".
  if (first == 0 && second == 0) return {0, kSeedModulus};
  return {first, second};
}

}  // namespace holdall::tf1
