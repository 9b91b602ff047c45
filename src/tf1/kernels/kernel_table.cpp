#include <map>

#include "tf1/kernels/kernel.h"

namespace holdall::tf1 {
namespace {

std::map<std::string_view, const KernelRow*> make_table() {
  std::map<std::string_view, const KernelRow*> table;
  for (const auto& family :
       {arithmetic_kernels(), cast_kernels(), checkpoint_kernels(), comparison_kernels(),
        constant_kernels(), flow_kernels(), function_kernels(), joining_kernels(), matrix_kernels(),
        random_kernels(), reduction_kernels(), resource_kernels(), shape_kernels(),
        slicing_kernels(), state_kernels(), text_kernels(), unary_kernels()}) {
    for (const KernelRow& row : family) table.emplace(row.type, &row);
  }
  return table;
}

}  // namespace

const KernelRow* find_kernel_row(std::string_view type) {
  static const auto table = make_table();
  const auto at = table.find(type);
  return at == table.end() ? nullptr : at->second;
}

Kernel find_kernel(std::string_view type) {
  const KernelRow* row = find_kernel_row(type);
  return row == nullptr ? nullptr : row->kernel;
}

}  // namespace holdall::tf1
