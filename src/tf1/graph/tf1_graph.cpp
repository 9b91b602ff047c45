// Graph's public calls: locks, and a word to the builders.
#include <charconv>

#include "base/quote.h"
#include "holdall/names.h"
#include "tf1/graph/graph_def_encoding.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/graph/node_builders.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {

Graph::Graph() : rep_(std::make_shared<GraphRep>()) {}

Status Graph::status() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->status();
}

Status Graph::take_status() {
  const std::lock_guard lock(rep_->mutex);
  return rep_->take_status();
}

void Graph::set_random_seed(std::optional<int64_t> seed) {
  const std::lock_guard lock(rep_->mutex);
  rep_->seed = seed;
}

Output Graph::constant(const Tensor& value, std::string_view name) {
  return make_constant(*rep_, {value, value.shape()}, name);
}

Output Graph::constant_of(const Tensor& value, const Shape& shape, std::string_view name) {
  const auto count = shape.element_count();
  if (value.element_count() != 1 || !count) {
    const std::lock_guard lock(rep_->mutex);
    rep_->fail(value_error("one value for shape {} is expected, {} are given", shape.to_string(),
                           value.element_count()));
    return {};
  }
  return make_constant(*rep_, {value, shape}, name);
}

Output Graph::zeros(const Shape& shape, DType dtype, std::string_view name) {
  return make_filled(*rep_, shape, dtype, 0, name.empty() ? "zeros" : name);
}
Output Graph::ones(const Shape& shape, DType dtype, std::string_view name) {
  return make_filled(*rep_, shape, dtype, 1, name.empty() ? "ones" : name);
}
Output Graph::fill(const Output& dims, const Output& value, std::string_view name) {
  return make_fill(*rep_, dims, value, name);
}
Output Graph::random_normal(const Shape& shape, const RandomOptions& options) {
  return make_random(*rep_, RandomKind::kNormal, shape, options);
}
Output Graph::random_uniform(const Shape& shape, const RandomOptions& options) {
  return make_random(*rep_, RandomKind::kUniform, shape, options);
}
Output Graph::truncated_normal(const Shape& shape, const RandomOptions& options) {
  return make_random(*rep_, RandomKind::kTruncatedNormal, shape, options);
}
Output Graph::identity(const Output& input, std::string_view name) {
  return make_identity(*rep_, input, name);
}
Output Graph::add(const Output& a, const Output& b, std::string_view name) {
  return make_binary(*rep_, "Add", a, b, name);
}
Output Graph::add_v2(const Output& a, const Output& b, std::string_view name) {
  return make_binary(*rep_, "AddV2", a, b, name);
}
Output Graph::subtract(const Output& a, const Output& b, std::string_view name) {
  return make_binary(*rep_, "Sub", a, b, name);
}
Output Graph::multiply(const Output& a, const Output& b, std::string_view name) {
  return make_binary(*rep_, "Mul", a, b, name);
}
Output Graph::assign(const Variable& variable, const Output& value, std::string_view name) {
  return make_assign(*rep_, variable.ref(), value, name);
}
Operation Graph::no_op(std::string_view name) {
  return make_no_op(*rep_, {}, name);
}

Operation Graph::group(std::span<const Operation> operations, std::string_view name) {
  return make_no_op(*rep_, {operations.begin(), operations.end()},
                    name.empty() ? "group_deps" : name);
}

Operation Graph::variables_initializer(std::span<const Variable> variables, std::string_view name) {
  std::vector<Operation> initializers;
  for (const Variable& variable : variables) initializers.push_back(variable.initializer());
  return make_no_op(*rep_, std::move(initializers), name.empty() ? "init" : name);
}

std::vector<Operation> Graph::operations() const {
  const std::lock_guard lock(rep_->mutex);
  std::vector<Operation> all;
  for (uint64_t id = 0; id < rep_->node_count(); ++id) all.push_back(rep_->operation(id));
  return all;
}

Result<Operation> Graph::operation_by_name(std::string_view name) const {
  const std::lock_guard lock(rep_->mutex);
  if (name.find(':') != std::string_view::npos) {
    return value_error("The name {} refers to a Tensor, not an Operation.", quote(name));
  }
  const Node* node = rep_->find_node(name);
  if (node == nullptr) {
    return key_error("The name {} refers to an Operation not in the graph.", quote(name));
  }
  return rep_->operation(node->id);
}

Result<Output> Graph::tensor_by_name(std::string_view name) const {
  const std::lock_guard lock(rep_->mutex);
  const size_t colon = name.rfind(':');
  const std::string_view digits =
      colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return value_error(
        "The name {} looks like an (invalid) Operation name, not a Tensor. Tensor names "
        "must be of the form \"<op_name>:<output_index>\".",
        quote(name));
  }
  const Node* node = rep_->find_node(name.substr(0, colon));
  uint64_t index = 0;
  const auto problem = std::from_chars(digits.begin(), digits.end(), index).ec;
  if (node == nullptr || problem != std::errc() || index >= node->outputs.size()) {
    return key_error("The name {} refers to a Tensor which does not exist. The operation, {}, {}.",
                     quote(name), quote(name.substr(0, colon)),
                     node == nullptr
                         ? "does not exist in the graph"
                         : message("exists but only has {} outputs", node->outputs.size()));
  }
  return Output(rep_->operation(*node), static_cast<int>(index));
}

std::string Graph::unique_name(std::string_view name, bool mark_as_used) {
  const std::lock_guard lock(rep_->mutex);
  return rep_->unique_name(name, mark_as_used);
}

std::string Graph::name_scope() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->here().name_scope;
}

std::string Graph::graph_def() const {
  const std::lock_guard lock(rep_->mutex);
  return encode_graph_def(*rep_);
}

NameScope::NameScope(Graph& graph, std::string_view name) : graph_(GraphRep::of(graph)) {
  const std::lock_guard lock(graph_->mutex);
  outer_ = graph_->here().name_scope;
  name_ = graph_->enter_name_scope(name).value_or(outer_.empty() ? "" : outer_ + '/');
}

void NameScope::leave() {
  // Perhaps its last holder: the lock goes first.
  const std::shared_ptr<GraphRep> graph = std::exchange(graph_, nullptr);
  if (graph == nullptr) return;
  const std::lock_guard lock(graph->mutex);
  graph->here().name_scope = outer_;
}

}  // namespace holdall::tf1
