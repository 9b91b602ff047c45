// Operation, Output, StaticShape: what handles tell of the nodes they stand for.
#include "holdall/tf1.h"
#include "tf1/graph/graph_def_encoding.h"
#include "tf1/graph/graph_rep.h"

namespace holdall::tf1 {

std::optional<Shape> StaticShape::full() const {
  if (!has_rank) return std::nullopt;
  for (const int64_t size : dims) {
    if (size < 0) return std::nullopt;
  }
  return Shape(dims);
}

std::string Operation::name() const {
  return is_valid() ? node_->name : "";
}
std::string Operation::type() const {
  return is_valid() ? node_->type : "";
}
std::string Operation::device() const {
  return is_valid() ? node_->device : "";
}

std::vector<Output> Operation::inputs() const {
  std::vector<Output> all;
  if (!is_valid()) return all;
  const std::lock_guard lock(graph_->mutex);
  for (const NodeInput& input : node_->inputs) all.push_back(graph_->output(input));
  return all;
}

std::vector<Operation> Operation::control_inputs() const {
  std::vector<Operation> all;
  if (!is_valid()) return all;
  const std::lock_guard lock(graph_->mutex);
  for (const uint64_t id : node_->control_inputs) all.push_back(graph_->operation(id));
  return all;
}

std::vector<Output> Operation::outputs() const {
  std::vector<Output> all;
  if (!is_valid()) return all;
  for (size_t i = 0; i < node_->outputs.size(); ++i) all.emplace_back(*this, static_cast<int>(i));
  return all;
}

std::optional<AttrValue> Operation::attr(const std::string& name) const {
  if (!is_valid()) return std::nullopt;
  const auto at = node_->attrs.find(name);
  return at == node_->attrs.end() ? std::nullopt : std::optional(at->second);
}

std::string Operation::node_def() const {
  if (!is_valid()) return "";
  const std::lock_guard lock(graph_->mutex);
  return encode_node_def(*graph_, *node_);
}

namespace {

const NodeOutput* output_of(const Output& output) {
  const Node* node = GraphRep::node_of(output.op());
  const auto index = static_cast<size_t>(output.index());
  return node != nullptr && index < node->outputs.size() ? &node->outputs[index] : nullptr;
}

}  // namespace

std::string Output::name() const {
  return is_valid() ? op_.name() + ':' + std::to_string(index_) : "";
}

DType Output::dtype() const {
  const NodeOutput* output = output_of(*this);
  return output != nullptr ? output->dtype : DType::kUnknown;
}

bool Output::is_ref() const {
  const NodeOutput* output = output_of(*this);
  return output != nullptr && output->is_ref;
}

StaticShape Output::shape() const {
  const NodeOutput* output = output_of(*this);
  return output != nullptr ? output->shape : StaticShape::unknown();
}

}  // namespace holdall::tf1
