#include "tf1/kernels/kernel.h"

namespace holdall::tf1 {

Kernel find_kernel(std::string_view type) {
  for (const auto& family :
       {arithmetic_kernels(), constant_kernels(), random_kernels(), state_kernels()}) {
    for (const KernelRow& row : family) {
      if (row.type == type) return row.kernel;
    }
  }
  return nullptr;
}

}  // namespace holdall::tf1
