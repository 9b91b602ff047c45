// Nodes of a graph of the TensorFlow-1 face (tf1.h): handles to them, what they are made of, and
// the classes of its errors.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "holdall/dtype.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall::tf1 {

class GraphRep;
class Operation;
class Output;
struct Node;

// ---------------------------------------------------------------------------------------- errors

// The exception that TensorFlow's Python raises for an error. The first sixteen are tf.errors
// classes with TensorFlow's numbers; the others are Python's own.
enum class ErrorClass : uint8_t {
  kCancelled = 1,
  kUnknown,
  kInvalidArgument,
  kDeadlineExceeded,
  kNotFound,
  kAlreadyExists,
  kPermissionDenied,
  kResourceExhausted,
  kFailedPrecondition,
  kAborted,
  kOutOfRange,
  kUnimplemented,
  kInternal,
  kUnavailable,
  kDataLoss,
  kUnauthenticated,
  kValueError,
  kTypeError,
  kKeyError,
  kRuntimeError,
};
HOLDALL_EXPORT ErrorClass error_class(const Error& error);

// "NotFoundError", "ValueError", ...
HOLDALL_EXPORT std::string_view error_class_name(ErrorClass error_class);

// ----------------------------------------------------------------------------------------- nodes

// A shape as far as it is known when a node is made: sizes of -1 are not, and without a rank
// nothing is.
struct HOLDALL_EXPORT StaticShape {
  bool has_rank = false;
  std::vector<int64_t> dims;

  static StaticShape unknown() { return {}; }
  static StaticShape of(const Shape& shape) {
    return {true, {shape.dims().begin(), shape.dims().end()}};
  }
  std::optional<Shape> full() const;  // none unless every size is known
  bool operator==(const StaticShape&) const = default;
};

// A tensor in a node: all elements of `shape`, or one that stands for each of them.
struct TensorAttr {
  Tensor values;
  Shape shape;
};

// An attribute of a form that has no member here (functions, references), as its serialised
// AttrValue message: kept and written again as it is.
struct RawAttr {
  std::string message;
  bool operator==(const RawAttr&) const = default;
};

using AttrList = std::variant<std::vector<std::string>, std::vector<int64_t>, std::vector<float>,
                              std::vector<bool>, std::vector<DType>, std::vector<StaticShape>>;

using AttrValue = std::variant<std::string, int64_t, float, bool, DType, StaticShape, TensorAttr,
                               AttrList, RawAttr>;

// A node of a graph. A cheap handle that keeps the graph alive; an invalid one (see the top) has
// the name "" and does nothing.
class HOLDALL_EXPORT Operation {
 public:
  Operation() = default;
  bool is_valid() const { return node_ != nullptr; }
  std::string name() const;  // "model1/w1"
  std::string type() const;  // "VariableV2"
  std::string device() const;
  std::vector<Output> inputs() const;
  std::vector<Operation> control_inputs() const;
  std::vector<Output> outputs() const;
  std::optional<AttrValue> attr(const std::string& name) const;
  // The node as a serialised NodeDef message.
  std::string node_def() const;
  bool operator==(const Operation& other) const { return node_ == other.node_; }

 private:
  friend class GraphRep;
  Operation(std::shared_ptr<GraphRep> graph, const Node* node)
      : graph_(std::move(graph)), node_(node) {}
  std::shared_ptr<GraphRep> graph_;
  const Node* node_ = nullptr;
};

// One output of a node: what TensorFlow's Python calls a Tensor.
class HOLDALL_EXPORT Output {
 public:
  Output() = default;
  Output(Operation op, int index) : op_(std::move(op)), index_(index) {}
  bool is_valid() const { return op_.is_valid(); }
  const Operation& op() const { return op_; }
  int index() const { return index_; }
  std::string name() const;  // "model1/w1:0"
  DType dtype() const;
  bool is_ref() const;  // the value of a variable's node: "float32_ref"
  StaticShape shape() const;
  bool operator==(const Output&) const = default;

 private:
  Operation op_;
  int index_ = 0;
};

struct NodeOutput {
  DType dtype = DType::kUnknown;
  StaticShape shape;
  bool is_ref = false;
};

// What a node is made of.
struct NodeSpec {
  std::string type;
  std::string name;  // in the current name scope; one that ends in "/" is absolute; "": the type
  std::vector<Output> inputs;
  std::vector<Operation> control_inputs;
  std::map<std::string, AttrValue> attrs;
  std::vector<NodeOutput> outputs;
  std::string device;
};

// The file format that a Saver writes: one file of slices, or a bundle. Both are read.
enum class SaverVersion : uint8_t { kV1 = 1, kV2 = 2 };

// Which nodes of a graph save and restore, as `.meta` files tell it.
struct SaverDef {
  std::string filename_tensor_name;
  std::string save_tensor_name;
  std::string restore_op_name;
  int max_to_keep = 5;
  bool sharded = false;
  double keep_checkpoint_every_n_hours = 10000;
  SaverVersion version = SaverVersion::kV2;
  bool operator==(const SaverDef&) const = default;
};

}  // namespace holdall::tf1
