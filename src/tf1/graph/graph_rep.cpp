#include "tf1/graph/graph_rep.h"

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

void GraphRep::fail(Error error) {
  if (status.ok()) status = std::move(error);
}

Operation GraphRep::add(NodeSpec spec) {
  for (const Output& input : spec.inputs) {
    if (!input.is_valid() || of(input.op()).get() != this) {
      fail(value_error("An input of {} is not an element of this graph.", quote(spec.name)));
      return {};
    }
  }
  const bool is_absolute = spec.name.ends_with('/');
  const std::string& scope = scopes().name_scope;
  if (is_absolute) {
    spec.name.pop_back();
  } else if (auto valid = check_graph_name(spec.name, scope.empty(), NameKind::kNode);
             !valid.ok()) {
    fail(std::move(valid).error());
    return {};
  }
  Node node;
  node.id = nodes_.size();
  node.name = is_absolute ? spec.name : unique_name(spec.name, true);
  if (id_by_name_.contains(node.name)) {
    fail(value_error("Duplicate node name in graph: {}", quote(node.name)));
    return {};
  }
  node.type = std::move(spec.type);
  node.device = std::move(spec.device);
  for (const Output& input : spec.inputs)
    node.inputs.push_back({node_of(input.op())->id, input.index()});
  for (const Operation& input : spec.control_inputs) {
    if (input.is_valid()) node.control_inputs.push_back(node_of(input)->id);
  }
  node.attrs = std::move(spec.attrs);
  node.attrs.insert(scopes().attrs.begin(), scopes().attrs.end());
  node.outputs = std::move(spec.outputs);
  id_by_name_[node.name] = node.id;
  nodes_.push_back(std::move(node));
  return operation(nodes_.size() - 1);
}

const Node* GraphRep::find_node(std::string_view name) const {
  const auto at = id_by_name_.find(std::string(name));
  return at == id_by_name_.end() ? nullptr : &nodes_[at->second];
}

std::string GraphRep::unique_name(std::string_view name, bool mark_as_used) {
  const std::string& scope = scopes().name_scope;
  return names_.make_unique(scope.empty() ? std::string(name) : scope + '/' + std::string(name),
                            mark_as_used);
}

std::optional<std::string> GraphRep::enter_name_scope(std::string_view name) {
  ThreadScopes& here = scopes();
  if (name.empty()) {
    here.name_scope.clear();
    return "";
  }
  if (name.ends_with('/')) {
    here.name_scope = name.substr(0, name.size() - 1);
    return std::string(name);
  }
  if (auto valid = check_graph_name(name, here.name_scope.empty(), NameKind::kScope); !valid.ok()) {
    fail(std::move(valid).error());
    return std::nullopt;
  }
  here.name_scope = unique_name(name, true);
  return here.name_scope + '/';
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
