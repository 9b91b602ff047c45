// Finding variables of the TensorFlow-1 face (tf1.h), assigning to them, and restoring averages in
// their place: what programs use of tf.contrib.framework and of ExponentialMovingAverage.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "holdall/status.h"
#include "holdall/tf1_graph.h"
#include "holdall/tf1_session.h"

namespace holdall::tf1 {

inline constexpr std::string_view kModelVariables = "model_variables";
inline constexpr std::string_view kMovingAverageVariables = "moving_average_variables";

// ---------------------------------------------------------------------------------------- finding

// Patterns are regular expressions in RE2's syntax over names with their ":0". What is no
// expression fails: kInvalidArgument (ValueError).

// What a name must match, from its first byte on, to lie in a scope (a pattern; "": any) and end in
// a suffix (a pattern; none: anyhow).
HOLDALL_EXPORT std::string variable_pattern(std::string_view scope,
                                            const std::optional<std::string>& suffix = {});

// The variables of a collection whose names match the pattern from their first byte on.
HOLDALL_EXPORT Result<std::vector<Variable>> get_variables(
    const Graph& graph, std::string_view pattern = "",
    std::string_view collection = kGlobalVariables);

// The one called so. Fails: kInvalidArgument (ValueError) if there is none.
HOLDALL_EXPORT Result<Variable> get_unique_variable(const Graph& graph, std::string_view op_name);

// Global variables in the scopes (none: all of them) without those in the others.
HOLDALL_EXPORT Result<std::vector<Variable>> get_variables_to_restore(
    const Graph& graph, const std::optional<std::vector<std::string>>& include = {},
    const std::vector<std::string>& exclude = {});

struct VariableFilter {
  std::optional<std::vector<std::string>> include = {};  // patterns; none: all
  std::vector<std::string> exclude = {};
  bool searches = true;  // anywhere in a name, not only from its first byte on
};
HOLDALL_EXPORT Result<std::vector<Variable>> filter_variables(std::span<const Variable> variables,
                                                              const VariableFilter& filter);

// ------------------------------------------------------------------------------------ global step

inline constexpr std::string_view kGlobalStep = "global_step";

// A counter of steps: an integer scalar.
using GlobalStep = std::variant<Variable, Output>;

// Fails: kInvalidArgument (TypeError) if it is no integer, or no scalar.
HOLDALL_EXPORT Status assert_global_step(const GlobalStep& step);

// The one of the collection "global_step", or else the tensor "global_step:0"; none if there is
// none or the collection holds several. Fails: as assert_global_step().
HOLDALL_EXPORT Result<std::optional<GlobalStep>> get_global_step(const Graph& graph);

// An int64 variable of that name in the current variable scope, which begins with zero. Fails:
// kInvalidArgument (ValueError) if the graph has one.
HOLDALL_EXPORT Result<Variable> create_global_step(Graph& graph);
HOLDALL_EXPORT Result<GlobalStep> get_or_create_global_step(Graph& graph);

// -------------------------------------------------------------------------------------- assigning

// An operation that assigns what is fed to it, one placeholder for each variable.
struct FedAssignment {
  Operation op;
  std::vector<Output> places;
};
// Fails: the graph's status, before or after.
HOLDALL_EXPORT Result<FedAssignment> assign_what_is_fed(Graph& graph,
                                                        std::span<const Variable> variables);

// The global variables of these names, in their order. Fails: kInvalidArgument (ValueError: none of
// that name, or several).
HOLDALL_EXPORT Result<std::vector<Variable>> find_assigned(const Graph& graph,
                                                           std::span<const std::string> op_names);

// An operation that assigns, and what is to be fed to it: session.run({}, {&op, 1}, feeds).
struct Assignment {
  Operation op;
  std::vector<std::pair<Output, Tensor>> feeds;
  std::vector<std::string> warnings = {};  // that TensorFlow would have logged
};
// Fails: as the two above.
HOLDALL_EXPORT Result<Assignment> assign_from_values(Graph& graph,
                                                     const std::map<std::string, Tensor>& values);

// What a tensor of a checkpoint is for: a variable, or the parts of one. In another shape of as
// many elements it is reshaped.
using VariablesByKey = std::vector<std::pair<std::string, std::vector<Variable>>>;

// Variables by their names, parts by the whole's.
HOLDALL_EXPORT VariablesByKey by_full_name(std::span<const Variable> variables);

// The values are read now. Fails: as CheckpointReader; kInvalidArgument (ValueError: another number
// of elements; a tensor that is not there, unless those are to be ignored).
HOLDALL_EXPORT Result<Assignment> assign_from_checkpoint(Graph& graph, std::string_view checkpoint,
                                                         const VariablesByKey& variables,
                                                         bool ignores_missing = false);

struct AssignFunctionOptions {
  bool ignores_missing = false;
  bool reshapes = false;
};
struct AssignFunction {
  std::function<Status(Session&)> restore = {};  // empty: there is nothing to restore
  std::vector<std::string> warnings = {};
};
// A Saver of the variables, each under its key, that restores from the checkpoint. Fails: as
// Saver; kInvalidArgument (ValueError) without variables.
HOLDALL_EXPORT Result<AssignFunction> assign_from_checkpoint_fn(
    std::string_view checkpoint, std::map<std::string, Variable> variables,
    const AssignFunctionOptions& options = {});

// --------------------------------------------------------------------------------------- averages

// Averages that tf.train.ExponentialMovingAverage keeps, or kept when a checkpoint was saved.
struct MovingAverages {
  std::string name = "ExponentialMovingAverage";
  // Variables and their averages, where this graph has them.
  std::vector<std::pair<Variable, Variable>> averages = {};
};

// What the variable's average is called in checkpoints.
HOLDALL_EXPORT std::string average_name(const MovingAverages& moving, const Variable& variable);

// Names in checkpoints and the variables that are to be restored from them: averages into those
// that have one (`averaged`; none: the trainable variables and those of the collection of averaged
// ones), all others from themselves.
HOLDALL_EXPORT std::vector<std::pair<std::string, Variable>> variables_to_restore(
    const Graph& graph, const MovingAverages& moving = {},
    const std::optional<std::vector<Variable>>& averaged = {});

}  // namespace holdall::tf1
