// Nodes of any operation, and what those that are made in a thread have in common.
#include <algorithm>

#include "tf1/graph/graph_rep.h"
#include "tf1/kernels/kernel.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {

Operation Graph::node(NodeSpec spec) {
  const std::lock_guard lock(rep_->mutex);
  for (const Output& input : spec.inputs) {
    if (rep_->has(input)) continue;
    rep_->fail(value_error("{} is not an element of this graph.", input.name()));
    return {};
  }
  if (spec.outputs.empty()) {
    std::vector<NodeInput> inputs;
    for (const Output& input : spec.inputs)
      inputs.push_back({GraphRep::node_of(input.op())->id, input.index()});
    const NodeShapes shapes{inputs, spec.attrs, [&](uint64_t id) { return &rep_->node(id); }};
    auto outputs = infer_outputs(spec.type, shapes);
    if (!outputs.ok()) {
      Error error = std::move(outputs).error();
      std::string text;
      for (size_t i = 0; i < inputs.size(); ++i)
        text += (i > 0 ? ", " : "") + shape_text(shapes.shape(i));
      const std::string& name = spec.name.empty() ? spec.type : spec.name;
      error.message +=
          message(" for '{}' (op: '{}') with input shapes: {}.",
                  name.ends_with('/') ? name.substr(0, name.size() - 1) : name, spec.type, text);
      rep_->fail(std::move(error));
      return {};
    }
    spec.outputs = *std::move(outputs);
  }
  return rep_->add(std::move(spec));
}

Operation Graph::py_func(HostFunction function, std::span<const Output> inputs,
                         std::vector<DType> outputs, std::string_view name) {
  const std::lock_guard lock(rep_->mutex);
  const std::string token = "pyfunc_" + std::to_string(rep_->functions.size());
  rep_->functions[token] = std::move(function);
  NodeSpec spec;
  spec.type = "PyFunc";
  spec.name = name;
  spec.inputs.assign(inputs.begin(), inputs.end());
  std::vector<DType> given;
  for (const Output& input : inputs) given.push_back(input.dtype());
  spec.attrs = {{"token", token}, {"Tin", AttrList(std::move(given))}};
  for (const DType dtype : outputs) spec.outputs.push_back({dtype, StaticShape::unknown(), false});
  spec.attrs["Tout"] = AttrList(std::move(outputs));
  return rep_->add(std::move(spec));
}

void Graph::finalize() {
  const std::lock_guard lock(rep_->mutex);
  rep_->is_finalized = true;
}

bool Graph::is_finalized() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->is_finalized;
}

uint64_t Graph::node_count() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->node_count();
}

ControlDependencies::ControlDependencies(Graph& graph,
                                         std::optional<std::vector<Operation>> operations)
    : graph_(GraphRep::of(graph)) {
  const std::lock_guard lock(graph_->mutex);
  ControlScope scope;
  scope.is_cut = !operations;
  const auto inputs = std::move(operations).value_or(std::vector<Operation>());
  for (const Operation& operation : inputs) {
    if (graph_->has(operation)) {
      scope.inputs.push_back(GraphRep::node_of(operation)->id);
    } else {
      graph_->fail(value_error("{} is not an element of this graph.", operation.name()));
    }
  }
  auto& scopes = graph_->here().control_scopes;
  depth_ = scopes.size();
  scopes.push_back(std::move(scope));
}

void ControlDependencies::leave() {
  const std::shared_ptr<GraphRep> graph = std::exchange(graph_, nullptr);
  if (graph == nullptr) return;
  const std::lock_guard lock(graph->mutex);
  auto& scopes = graph->here().control_scopes;
  if (scopes.size() > depth_) scopes.resize(depth_);
}

DeviceScope::DeviceScope(Graph& graph, std::string_view device) : graph_(GraphRep::of(graph)) {
  const std::lock_guard lock(graph_->mutex);
  outer_ = std::exchange(graph_->here().device, std::string(device));
}

void DeviceScope::leave() {
  const std::shared_ptr<GraphRep> graph = std::exchange(graph_, nullptr);
  if (graph == nullptr) return;
  const std::lock_guard lock(graph->mutex);
  graph->here().device = outer_;
}

}  // namespace holdall::tf1
