// tf.train.Checkpoint and CheckpointManager of the TensorFlow-1 face (tf1.h): variables that are
// saved by their places in nested objects, in files that TensorFlow 2 reads.
//
//   tf::ObjectCheckpoint checkpoint;
//   const size_t net = checkpoint.add(tf::ObjectCheckpoint::kRoot, "net");
//   checkpoint.add(net, "w", w);
//   checkpoint.save(session, "./save/m");  // ./save/m-1, with "net/w/.ATTRIBUTES/VARIABLE_VALUE"
//
// Handles: copies are the same checkpoint, or the same manager. Any thread may call; one save at a
// time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "holdall/status.h"
#include "holdall/tf1_graph.h"
#include "holdall/tf1_session.h"

namespace holdall::tf1 {

// Something that has a place: what it calls others, and the variable it is, if it is one. Objects
// may be called several times, and by each other.
struct TrackedObject {
  std::vector<std::pair<std::string, size_t>> children = {};  // name, index in the list of objects
  Variable variable = {};                                     // invalid: none
};

// What a restore did not do, as keys of the checkpoint ("net/w/.ATTRIBUTES/VARIABLE_VALUE").
struct ObjectRestoreReport {
  std::vector<std::string> missing = {};  // of variables that kept their values
  std::vector<std::string> unused = {};   // of values that no variable took
};

class HOLDALL_EXPORT ObjectCheckpoint {
 public:
  static constexpr size_t kRoot = 0;

  ObjectCheckpoint();

  // Adds an object below another, and returns its index.
  size_t add(size_t parent, std::string_view name, const Variable& variable = {});
  // Another name for an object that is there.
  void link(size_t parent, std::string_view name, size_t child);
  // All of them; the first is the root.
  void set_objects(std::vector<TrackedObject> objects);

  // Counts saves. Made in the graph by the first call, and then an object of the root's.
  Variable save_counter(Graph& graph, bool use_resource = false);

  // Writes exactly PREFIX.index and PREFIX.data-00000-of-00001; missing directories are made.
  // Returns the path. Fails: as Session::run() and Saver::save(); kInvalidArgument (objects that
  // are not there).
  Result<std::string> write(Session& session, std::string_view prefix) const;

  // Writes the next of a series, PREFIX-1 and so on, and the state file beside it.
  Result<std::string> save(Session& session, std::string_view prefix);

  // Gives variables the values that were saved of their places, all in one step; those without one
  // keep theirs. Fails: kNotFound (no checkpoint), kCorrupt, kIo; kInvalidArgument (a shape that
  // does not fit).
  Result<ObjectRestoreReport> read(Session& session, std::string_view prefix) const;
  // The same with the counter of saves.
  Result<ObjectRestoreReport> restore(Session& session, std::string_view prefix);

 private:
  friend class CheckpointManager;
  struct Rep;
  std::shared_ptr<Rep> rep_;
};

struct CheckpointManagerOptions {
  std::optional<int> max_to_keep = {};                       // none: all are kept
  std::optional<double> keep_checkpoint_every_n_hours = {};  // for ever
  std::string checkpoint_name = "ckpt";
  std::optional<int64_t> checkpoint_interval = {};  // steps between saves
  Output step_counter = {};                         // what counts them
};

struct ManagedSaveOptions {
  std::optional<int64_t> number = {};  // in the name; none: the checkpoint's next
  bool check_interval = true;
};

// Keeps the newest few checkpoints of a directory, also over restarts: its state file tells which
// are managed.
class HOLDALL_EXPORT CheckpointManager {
 public:
  // Fails: kInvalidArgument (ValueError); as find_checkpoint_state().
  static Result<CheckpointManager> open(ObjectCheckpoint checkpoint, std::string_view directory,
                                        const CheckpointManagerOptions& options = {});

  // Returns the path, or none within the interval and at the step of the last save.
  Result<std::optional<std::string>> save(Session& session, const ManagedSaveOptions& options = {});

  // Restores the newest and returns its path; none if there is none.
  Result<std::optional<std::string>> restore(Session& session);

  std::optional<std::string> latest_checkpoint() const;
  std::vector<std::string> checkpoints() const;  // managed ones, oldest first
  std::string directory() const;
  std::optional<int64_t> checkpoint_interval() const;
  std::string warning() const;  // what TensorFlow would have logged when it was opened; or ""

 private:
  struct Rep;
  explicit CheckpointManager(std::shared_ptr<Rep> rep) : rep_(std::move(rep)) {}
  std::shared_ptr<Rep> rep_;
};

}  // namespace holdall::tf1
