// Variables whose nodes give references.
#include <limits>

#include "tf1/kernels/elements.h"
#include "tf1/kernels/update_values.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// A reference: whoever takes it asks the run for the value of that moment.
KernelResult run_variable(KernelContext&) {
  return std::vector<Tensor>(1);
}

KernelResult run_assign(KernelContext& context) {
  const Node* variable = context.variable(0);
  if (variable == nullptr) return invalid_argument("Input 'ref' is no variable");
  HOLDALL_ASSIGN(Tensor value, context.input(1));
  const auto shape = variable->outputs.front().shape.full();
  const bool* validates = context.node().find_attr<bool>("validate_shape");
  if (shape && *shape != value.shape() && (validates == nullptr || *validates)) {
    return make_error(
        Code::kInvalidArgument, reason::kShapeMismatch,
        "Assign requires shapes of both tensors to match. lhs shape= {} rhs shape= {}",
        shape->to_string(), value.shape().to_string());
  }
  context.assign(*variable, value);
  return std::vector<Tensor>{std::move(value)};
}

template <Update update>
KernelResult run_update(KernelContext& context) {
  const Node* variable = context.variable(0);
  if (variable == nullptr) return invalid_argument("Input 'ref' is no variable");
  HOLDALL_ASSIGN(const Tensor before, context.input(0));
  HOLDALL_ASSIGN(const Tensor value, context.input(1));
  HOLDALL_ASSIGN(Tensor after, update_value(update, before, value));
  context.assign(*variable, after);
  return std::vector<Tensor>{std::move(after)};
}

KernelResult run_is_initialized(KernelContext& context) {
  const Node* variable = context.variable(0);
  if (variable == nullptr) return invalid_argument("Input 'ref' is no variable");
  const bool is_initialized = context.find_value(*variable).has_value();
  return one_output(Tensor::of<bool>({}, {is_initialized}));
}

KernelResult run_count_up_to(KernelContext& context) {
  const Node* variable = context.variable(0);
  const auto* limit = context.node().find_attr<int64_t>("limit");
  if (variable == nullptr || limit == nullptr) return invalid_argument("a counter and its limit");
  HOLDALL_ASSIGN(const Tensor before, context.input(0));
  HOLDALL_ASSIGN(const auto count, integers_of(before));
  if (count.size() != 1) return invalid_argument("input is not a scalar");
  if (count.front() >= *limit)
    return make_error(Code::kInvalidArgument, reason::kTfOutOfRange, "Reached limit of {}", *limit);
  const bool is_wide = before.dtype() == DType::kI64;
  HOLDALL_ASSIGN(Tensor after,
                 is_wide ? Tensor::of<int64_t>({}, {count.front() + 1})
                         : Tensor::of<int32_t>({}, {static_cast<int32_t>(count.front() + 1)}));
  context.assign(*variable, std::move(after));
  return std::vector<Tensor>{before};
}

Result<StaticShape> shape_attr(const NodeShapes& node) {
  return node.attr<StaticShape>("shape", StaticShape::unknown());
}

constexpr KernelRow kRows[] = {
    {"Assign", "&T", &shape_of_first, &run_assign},
    {"AssignAdd", "&T", &shape_of_first, &run_update<Update::kAdd>},
    {"AssignSub", "&T", &shape_of_first, &run_update<Update::kSubtract>},
    {"CountUpTo", "T", &scalar_shape, &run_count_up_to},
    {"IsVariableInitialized", "bool", &scalar_shape, &run_is_initialized},
    {"Variable", "&dtype", &shape_attr, &run_variable},
    {"VariableV2", "&dtype", &shape_attr, &run_variable},
};

}  // namespace

std::span<const KernelRow> state_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
