// Graphs of the TensorFlow-1 face (tf1.h): variables, scopes, initial values and collections.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "holdall/dtype.h"
#include "holdall/status.h"
#include "holdall/tensor.h"
#include "holdall/tf1_nodes.h"

namespace holdall::tf1 {

class Graph;
class Variable;
struct VariableRep;
struct VariableScopeRep;

// -------------------------------------------------------------------------------- initial values

// How a variable gets its first value: nodes to be made in the graph, under the scope that is open
// when the variable is declared. Made of a Tensor, an Output, or one of the functions below.
class HOLDALL_EXPORT InitialValue {
 public:
  using Build = std::function<Output(Graph&)>;
  explicit InitialValue(Build build) : value_(std::move(build)) {}
  InitialValue(Output output) : value_(std::move(output)) {}  // NOLINT: implicit
  InitialValue(Tensor tensor) : value_(std::move(tensor)) {}  // NOLINT: implicit
  InitialValue(float value);                                  // NOLINT: implicit; a float32 scalar

  const std::variant<Build, Output, Tensor>& value() const { return value_; }

 private:
  std::variant<Build, Output, Tensor> value_;
};

struct RandomOptions {
  double mean = 0;  // normals
  double stddev = 1;
  double minval = 0;                  // uniform: [minval, maxval); integers up to 2^53 are exact
  std::optional<double> maxval = {};  // none: 1 for floating types, an error for integers
  DType dtype = DType::kF32;
  std::optional<int64_t> seed = {};
  std::string name = {};  // "": TensorFlow's own, "random_normal" and so on
};
HOLDALL_EXPORT InitialValue random_normal(Shape shape, RandomOptions options = {});
HOLDALL_EXPORT InitialValue random_uniform(Shape shape, RandomOptions options = {});
HOLDALL_EXPORT InitialValue truncated_normal(Shape shape, RandomOptions options = {});
HOLDALL_EXPORT InitialValue zeros(Shape shape, DType dtype = DType::kF32);
HOLDALL_EXPORT InitialValue ones(Shape shape, DType dtype = DType::kF32);

// What get_variable calls with the variable's shape and dtype: zeros_initializer and its kin.
class HOLDALL_EXPORT Initializer {
 public:
  using Build = std::function<Output(Graph&, const Shape&, DType)>;
  explicit Initializer(Build build) : build_(std::move(build)) {}
  Output build(Graph& graph, const Shape& shape, DType dtype) const {
    return build_(graph, shape, dtype);
  }

 private:
  Build build_;
};
HOLDALL_EXPORT Initializer zeros_initializer();
HOLDALL_EXPORT Initializer ones_initializer();
// The values fill the shape in row-major order, the last one repeated; too many are a ValueError.
HOLDALL_EXPORT Initializer constant_initializer(Tensor values);
HOLDALL_EXPORT Initializer random_normal_initializer(RandomOptions options = {});
HOLDALL_EXPORT Initializer random_uniform_initializer(RandomOptions options = {});
HOLDALL_EXPORT Initializer truncated_normal_initializer(RandomOptions options = {});
// The default of get_variable for floating types.
HOLDALL_EXPORT Initializer glorot_uniform_initializer(std::optional<int64_t> seed = {});

// -------------------------------------------------------------------------------------- variables

// Where a part of a partitioned variable lies in the whole, whose name stands in checkpoints.
struct HOLDALL_EXPORT SliceInfo {
  std::string full_name;
  Shape full_shape;
  std::vector<int64_t> offset;
  Shape shape;

  std::string spec() const;  // "10 3 0,5:0,3"
};

class HOLDALL_EXPORT Variable {
 public:
  Variable() = default;
  bool is_valid() const { return rep_ != nullptr; }
  std::string name() const;     // "model1/w1:0"
  std::string op_name() const;  // "model1/w1": the name in a checkpoint
  DType dtype() const;
  StaticShape shape() const;
  bool is_trainable() const;
  Operation op() const;
  Operation initializer() const;  // the Assign node
  Output initial_value() const;
  Output ref() const;    // the output of the node that is the variable (of a resource: its handle)
  Output value() const;  // the read
  bool is_resource() const;
  std::optional<SliceInfo> slice() const;
  void set_slice(std::optional<SliceInfo> slice);
  // The variable as a serialised VariableDef message, with names inside the scope (with a slash).
  std::string to_proto(std::string_view export_scope = "") const;
  bool operator==(const Variable&) const = default;

