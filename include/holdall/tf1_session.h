// Session of the TensorFlow-1 face (tf1.h): values for a graph's variables.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "holdall/session.h"
#include "holdall/status.h"
#include "holdall/tensor.h"
#include "holdall/tf1_graph.h"

namespace holdall::tf1 {

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

}  // namespace holdall::tf1
