// One of two branches: what a variable's initialised value is chosen by.
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// Output 1 goes on if the predicate is true, output 0 if it is not.
Result<bool> take_branch(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor predicate, context.input(1));
  if (predicate.dtype() != DType::kBool || predicate.element_count() != 1)
    return invalid_argument("The second input must be a scalar bool");
  const bool taken = element_at<uint8_t>(predicate, 0) != 0;
  context.kill_output(taken ? 0 : 1);
  return taken;
}

KernelResult run_switch(KernelContext& context) {
  HOLDALL_ASSIGN(const bool taken, take_branch(context));
  (void)taken;
  HOLDALL_ASSIGN(const Tensor data, context.input(0));
  return std::vector<Tensor>{data, data};
}

// The reference goes on unread: the variable need not have a value.
KernelResult run_ref_switch(KernelContext& context) {
  HOLDALL_ASSIGN(const bool taken, take_branch(context));
  const Node* variable = context.variable(0);
  auto value = variable == nullptr ? std::nullopt : context.find_value(*variable);
  if (!value) {
    context.kill_output(taken ? 1 : 0);
    return std::vector<Tensor>(2);
  }
  return std::vector<Tensor>{*value, *value};
}

KernelResult run_merge(KernelContext& context) {
  for (size_t i = 0; i < context.input_count(); ++i) {
    if (context.is_dead(i)) continue;
    HOLDALL_ASSIGN(Tensor value, context.input(i));
    HOLDALL_ASSIGN(Tensor index, Tensor::of<int32_t>({}, {static_cast<int32_t>(i)}));
    return std::vector<Tensor>{std::move(value), std::move(index)};
  }
  return invalid_argument("no branch is taken");
}

Result<StaticShape> merged_shape(const NodeShapes& node) {
  if (node.output == 1) return StaticShape::of(Shape());
  const StaticShape first = node.shape(0);
  for (size_t i = 1; i < node.inputs.size(); ++i) {
    if (node.shape(i) != first) return StaticShape::unknown();
  }
  return first;
}

constexpr KernelRow kRows[] = {
    {"Merge", "T*2", &merged_shape, &run_merge},
    {"RefMerge", "T*2", &merged_shape, &run_merge},
    {"RefSwitch", "&T*2", &shape_of_first, &run_ref_switch},
    {"Switch", "T*2", &shape_of_first, &run_switch},
};

}  // namespace

std::span<const KernelRow> flow_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