 private:
  friend class GraphRep;
  Variable(std::shared_ptr<GraphRep> graph, std::shared_ptr<const VariableRep> rep)
      : graph_(std::move(graph)), rep_(std::move(rep)) {}
  std::shared_ptr<GraphRep> graph_;
  std::shared_ptr<const VariableRep> rep_;
};

struct VariableOptions {
  bool trainable = true;
  bool validate_shape = true;  // false: the initial value's shape may be unknown, and may change
  bool use_resource = false;
  std::optional<DType> dtype = {};                           // what the initial value must have
  std::optional<std::vector<std::string>> collections = {};  // none: "variables"
};

enum class Reuse : uint8_t { kInherit, kTrue, kAuto };

struct GetVariableOptions {
  std::optional<Shape> shape = {};
  std::optional<DType> dtype = {};
  std::optional<std::variant<Initializer, Tensor>> initializer = {};
  bool trainable = true;
  std::optional<std::vector<std::string>> collections = {};
  bool use_resource = false;
};

// A variable in parts, which checkpoints hold as one.
struct PartitionedVariable {
  std::string name;  // without ":0"
  DType dtype = DType::kF32;
  Shape shape;
  std::vector<int64_t> partitions;  // how many along each axis
  std::vector<Variable> parts;
};

// A message of a kind that its maker alone knows: a serialised google.protobuf.Any.
struct AnyMessage {
  std::string message;
  bool operator==(const AnyMessage&) const = default;
};

// What add_to_collection holds. The last is an object of the caller's, which is not exported.
using CollectionItem = std::variant<Variable, Output, Operation, std::string, int64_t, double,
                                    SaverDef, AnyMessage, std::shared_ptr<void>>;

// Names of collections that the library itself fills and reads.
inline constexpr std::string_view kGlobalVariables = "variables";
inline constexpr std::string_view kTrainableVariables = "trainable_variables";
inline constexpr std::string_view kLocalVariables = "local_variables";
inline constexpr std::string_view kSavers = "savers";

// What a PyFunc node calls, of the values of its inputs.
using HostFunction = std::function<Result<std::vector<Tensor>>(std::span<const Tensor>)>;

struct ImportGraphOptions {
  std::string prefix = {};  // "": as they are; else a scope, made unique
  // Outputs that take the place of inputs, by the names these have in what is imported ("x:0").
  std::vector<std::pair<std::string, Output>> input_map = {};
  bool clear_devices = false;
};

// ------------------------------------------------------------------------------------------ graph

// Declared variables and the nodes around them. A handle: copies are the same graph.
class HOLDALL_EXPORT Graph {
 public:
  Graph();

  // This thread's first error of building since its last take_status(), or success.
  Status status() const;
  // The same, and this thread starts afresh.
  Status take_status();

  // Seeds that operations without a seed of their own derive theirs from (tf.set_random_seed).
  void set_random_seed(std::optional<int64_t> seed);

  // tf.Variable: `name` ("": "Variable") in the current name scope, made unique.
  Variable variable(std::string_view name, const InitialValue& initial_value,
                    const VariableOptions& options = {});
  // tf.get_variable: `name` in the current variable scope; made, or found, as its reuse says.
  Variable get_variable(std::string_view name, const GetVariableOptions& options = {});

  std::vector<Variable> global_variables() const;  // in the order of declaration
  std::vector<Variable> trainable_variables() const;
  // The global variables whose names lie in the scope.
  std::vector<Variable> variables_in(std::string_view scope) const;

  void add_to_collection(std::string_view key, const CollectionItem& item);
  std::vector<CollectionItem> collection(std::string_view key) const;
  std::vector<std::string> collection_keys() const;
  void clear_collection(std::string_view key);

