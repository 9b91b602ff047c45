// Variables whose nodes give handles.
#include "tf1/kernels/elements.h"
#include "tf1/kernels/update_values.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// Stands for the variable; nobody sees its value.
KernelResult run_handle(KernelContext&) {
  return std::vector<Tensor>(1);
}

Error no_handle() {
  return invalid_argument("Input 'resource' is no variable");
}

Result<Tensor> value_behind(KernelContext& context, const Node& variable) {
  if (auto value = context.find_value(variable)) return *std::move(value);
  return make_error(
      Code::kInvalidArgument, reason::kTfUninitialized,
      "Error while reading resource variable {} from Container: localhost. This could "
      "mean that the variable was uninitialized. Not found: Container localhost does "
      "not exist. (Could not find resource: localhost/{})",
      variable.name, variable.name);
}

KernelResult run_read(KernelContext& context) {
  const Node* variable = context.variable(0);
  if (variable == nullptr) return no_handle();
  return one_output(value_behind(context, *variable));
}

KernelResult run_assign(KernelContext& context) {
  const Node* variable = context.variable(0);
  if (variable == nullptr) return no_handle();
  HOLDALL_ASSIGN(Tensor value, context.input(1));
  const auto* dtype = variable->find_attr<DType>("dtype");
  if (dtype != nullptr && *dtype != value.dtype())
    return invalid_argument("Variable {} is {}, the value {}", variable->name, dtype_name(*dtype),
                            dtype_name(value.dtype()));
  const auto* known = variable->find_attr<StaticShape>("shape");
  const auto shape = known == nullptr ? std::nullopt : known->full();
  if (shape && *shape != value.shape()) {
    return make_error(
        Code::kInvalidArgument, reason::kShapeMismatch,
        "Assign requires shapes of both tensors to match. lhs shape= {} rhs shape= {}",
        shape->to_string(), value.shape().to_string());
  }
  context.assign(*variable, std::move(value));
  return std::vector<Tensor>();
}

template <Update update>
KernelResult run_update(KernelContext& context) {
  const Node* variable = context.variable(0);
  if (variable == nullptr) return no_handle();
  HOLDALL_ASSIGN(const Tensor before, value_behind(context, *variable));
  HOLDALL_ASSIGN(const Tensor value, context.input(1));
  HOLDALL_ASSIGN(Tensor after, update_value(update, before, value));
  context.assign(*variable, std::move(after));
  return std::vector<Tensor>();
}

KernelResult run_is_initialized(KernelContext& context) {
  const Node* variable = context.variable(0);
  if (variable == nullptr) return no_handle();
  const bool is_initialized = context.find_value(*variable).has_value();
  return one_output(Tensor::of<bool>({}, {is_initialized}));
}

// What the handle's node says of the variable.
Result<StaticShape> shape_behind(const NodeShapes& node) {
  const Node* handle = node.inputs.empty() ? nullptr : node.find_node(node.inputs[0].node_id);
  const auto* shape = handle == nullptr ? nullptr : handle->find_attr<StaticShape>("shape");
  return shape == nullptr ? StaticShape::unknown() : *shape;
}

constexpr KernelRow kRows[] = {
    {"AssignAddVariableOp", "", nullptr, &run_update<Update::kAdd>},
    {"AssignSubVariableOp", "", nullptr, &run_update<Update::kSubtract>},
    {"AssignVariableOp", "", nullptr, &run_assign},
    {"ReadVariableOp", "dtype", &shape_behind, &run_read},
    {"VarHandleOp", "resource", &scalar_shape, &run_handle},
    {"VarIsInitializedOp", "bool", &scalar_shape, &run_is_initialized},
};

}  // namespace

std::span<const KernelRow> resource_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
