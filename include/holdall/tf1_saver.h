// Saver of the TensorFlow-1 face (tf1.h): variables of a session to a checkpoint and back.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "holdall/saver.h"
#include "holdall/status.h"
#include "holdall/tf1_graph.h"
#include "holdall/tf1_session.h"

namespace holdall::tf1 {

// TensorFlow's SaverDef message. Fails: kCorrupt.
HOLDALL_EXPORT std::string encode_saver_def(const SaverDef& def);
HOLDALL_EXPORT Result<SaverDef> decode_saver_def(std::string_view message);

// A tensor of a Saveable and the name it has in checkpoints.
struct SaveSpec {
  std::string name;
  Output tensor;
  std::string slice = {};  // SliceInfo::spec(); "": the whole
};

// Something that a Saver saves and restores: a variable, its parts, or whatever has tensors and
// nodes that take them.
struct Saveable {
  std::string name;  // decides the order
  std::vector<SaveSpec> specs = {};
  std::vector<Variable> variables = {};  // one for each spec: restored by assigning to them
  // Or: makes the node that takes the restored tensors. `wants_reshape`: the Saver reshapes.
  std::function<Operation(Graph& graph, const std::vector<Output>& tensors, bool wants_reshape)>
      restore = {};
};

// A variable under its own name, or, of a part, the whole's; parts of one name as one.
HOLDALL_EXPORT Saveable saveable_of(const Variable& variable);
HOLDALL_EXPORT Result<Saveable> saveable_of(std::string_view name, std::span<const Variable> parts);

struct SaverOptions {
  int max_to_keep = 5;  // 0: nothing is ever deleted
  double keep_checkpoint_every_n_hours = 10000;
  std::string name = {};  // of the scope of the nodes it makes; "" is "save"
  bool save_relative_paths = false;
  bool pad_step_number = false;
  bool allow_empty = false;  // no variables are no error
  bool reshape = false;      // tensors of as many elements take the variable's shape
  bool sharded = false;      // a data file for each device
  SaverVersion version = SaverVersion::kV2;
  std::string filename = {};  // what the nodes save to where nothing is fed; "" is "model"
};

struct SaverSaveOptions {
  std::optional<int64_t> global_step = {};  // appended to the path: "model-100"
  std::string latest_filename = "checkpoint";
  std::string meta_graph_suffix = "meta";
  bool write_meta_graph = true;
  bool write_state = true;
  bool strip_default_attrs = false;  // of the nodes in the `.meta`
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
  // Whatever has tensors.
  Saver(std::vector<Saveable> saveables, const Graph& graph, const SaverOptions& options = {});
  // By nodes that the graph has, an imported one's say. `options` are those that the message lacks.
  Saver(const SaverDef& def, const Graph& graph, const SaverOptions& options = {});
  Saver(Saver&&) noexcept;
  Saver& operator=(Saver&&) noexcept;
  ~Saver();

  // What went wrong in the constructor (no variables, two of one name, ...); later calls return it.
  Status status() const;

  // Writes PATH.data-00000-of-00001, PATH.index, the state file beside them and PATH.meta, in that
  // order; missing directories are made. Returns the path, with the step if there is one (of
  // several V1 files "PATH-?????-of-00003"). Without variables only the PATH.meta is written, and
  // "" returned.
  Result<std::string> save(Session& session, std::string_view path,
                           const SaverSaveOptions& options = {});

  // Gives the variables the values of the checkpoint; all or none. Other tensors in it are ignored.
  // Of an object-based checkpoint (TensorFlow 2's) that does not have the names, the names of the
  // variables themselves are tried, with a warning.
  Status restore(Session& session, std::string_view path);

  // What TensorFlow would have logged in the last restore that succeeded.
  std::vector<std::string> warnings() const;

  bool is_empty() const;  // it has nothing to save
  SaverDef def() const;

  std::vector<std::string> last_checkpoints() const;  // oldest first
  // In their place, with the seconds since 1970 at which each was saved; none: those are kept for
  // ever once they are no longer among the last.
  void set_last_checkpoints(
      std::span<const std::pair<std::string, std::optional<double>>> checkpoints);

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// The graph's global variables as targets of plan_restore(), which says what a Saver would do
// before anything is read. A Saver ignores what is unexpected: UnexpectedPolicy::kSkip.
HOLDALL_EXPORT std::vector<RestoreTarget> targets_of(const Graph& graph);

}  // namespace holdall::tf1