  // Nodes. `name` is "" for TensorFlow's own choice; one that ends in "/" is absolute.
  Output constant(const Tensor& value, std::string_view name = "Const");
  // One value for a whole shape: stored once.
  Output constant_of(const Tensor& value, const Shape& shape, std::string_view name = "Const");
  Output zeros(const Shape& shape, DType dtype = DType::kF32, std::string_view name = "zeros");
  Output ones(const Shape& shape, DType dtype = DType::kF32, std::string_view name = "ones");
  Output fill(const Output& dims, const Output& value, std::string_view name = "Fill");
  Output random_normal(const Shape& shape, const RandomOptions& options = {});
  Output random_uniform(const Shape& shape, const RandomOptions& options = {});
  Output truncated_normal(const Shape& shape, const RandomOptions& options = {});
  Output identity(const Output& input, std::string_view name = "Identity");
  Output add(const Output& a, const Output& b, std::string_view name = "Add");
  Output add_v2(const Output& a, const Output& b, std::string_view name = "add");  // Python's a + b
  Output subtract(const Output& a, const Output& b, std::string_view name = "Sub");
  Output multiply(const Output& a, const Output& b, std::string_view name = "Mul");
  Output assign(const Variable& variable, const Output& value, std::string_view name = "Assign");
  Operation no_op(std::string_view name = "NoOp");
  Operation group(std::span<const Operation> operations, std::string_view name = "group_deps");
  Operation variables_initializer(std::span<const Variable> variables,
                                  std::string_view name = "init");
  Operation global_variables_initializer() {
    return variables_initializer(global_variables(), "init");
  }

  // A node of any operation, in the current scopes. Without spec.outputs they are told from the
  // operation and its attributes, as far as it is known here.
  Operation node(NodeSpec spec);
  // A node whose value the function computes when it is run; it cannot be exported to others.
  Operation py_func(HostFunction function, std::span<const Output> inputs,
                    std::vector<DType> outputs, std::string_view name = "PyFunc");

  // A variable in parts along one axis, each by the initializer; or the one of that name, as the
  // scope's reuse says. `partitions` has a count for each axis.
  PartitionedVariable get_partitioned_variable(std::string_view name,
                                               const GetVariableOptions& options,
                                               const std::vector<int64_t>& partitions);
  // What get_variable knows by that full name; and by that name in parts.
  std::optional<Variable> find_variable(std::string_view full_name) const;
  std::optional<PartitionedVariable> find_partitioned_variable(std::string_view full_name) const;
  std::vector<std::string> variable_names() const;  // that get_variable knows, sorted
  // The part that this thread's get_partitioned_variable is making, for initializers that ask.
  std::optional<SliceInfo> current_part() const;

  // Makes `initial_value` what the variable starts with, in place of what it was declared with.
  void replace_initial_value(const Variable& variable, const Output& initial_value);

  // The variable that nodes of this graph are, as a VariableDef message tells. Fails: kNotFound
  // (KeyError), kCorrupt.
  Result<Variable> variable_from_proto(std::string_view message,
                                       std::string_view import_scope = "");

  // Adds the nodes of a serialised GraphDef message, of any operations. Returns the prefix they
  // got, with a slash, or "". Fails: kCorrupt; kInvalidArgument (ValueError).
  Result<std::string> import_graph_def(std::string_view message,
                                       const ImportGraphOptions& options = {});

  // Nodes cannot be added any more.
  void finalize();
  bool is_finalized() const;
  uint64_t node_count() const;

  std::vector<Operation> operations() const;  // in the order in which they were made
  // Fails: kNotFound (KeyError), kInvalidArgument (ValueError) with TensorFlow's words.
  Result<Operation> operation_by_name(std::string_view name) const;
  Result<Output> tensor_by_name(std::string_view name) const;

  // The name that a node called `name` would get here; taken unless `mark_as_used` is false.
  std::string unique_name(std::string_view name, bool mark_as_used = true);
  std::string name_scope() const;  // the current one, without its slash

