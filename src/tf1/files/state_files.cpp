#include "tf1/files/state_files.h"

#include <chrono>
#include <filesystem>
#include <system_error>

#include "base/quote.h"
#include "base/try.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_common/checkpoint_state.h"
#include "formats/tf_v1/tf_v1_layout.h"
#include "saver/checkpoint_claim.h"
#include "saver/newest_checkpoint.h"
#include "saver/small_files.h"
#include "tf1/files/kept_checkpoints.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// Whether it is a prefix that has an index, or a path of another format, such as the one before. No
// other spelling of a prefix is taken, as in TensorFlow.
bool is_checkpoint(const Storage& storage, const std::string& path) {
  const auto has_index = [&](const std::string& prefix) {
    return storage.open_reader(prefix + std::string(tf_bundle::kIndexSuffix)).ok();
  };
  if (path.empty() || has_index(path)) return !path.empty();
  const auto claim = storage.is_directory(path) ? std::nullopt : find_claim(storage, path);
  return claim && !has_index(claim->path);
}

std::optional<double> modification_time(const std::string& file) {
  std::error_code problem;
  const auto at = std::filesystem::last_write_time(file, problem);
  if (problem) return std::nullopt;
  const auto since = std::chrono::file_clock::to_sys(at).time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

}  // namespace

bool checkpoint_exists(std::string_view prefix) {
  return is_checkpoint(*make_local_storage(), std::string(prefix));
}

std::optional<double> checkpoint_mtime(std::string_view prefix) {
  const auto storage = make_local_storage();
  const std::string path(prefix);
  if (!is_checkpoint(*storage, path)) return std::nullopt;
  std::string file = path + std::string(tf_bundle::kIndexSuffix);
  if (!storage->open_reader(file).ok()) {
    const auto pattern = tf_v1::parse_shard_path(path);
    file = pattern && !pattern->shard ? tf_v1::shard_file_path(pattern->stem, 0, pattern->count)
                                      : path;
  }
  return modification_time(file);
}

void remove_checkpoint(std::string_view prefix, SaverVersion version,
                       std::string_view meta_graph_suffix) {
  const auto storage = make_local_storage();
  remove_checkpoint_files(*storage, std::string(prefix), std::string(meta_graph_suffix), version);
}

std::string meta_graph_filename(std::string_view prefix, std::string_view meta_graph_suffix) {
  const auto shard = tf_v1::parse_shard_path(prefix);
  const std::string_view stem = shard ? shard->stem : prefix;
  return std::string(stem) + '.' + std::string(meta_graph_suffix);
}

Result<CheckpointStateInfo> make_checkpoint_state(std::string_view directory,
                                                  CheckpointStateInfo state, bool relative_paths) {
  auto& all = state.all_model_checkpoint_paths;
  if (all.empty() || all.back() != state.model_checkpoint_path)
    all.push_back(state.model_checkpoint_path);
  auto& times = state.all_model_checkpoint_timestamps;
  if (!times.empty() && times.size() != all.size()) {
    return value_error(
        "Length of `all_model_checkpoint_timestamps` must match length of "
        "`all_model_checkpoint_paths` ({} vs {})",
        times.size(), all.size());
  }
  const StatePaths paths = relative_paths ? StatePaths::kRelative : StatePaths::kAsGiven;
  for (std::string& path : all) path = path_in_state(directory, path, paths);
  state.model_checkpoint_path = path_in_state(directory, state.model_checkpoint_path, paths);
  return state;
}

Status update_checkpoint_state(std::string_view directory, const CheckpointStateInfo& state,
                               std::string_view latest_filename, bool relative_paths) {
  const std::string path = join_path(directory, latest_filename);
  HOLDALL_ASSIGN(const CheckpointStateInfo made,
                 make_checkpoint_state(directory, state, relative_paths));
  if (path == made.model_checkpoint_path || path == state.model_checkpoint_path) {
    return runtime_error(
        "Save path '{}' conflicts with path used for checkpoint state.  Please use a "
        "different save path.",
        state.model_checkpoint_path);
  }
  return replace_state_file(*make_local_storage(), path, made);
}

Status replace_state_file(Storage& storage, const std::string& path,
                          const CheckpointStateInfo& state) {
  CheckpointState file;
  file.model_checkpoint_path = state.model_checkpoint_path;
  file.all_model_checkpoint_paths = state.all_model_checkpoint_paths;
  file.all_model_checkpoint_timestamps = state.all_model_checkpoint_timestamps;
  file.last_preserved_timestamp = state.last_preserved_timestamp;
  return replace_file(storage, path, format_checkpoint_state(file), Durability::kDurable);
}

Result<FoundCheckpointState> find_checkpoint_state(std::string_view directory,
                                                   std::string_view latest_filename) {
  const auto storage = make_local_storage();
  const std::string path = join_path(directory, latest_filename);
  const auto file = read_state_file(*storage, path);
  if (!file.ok()) {
    FoundCheckpointState none;
    if (file.error().code != Code::kNotFound)
      none.warning =
          message("{}: {}\n{}: Checkpoint ignored", directory, file.error().message, path);
    return none;
  }
  if (file->model_checkpoint_path.empty())
    return value_error("Invalid checkpoint state loaded from {}", directory);
  CheckpointStateInfo state{path_of_recorded(directory, file->model_checkpoint_path),
                            {},
                            file->all_model_checkpoint_timestamps,
                            file->last_preserved_timestamp};
  for (const std::string& each : file->all_model_checkpoint_paths)
    state.all_model_checkpoint_paths.push_back(path_of_recorded(directory, each));
  return FoundCheckpointState{std::move(state)};
}

std::optional<std::string> latest_checkpoint(std::string_view directory,
                                             std::string_view latest_filename) {
  const auto storage = make_local_storage();
  const auto state = read_state_file(*storage, join_path(directory, latest_filename));
  if (!state.ok() || state->model_checkpoint_path.empty()) return std::nullopt;
  const std::string path = path_of_recorded(directory, state->model_checkpoint_path);
  if (!is_checkpoint(*storage, path)) return std::nullopt;
  return path;
}

}  // namespace holdall::tf1
