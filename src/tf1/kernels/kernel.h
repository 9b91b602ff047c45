// Kernel: what an operation computes. One source file a family, one table row an operation.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "holdall/status.h"
#include "holdall/tensor.h"
#include "tf1/graph/graph_node.h"

namespace holdall::tf1 {

// What a kernel sees of the run it is part of.
class KernelContext {
 public:
  virtual ~KernelContext() = default;

  virtual const Node& node() const = 0;

  // Input `i`. A reference gives the variable's value as it is now: kInvalidArgument, reason
  // tf-failed-precondition, if it has none.
  virtual Result<Tensor> input(size_t i) const = 0;

  // The node that input `i` comes from.
  virtual const Node& input_node(size_t i) const = 0;

  // Gives a variable a value, seen by what is evaluated later in this run, and by others once the
  // whole run has succeeded.
  virtual void assign(const Node& variable, Tensor value) = 0;

  // Where the node's random stream stands in this session, in blocks; it moves on by `block_count`.
  struct RandomState {
    uint64_t seed = 0;
    uint64_t seed2 = 0;
    uint64_t position_blocks = 0;
  };
  virtual RandomState take_random_blocks(uint64_t block_count) = 0;
};

// The node's outputs; a reference output is an empty place.
using KernelResult = Result<std::vector<Tensor>>;
using Kernel = KernelResult (*)(KernelContext&);

struct KernelRow {
  std::string_view type;
  Kernel kernel;
};

// Null if the operation cannot be evaluated.
Kernel find_kernel(std::string_view type);

// The families.
std::span<const KernelRow> arithmetic_kernels();
std::span<const KernelRow> constant_kernels();
std::span<const KernelRow> random_kernels();
std::span<const KernelRow> state_kernels();

}  // namespace holdall::tf1
