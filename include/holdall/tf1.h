// The TensorFlow-1 face: programs that declare variables in scopes, initialise, save and restore
// them, as they are written for TensorFlow 1, with its names, files, numbers and error classes.
// Nothing here runs models: a graph holds nodes of any operation, and the small set that such
// programs lean on can be evaluated.
//
//   namespace tf = holdall::tf1;
//   tf::Graph graph;
//   {
//     tf::VariableScope model1(graph, "model1");
//     graph.variable("w1", tf::random_normal({2}));
//   }
//   tf::Saver saver(graph.variables_in("model1"));
//   tf::Session session(graph);
//   if (auto status = saver.restore(session, "./save/model1"); !status.ok()) ...
//
// Building a graph never fails in the middle of an expression: the first error sticks to the graph,
// what it should have made and what is made of that are invalid handles, and status(), or the next
// run, save or restore, returns it.
// All calls may come from any thread; scopes are entered and left per thread, as in TensorFlow, and
// an error of building sticks for the thread that made it.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
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
#include "holdall/session.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall::tf1 {

class Graph;
class GraphRep;
class Operation;
class Output;
class Variable;
struct Node;
struct VariableRep;
struct VariableScopeRep;

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
  Output ref() const;    // the VariableV2 node's output
  Output value() const;  // the read
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
};

// What add_to_collection holds. The last is an object of the caller's, which is not exported.
using CollectionItem =
    std::variant<Variable, Output, Operation, std::string, int64_t, double, std::shared_ptr<void>>;

// Names of collections that the library itself fills and reads.
inline constexpr std::string_view kGlobalVariables = "variables";
inline constexpr std::string_view kTrainableVariables = "trainable_variables";
inline constexpr std::string_view kLocalVariables = "local_variables";

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

// ---------------------------------------------------------------------------------------- session

// Values for a graph's variables. Each session has its own; they start without any.
class HOLDALL_EXPORT Session {
 public:
  explicit Session(const Graph& graph);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  Graph graph() const;

  // One run: each node is evaluated at most once, and if any fails no variable changes.
  // Fails: the graph's status; kUnsupported for an operation that cannot be evaluated, naming it
  // and the node; kInvalidArgument with reason tf-failed-precondition for a variable without a
  // value.
  Result<std::vector<Tensor>> run(std::span<const Output> fetches,
                                  std::span<const Operation> targets,
                                  const std::vector<std::pair<Output, Tensor>>& feeds = {});
  Status run(const Operation& target);
  Result<Tensor> run(const Output& fetch);
  Result<Tensor> eval(const Variable& variable) { return run(variable.value()); }

  bool is_initialized(const Variable& variable) const;

  // The variables' values by op name, as a native session: to save, load or share them.
  holdall::Session& values();
  const holdall::Session& values() const;

  void close();  // drops the values; running afterwards is an error (RuntimeError)
  bool is_closed() const;

 private:
  friend class RunAccess;
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// ------------------------------------------------------------------------------------------ saver

struct SaverOptions {
  int max_to_keep = 5;  // 0: nothing is ever deleted
  double keep_checkpoint_every_n_hours = 10000;
  std::string name = {};  // of the scope of the nodes it makes; "" is "save"
  bool save_relative_paths = false;
  bool pad_step_number = false;
  bool allow_empty = false;  // no variables are no error
};

struct SaverSaveOptions {
  std::optional<int64_t> global_step = {};  // appended to the path: "model-100"
  std::string latest_filename = "checkpoint";
  std::string meta_graph_suffix = "meta";
  bool write_meta_graph = true;
  bool write_state = true;
};

// Saves some variables of a session and restores them. It knows the variables it was made with;
// later ones are not included. Its nodes join the graph, as TensorFlow's do, so that a `.meta` has
// them.
class HOLDALL_EXPORT Saver {
 public:
  // All global variables that the graph has now.
  explicit Saver(const Graph& graph, const SaverOptions& options = {});
  // Just these, each under its own name.
  explicit Saver(std::span<const Variable> variables, const SaverOptions& options = {});
  explicit Saver(const std::vector<Variable>& variables, const SaverOptions& options = {})
      : Saver(std::span<const Variable>(variables), options) {}
  // Each under the name it is given with.
  explicit Saver(const std::map<std::string, Variable>& variables,
                 const SaverOptions& options = {});
  Saver(Saver&&) noexcept;
  Saver& operator=(Saver&&) noexcept;
  ~Saver();

  // What went wrong in the constructor (no variables, two of one name, ...); later calls return it.
  Status status() const;

  // Writes PATH.data-00000-of-00001, PATH.index, the state file beside them and PATH.meta, in that
  // order; missing directories are made. Returns the path, with the step if there is one. Without
  // variables only the PATH.meta is written, and "" returned.
  Result<std::string> save(Session& session, std::string_view path,
                           const SaverSaveOptions& options = {});

  // Gives the variables the values of the checkpoint; all or none. Other tensors in it are ignored.
  // Of an object-based checkpoint (TensorFlow 2's) that does not have the names, the names of the
  // variables themselves are tried, with a warning.
  Status restore(Session& session, std::string_view path);

  // What TensorFlow would have logged in the last restore that succeeded.
  std::vector<std::string> warnings() const;

  std::vector<std::string> last_checkpoints() const;  // oldest first

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// The graph's global variables as targets of plan_restore(), which says what a Saver would do
// before anything is read. A Saver ignores what is unexpected: UnexpectedPolicy::kSkip.
HOLDALL_EXPORT std::vector<RestoreTarget> targets_of(const Graph& graph);

// The newest checkpoint that the directory's state file names, if its index is there.
HOLDALL_EXPORT std::optional<std::string> latest_checkpoint(
    std::string_view directory, std::string_view latest_filename = "checkpoint");

}  // namespace holdall::tf1
