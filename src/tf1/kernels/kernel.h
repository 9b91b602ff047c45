// Kernel: what an operation gives and computes. One source file a family, one table row an
// operation.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
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
  virtual size_t input_count() const = 0;

  // Input `i`. A reference gives the variable's value as it is now: kInvalidArgument, reason
  // tf-failed-precondition, if it has none.
  virtual Result<Tensor> input(size_t i) const = 0;

  // Whether input `i` is on the branch of a Switch that was not taken.
  virtual bool is_dead(size_t i) const = 0;

  // The variable that input `i` refers to, through what passes references on; null if it is none.
  virtual const Node* variable(size_t i) const = 0;

  // A variable's value as it is now.
  virtual std::optional<Tensor> find_value(const Node& variable) const = 0;

  // Gives a variable a value, seen by what is evaluated later in this run, and by others once the
  // whole run has succeeded.
  virtual void assign(const Node& variable, Tensor value) = 0;

  // Output `index` of this node is on the branch that is not taken.
  virtual void kill_output(int index) = 0;

  // Where the node's random stream stands in this session, in blocks; it moves on by `block_count`.
  struct RandomState {
    uint64_t seed = 0;
    uint64_t seed2 = 0;
    uint64_t position_blocks = 0;
  };
  virtual RandomState take_random_blocks(uint64_t block_count) = 0;

  // The function that the graph keeps under a PyFunc's token; null if there is none.
  virtual const HostFunction* find_function(const std::string& token) const = 0;
};

// The node's outputs; a reference output is an empty place.
using KernelResult = Result<std::vector<Tensor>>;
using Kernel = KernelResult (*)(KernelContext&);

// What is known of a node when it is made.
struct NodeShapes {
  std::span<const NodeInput> inputs;
  const std::map<std::string, AttrValue>& attrs;
  std::function<const Node*(uint64_t)> find_node;  // null for one that is not there yet

  size_t output = 0;  // which one's shape is asked for

  StaticShape shape(size_t i) const;  // of input `i`
  DType dtype(size_t i) const;
  // The elements of input `i` where it is a constant of integers.
  std::optional<std::vector<int64_t>> integers(size_t i) const;

  template <class T>
  T attr(const std::string& key, T otherwise) const {
    const auto at = attrs.find(key);
    const T* value = at == attrs.end() ? nullptr : std::get_if<T>(&at->second);
    return value == nullptr ? otherwise : *value;
  }
};

// The shape of an output, from what is known. Fails: kInvalidArgument (ValueError) for inputs
// that cannot go together.
using ShapeRule = Result<StaticShape> (*)(const NodeShapes&);

struct KernelRow {
  std::string_view type;
  // The types of the outputs: an attribute ("T"), a type ("int32"), one of these as often as an
  // attribute says ("T*num"), a list ("dtypes[]"), with "&" in front a reference; "" for none.
  std::string_view outputs;
  ShapeRule shape;  // null: not known
  Kernel kernel;
};

// Null if the operation cannot be evaluated.
const KernelRow* find_kernel_row(std::string_view type);
Kernel find_kernel(std::string_view type);

// What a node gives: by its row, or, of an operation that has none, by the attributes that such
// operations mostly have. Fails: as ShapeRule.
Result<std::vector<NodeOutput>> infer_outputs(const std::string& type, const NodeShapes& shapes);

// The families.
std::span<const KernelRow> arithmetic_kernels();
std::span<const KernelRow> cast_kernels();
std::span<const KernelRow> checkpoint_kernels();
std::span<const KernelRow> comparison_kernels();
std::span<const KernelRow> constant_kernels();
std::span<const KernelRow> flow_kernels();
std::span<const KernelRow> function_kernels();
std::span<const KernelRow> joining_kernels();
std::span<const KernelRow> matrix_kernels();
std::span<const KernelRow> random_kernels();
std::span<const KernelRow> reduction_kernels();
std::span<const KernelRow> resource_kernels();
std::span<const KernelRow> shape_kernels();
std::span<const KernelRow> slicing_kernels();
std::span<const KernelRow> state_kernels();
std::span<const KernelRow> text_kernels();
std::span<const KernelRow> unary_kernels();

}  // namespace holdall::tf1
