// Files around the Saver of the TensorFlow-1 face (tf1.h): state files, `.meta` files, and which
// checkpoints there are.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "holdall/checkpoint.h"
#include "holdall/status.h"
#include "holdall/tf1_graph.h"
#include "holdall/tf1_saver.h"

namespace holdall::tf1 {

// What a `checkpoint` file says.
struct CheckpointStateInfo {
  std::string model_checkpoint_path;
  std::vector<std::string> all_model_checkpoint_paths = {};  // oldest first
  std::vector<double> all_model_checkpoint_timestamps = {};  // seconds since 1970
  std::optional<double> last_preserved_timestamp = {};
};

// With paths as the state file of `directory` has them: relative to it where both are (or
// `relative_paths` says so), and the newest among all. Fails: kInvalidArgument (ValueError).
HOLDALL_EXPORT Result<CheckpointStateInfo> make_checkpoint_state(std::string_view directory,
                                                                 CheckpointStateInfo state,
                                                                 bool relative_paths = false);

// Replaces the directory's state file. Fails: kIo; kInvalidArgument (RuntimeError) if that is the
// newest checkpoint itself.
HOLDALL_EXPORT Status update_checkpoint_state(std::string_view directory,
                                              const CheckpointStateInfo& state,
                                              std::string_view latest_filename = "checkpoint",
                                              bool relative_paths = false);

// With paths that start from the directory; none without a file, or (with a warning) without one
// that can be read. Fails: kInvalidArgument (ValueError) if the file names no newest one.
struct FoundCheckpointState {
  std::optional<CheckpointStateInfo> state;
  std::string warning = {};
};
HOLDALL_EXPORT Result<FoundCheckpointState> find_checkpoint_state(
    std::string_view directory, std::string_view latest_filename = "checkpoint");

// The newest checkpoint that the directory's state file names, if its index is there.
HOLDALL_EXPORT std::optional<std::string> latest_checkpoint(
    std::string_view directory, std::string_view latest_filename = "checkpoint");

// Whether the prefix has an index, or is a V1 file or the pattern of some.
HOLDALL_EXPORT bool checkpoint_exists(std::string_view prefix);

// When the index, or the V1 file, was last written, in seconds since 1970; none if it is not there.
HOLDALL_EXPORT std::optional<double> checkpoint_mtime(std::string_view prefix);

// Removes the checkpoint's files and its `.meta`; what is not there is no error.
HOLDALL_EXPORT void remove_checkpoint(std::string_view prefix,
                                      SaverVersion version = SaverVersion::kV2,
                                      std::string_view meta_graph_suffix = "meta");

// Reads tensors of a checkpoint of either version by name (tf.train.NewCheckpointReader).
class HOLDALL_EXPORT CheckpointReader {
 public:
  // `only`: as OpenOptions::only. Fails: kNotFound, kCorrupt, kIo.
  static Result<CheckpointReader> open(std::string_view prefix, std::vector<std::string> only = {});

  const Catalog& catalog() const { return checkpoint_.catalog(); }
  bool has(std::string_view name) const { return catalog().find(name) != nullptr; }
  // Fails: kNotFound ("Key ... not found in checkpoint"), kCorrupt, kUnsupported, kIo.
  Result<Tensor> get(std::string_view name) const;

 private:
  explicit CheckpointReader(Checkpoint checkpoint) : checkpoint_(std::move(checkpoint)) {}
  Checkpoint checkpoint_;
};

// The prefix itself, or the newest checkpoint that the state file of a directory names. Fails:
// kInvalidArgument (ValueError) if it names none, or one that is not there.
HOLDALL_EXPORT Result<std::string> find_checkpoint(std::string_view directory_or_prefix);

// Of what find_checkpoint() finds. Fail: as that and CheckpointReader.
HOLDALL_EXPORT Result<CheckpointReader> load_checkpoint(std::string_view directory_or_prefix);
HOLDALL_EXPORT Result<Tensor> load_variable(std::string_view directory_or_prefix,
                                            std::string_view name);  // "w:0" is "w"
HOLDALL_EXPORT Result<std::vector<std::pair<std::string, Shape>>> list_variables(
    std::string_view directory_or_prefix);  // by name

// "m-7-?????-of-00003" and "m-7" have "m-7.meta".
HOLDALL_EXPORT std::string meta_graph_filename(std::string_view prefix,
                                               std::string_view meta_graph_suffix = "meta");

struct ExportOptions {
  std::optional<SaverDef> saver = {};
  std::optional<std::vector<std::string>> collections = {};  // none: all
  std::string scope = {};  // only what is in it, with names inside it
  bool clear_devices = false;
  bool clear_extraneous_savers = false;
  bool strip_default_attrs = false;
};

// The graph, its collections and a saver as a serialised MetaGraphDef message. Fails:
// kInvalidArgument.
HOLDALL_EXPORT Result<std::string> export_meta_graph(const Graph& graph,
                                                     const ExportOptions& options = {});

struct ImportOptions {
  std::string scope = {};  // "": the current one
  std::vector<std::pair<std::string, Output>> input_map = {};
  bool clear_devices = false;
  // Whether a collection is taken, by its key; none: each is.
  std::function<bool(std::string_view)> wants_collection = {};
};

struct ImportedMetaGraph {
  std::optional<SaverDef> saver;  // with the names that its nodes have now
  std::string scope;              // what the nodes went under, with a slash; or ""
  // Texts in collections that count as names: the collection, and the name that each is now.
  std::vector<std::pair<std::string, std::string>> texts = {};
};

// Adds the nodes and collections of a MetaGraphDef message. Fails: kCorrupt; kInvalidArgument
// (ValueError: names that are taken, inputs that are not there).
HOLDALL_EXPORT Result<ImportedMetaGraph> import_meta_graph(Graph& graph, std::string_view message,
                                                           const ImportOptions& options = {});

// The global variables in a scope ("": all) by their names inside it: "w:0".
HOLDALL_EXPORT std::map<std::string, Variable> variables_inside(const Graph& graph,
                                                                std::string_view scope);

// The nodes and collections of a scope once more under another one, which may be in the same graph.
// variables_inside() of the scope that the result has are the new ones. Fails: kInvalidArgument
// (ValueError) if the scopes are the same one; as export_meta_graph() and import_meta_graph().
HOLDALL_EXPORT Result<ImportedMetaGraph> copy_scoped_meta_graph(const Graph& from_graph,
                                                                std::string_view from_scope,
                                                                Graph& to_graph,
                                                                std::string_view to_scope);

}  // namespace holdall::tf1
