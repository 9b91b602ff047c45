// Variables of the TensorFlow-1 face (tf1.h) that start with what a checkpoint holds:
// tf.train.init_from_checkpoint and tf.train.warm_start. They exchange what the variables'
// initializers do, so they are called once the variables exist and before the operation that
// initialises them is made. Values are read when that runs; only words of vocabularies, and the
// rows that they move, are read at once.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "holdall/status.h"
#include "holdall/tf1_graph.h"

namespace holdall::tf1 {

// Takes what TensorFlow would log, a line for each variable.
using InitFromLog = std::function<void(const std::string& line)>;

// What a tensor of a checkpoint, or a scope of them, is for: a variable; the parts of one; or by
// name a variable of get_variable's, whole or in parts, or a scope of them ("x", "x/"; "/": all).
using AssignmentTarget = std::variant<Variable, std::vector<Variable>, std::string>;

// A tensor's name, or with a scope as target a scope: "a/", or "/" for all.
using AssignmentMap = std::vector<std::pair<std::string, AssignmentTarget>>;

// `checkpoint`: a prefix, or a directory whose state file names one. The map is gone through in the
// order of its keys; what was done before an error stays. Fails: as load_checkpoint();
// kInvalidArgument (ValueError: a tensor or a shape that does not fit, naming both sides); the
// graph's status().
HOLDALL_EXPORT Status init_from_checkpoint(Graph& graph, std::string_view checkpoint,
                                           AssignmentMap map, const InitFromLog& log = {});

// How the rows (axis 0) or columns (axis 1) of a variable follow the words of a file, one a line.
struct VocabInfo {
  std::string new_vocab;
  int64_t new_vocab_size = -1;  // how many words of it count; negative: all
  std::string old_vocab;        // what the checkpoint's tensor followed
  int64_t old_vocab_size = -1;
  std::optional<Initializer> backup_initializer = {};  // for words that are new; none: zeros
  int axis = 0;
};

struct WarmStartOptions {
  // Parts of one variable count as it. None: the graph's trainable variables.
  std::optional<std::vector<Variable>> variables = {};
  // Both by the variable's name, of one in parts the whole's. Those of vocabularies need not be
  // among `variables`.
  std::map<std::string, VocabInfo> vocabularies = {};
  std::map<std::string, std::string> previous_names = {};  // to the name in the checkpoint
  InitFromLog log = {};
};

// Fails: as init_from_checkpoint(); kInvalidArgument (ValueError) for names that were not used;
// kNotFound, kIo for files of words.
HOLDALL_EXPORT Status warm_start(Graph& graph, std::string_view checkpoint,
                                 const WarmStartOptions& options = {});

}  // namespace holdall::tf1
