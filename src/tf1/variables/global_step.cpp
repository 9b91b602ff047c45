// The counter of steps that programs keep in a graph.
#include "base/guard.h"
#include "base/try.h"
#include "holdall/tf1_framework.h"
#include "tensor/dtype_kinds.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

GlobalStep step_of(const CollectionItem& item) {
  if (const auto* variable = std::get_if<Variable>(&item)) return *variable;
  const auto* output = std::get_if<Output>(&item);
  return output == nullptr ? Output() : *output;
}

std::optional<GlobalStep> find_step(const Graph& graph) {
  const std::vector<CollectionItem> items = graph.collection(kGlobalStep);
  if (items.size() > 1) return std::nullopt;
  if (!items.empty()) return step_of(items.front());
  const auto tensor = graph.tensor_by_name("global_step:0");
  if (!tensor.ok()) return std::nullopt;
  return GlobalStep(*tensor);
}

}  // namespace

Status assert_global_step(const GlobalStep& step) {
  const auto* variable = std::get_if<Variable>(&step);
  const Output output = variable == nullptr ? std::get<Output>(step) : variable->ref();
  if (!output.is_valid())
    return type_error("Existing \"global_step\" must be a Variable or Tensor.");
  const DType dtype = variable == nullptr ? output.dtype() : variable->dtype();
  if (!is_integer(dtype))
    return type_error("Existing \"global_step\" does not have integer type: <dtype: '{}'>",
                      dtype_name(dtype));
  const StaticShape shape = variable == nullptr ? output.shape() : variable->shape();
  if (shape.has_rank && !shape.dims.empty())
    return type_error("Existing \"global_step\" is not scalar: {}", tuple_text(shape));
  return {};
}

Result<std::optional<GlobalStep>> get_global_step(const Graph& graph) {
  return guarded([&]() -> Result<std::optional<GlobalStep>> {
    std::optional<GlobalStep> found = find_step(graph);
    if (found) HOLDALL_TRY(assert_global_step(*found));
    return found;
  });
}

Result<Variable> create_global_step(Graph& graph) {
  return guarded([&]() -> Result<Variable> {
    HOLDALL_ASSIGN(const auto known, get_global_step(graph));
    if (known) return value_error("\"global_step\" already exists.");
    const NameScope root_names(graph, "");
    GetVariableOptions options;
    options.shape = Shape();
    options.dtype = DType::kI64;
    options.initializer = zeros_initializer();
    options.trainable = false;
    options.collections = {std::string(kGlobalVariables), std::string(kGlobalStep)};
    const Variable step = graph.get_variable(kGlobalStep, options);
    HOLDALL_TRY(graph.status());
    return step;
  });
}

Result<GlobalStep> get_or_create_global_step(Graph& graph) {
  HOLDALL_ASSIGN(const auto known, get_global_step(graph));
  if (!known) {
    HOLDALL_ASSIGN(const Variable made, create_global_step(graph));
    return GlobalStep(made);
  }
  // One by one: GCC 12 warns of what a copy of the variant does not do.
  if (const auto* variable = std::get_if<Variable>(&*known)) return GlobalStep(*variable);
  return GlobalStep(std::get<Output>(*known));
}

}  // namespace holdall::tf1
