// Functions of the program's own.
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

KernelResult run_function(KernelContext& context) {
  const auto* token = context.node().find_attr<std::string>("token");
  const HostFunction* function = token == nullptr ? nullptr : context.find_function(*token);
  if (function == nullptr) {
    return unsupported(
        "callback {} is not found: a function lives in the program that made the graph",
        token == nullptr ? "" : *token);
  }
  std::vector<Tensor> inputs;
  for (size_t i = 0; i < context.input_count(); ++i) {
    HOLDALL_ASSIGN(Tensor input, context.input(i));
    inputs.push_back(std::move(input));
  }
  HOLDALL_ASSIGN(auto outputs, (*function)(inputs));
  const auto& wanted = context.node().outputs;
  if (outputs.size() != wanted.size())
    return invalid_argument("the function gave {} values, {} are expected", outputs.size(),
                            wanted.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].dtype() == wanted[i].dtype) continue;
    return invalid_argument("{}-th value returned by {} is {}, but expects {}", i, *token,
                            dtype_name(outputs[i].dtype()), dtype_name(wanted[i].dtype));
  }
  return outputs;
}

constexpr KernelRow kRows[] = {
    {"PyFunc", "Tout[]", nullptr, &run_function},
    {"PyFuncStateless", "Tout[]", nullptr, &run_function},
};

}  // namespace

std::span<const KernelRow> function_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
