// The insides of a graph: nodes, names, collections, and the scopes that each thread has open.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "holdall/tf1.h"
#include "tf1/graph/graph_node.h"
#include "tf1/graph/unique_names.h"

namespace holdall::tf1 {

struct VariableScopeRep {
  std::string name;
  std::string original_name_scope;
  Reuse reuse = Reuse::kInherit;  // at the root and below it: kInherit means "no"
  std::optional<std::variant<Initializer, Tensor>> initializer;
  DType dtype = DType::kF32;
};

// What one ControlDependencies asks for. A node that is made of one made under it waits already.
struct ControlScope {
  std::vector<uint64_t> inputs;
  std::set<uint64_t> made;
  bool is_cut = false;  // what stands further out does not count
};

// Where a thread stands in building the graph.
struct ThreadState {
  std::string name_scope;  // without its slash
  std::string device;
  std::vector<ControlScope> control_scopes;
  std::map<std::string, AttrValue> attrs;  // that nodes made now get besides their own
  std::shared_ptr<VariableScopeRep> variable_scope = std::make_shared<VariableScopeRep>();
  std::map<std::string, int> variable_scope_counts;  // how often each full name was opened
  std::optional<SliceInfo> part;                     // of the variable that is being made
  Status status;                                     // sticky, see fail()
};

// Unlike the system's numbers of threads never given again, to a thread that would find the scopes
// of one that has ended.
uint64_t this_thread_number();

class GraphRep : public std::enable_shared_from_this<GraphRep> {
 public:
  // Guards everything. Recursive, because builders call builders; nodes themselves never change.
  std::recursive_mutex mutex;

  std::optional<int64_t> seed;
  std::map<std::string, std::vector<CollectionItem>> collections;  // each item as kept()
  // get_variable's, by full name
  std::map<std::string, std::shared_ptr<const VariableRep>> variable_store;

  struct Partitioned {
    DType dtype = DType::kF32;
    Shape shape;
    std::vector<int64_t> partitions;
    std::vector<std::shared_ptr<const VariableRep>> parts;
  };
  std::map<std::string, Partitioned> partitioned_store;
  std::map<std::string, HostFunction> functions;  // of PyFunc nodes, by token
  bool is_finalized = false;

  // The item with a handle that does not keep this graph, as the graph itself has to hold it or it
  // would live for ever; and with one that does.
  CollectionItem kept(const CollectionItem& item);
  CollectionItem handed_out(const CollectionItem& item);

  // Keeps this thread's first error: another thread's calls are none of its business.
  void fail(Error error);
  Status status() const;
  Status take_status();

  // Makes a node; an invalid Operation, and fail(), if an input is invalid or the name is bad.
  Operation add(NodeSpec spec);

  // Adds nodes whose inputs may come later; their names, free ones, are taken. Requires: ids that
  // follow on from node_count().
  Status add_all(std::vector<Node> nodes);

  // Whether it is valid and of this graph.
  bool has(const Operation& operation) const;
  bool has(const Output& output) const;

  uint64_t node_count() const { return nodes_.size(); }
  const Node& node(uint64_t id) const { return nodes_[id]; }
  const Node* find_node(std::string_view name) const;
  // The same as node(), by whoever does not hold the mutex: a run, while others add nodes.
  const Node& node_at(uint64_t id) {
    const std::lock_guard lock(mutex);
    return nodes_[id];
  }
  Operation operation(uint64_t id) { return operation(nodes_[id]); }
  Operation operation(const Node& node) { return {shared_from_this(), &node}; }
  Output output(const NodeInput& input) { return {operation(input.node_id), input.index}; }

  std::string unique_name(std::string_view name, bool mark_as_used);

  // Opens a name scope of this thread and returns its name with a slash ("" for the root), or none
  // and fail(). Leaving is putting back the outer one.
  std::optional<std::string> enter_name_scope(std::string_view name);

  // This thread's.
  ThreadState& here() { return threads_[this_thread_number()]; }

  // The two numbers that seed a random operation which is made now (TensorFlow's rule).
  std::pair<int64_t, int64_t> derive_seeds(std::optional<int64_t> op_seed) const;

  static const std::shared_ptr<GraphRep>& of(const Graph& graph) { return graph.rep_; }
  static const std::shared_ptr<GraphRep>& of(const Operation& operation) {
    return operation.graph_;
  }
  static const Node* node_of(const Operation& operation) { return operation.node_; }
  static const std::shared_ptr<VariableScopeRep>& of(const VariableScopeState& s) { return s.rep_; }
  static Graph graph_of(std::shared_ptr<GraphRep> rep) { return Graph(std::move(rep)); }
  static const std::shared_ptr<const VariableRep>& rep_of(const Variable& variable) {
    return variable.rep_;
  }
  Variable variable(std::shared_ptr<const VariableRep> rep) {
    return {shared_from_this(), std::move(rep)};
  }
  static VariableScopeState state_of(std::shared_ptr<VariableScopeRep> rep) {
    return VariableScopeState(std::move(rep));
  }

 private:
  std::optional<std::string> take_node_name(const NodeSpec& spec);
  void add_control_inputs(Node& node);
  CollectionItem with_holder(const CollectionItem& item, std::shared_ptr<GraphRep> holder) const;

  std::deque<Node> nodes_;  // a deque, so that nodes stay where they are
  std::unordered_map<std::string, uint64_t> id_by_name_;
  UniqueNames names_;
  std::map<uint64_t, ThreadState> threads_;  // by this_thread_number()
};

// Puts the thread's name scope back when it goes.
class ScopedNameScope {
 public:
  ScopedNameScope(GraphRep& graph, std::string_view name)
      : graph_(graph), outer_(graph.here().name_scope), name_(graph.enter_name_scope(name)) {}
  ~ScopedNameScope() { graph_.here().name_scope = outer_; }
  ScopedNameScope(const ScopedNameScope&) = delete;
  ScopedNameScope& operator=(const ScopedNameScope&) = delete;

  bool ok() const { return name_.has_value(); }
  const std::string& name() const { return *name_; }  // with its slash. Requires: ok()

 private:
  GraphRep& graph_;
  std::string outer_;
  std::optional<std::string> name_;
};

}  // namespace holdall::tf1
