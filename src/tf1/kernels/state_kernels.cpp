// Variables.
#include "base/try.h"
#include "tf1/kernels/kernel.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// A reference: whoever takes it asks the run for the value of that moment.
KernelResult run_variable(KernelContext&) {
  return std::vector<Tensor>(1);
}

KernelResult run_assign(KernelContext& context) {
  const Node& variable = context.input_node(0);
  HOLDALL_ASSIGN(Tensor value, context.input(1));
  const auto shape = variable.outputs.front().shape.full();
  const bool* validates = context.node().find_attr<bool>("validate_shape");
  if (shape && *shape != value.shape() && (validates == nullptr || *validates)) {
    return make_error(
        Code::kInvalidArgument, reason::kShapeMismatch,
        "Assign requires shapes of both tensors to match. lhs shape= {} rhs shape= {}",
        shape->to_string(), value.shape().to_string());
  }
  context.assign(variable, value);
  return std::vector<Tensor>{std::move(value)};
}

constexpr KernelRow kRows[] = {
    {"Assign", &run_assign},
    {"VariableV2", &run_variable},
};

}  // namespace

std::span<const KernelRow> state_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