  // The graph as a serialised GraphDef message.
  std::string graph_def() const;

  bool operator==(const Graph& other) const { return rep_ == other.rep_; }

 private:
  friend class GraphRep;
  explicit Graph(std::shared_ptr<GraphRep> rep) : rep_(std::move(rep)) {}
  std::shared_ptr<GraphRep> rep_;
};

// Enters a name scope of the current thread; leaves it when it goes. "" is the root, a name that
// ends in "/" is absolute, anything else is made unique.
class HOLDALL_EXPORT NameScope {
 public:
  NameScope(Graph& graph, std::string_view name);
  ~NameScope() { leave(); }
  NameScope(const NameScope&) = delete;
  NameScope& operator=(const NameScope&) = delete;

  const std::string& name() const { return name_; }  // with a slash at its end; "" for the root
  void leave();

 private:
  std::shared_ptr<GraphRep> graph_;
  std::string name_;
  std::string outer_;
};

// Nodes that this thread makes wait for some others, until it is left. None: for no one.
class HOLDALL_EXPORT ControlDependencies {
 public:
  ControlDependencies(Graph& graph, std::optional<std::vector<Operation>> operations);
  ~ControlDependencies() { leave(); }
  ControlDependencies(const ControlDependencies&) = delete;
  ControlDependencies& operator=(const ControlDependencies&) = delete;
  void leave();

 private:
  std::shared_ptr<GraphRep> graph_;
  size_t depth_ = 0;
};

// Nodes that this thread makes say that they belong on this device, until it is left. Nothing is
// placed anywhere.
class HOLDALL_EXPORT DeviceScope {
 public:
  DeviceScope(Graph& graph, std::string_view device);
  ~DeviceScope() { leave(); }
  DeviceScope(const DeviceScope&) = delete;
  DeviceScope& operator=(const DeviceScope&) = delete;
  void leave();

 private:
  std::shared_ptr<GraphRep> graph_;
  std::string outer_;
};

// What a variable scope hands on to the variables and scopes inside it.
class HOLDALL_EXPORT VariableScopeState {
 public:
  const std::string& name() const;
  const std::string& original_name_scope() const;  // with a slash at its end
  Reuse reuse() const;
  void set_reuse(Reuse reuse);  // until the scope is left, and by the thread that entered it
  DType dtype() const;

 private:
  friend class VariableScope;
  friend class GraphRep;
  explicit VariableScopeState(std::shared_ptr<VariableScopeRep> rep) : rep_(std::move(rep)) {}
  std::shared_ptr<VariableScopeRep> rep_;
};

// The scope that is open in this thread.
HOLDALL_EXPORT VariableScopeState current_variable_scope(const Graph& graph);

struct VariableScopeOptions {
  std::string default_name = {};  // used, made unique, where the name is none
  Reuse reuse = Reuse::kInherit;
  std::optional<std::variant<Initializer, Tensor>> initializer = {};
  std::optional<DType> dtype = {};
  bool auxiliary_name_scope = true;
};

// Enters a variable scope, and the name scope that goes with it, of the current thread; leaves both
// when it goes.
class HOLDALL_EXPORT VariableScope {
 public:
  // "model1" under the current scope.
  VariableScope(Graph& graph, std::string_view name, const VariableScopeOptions& options = {});
  // A scope that was open before, wherever we are.
  VariableScope(Graph& graph, const VariableScopeState& scope,
                const VariableScopeOptions& options = {});
  // No name: options.default_name, made unique.
  VariableScope(Graph& graph, std::nullopt_t, const VariableScopeOptions& options);
  ~VariableScope();
  VariableScope(const VariableScope&) = delete;
  VariableScope& operator=(const VariableScope&) = delete;

  VariableScopeState state() const;

  // Fails: kInvalidArgument (RuntimeError) if a scope entered later is still open.
  Status leave();

 private:
  struct Entered;
  std::unique_ptr<Entered> entered_;
};

}  // namespace holdall::tf1
