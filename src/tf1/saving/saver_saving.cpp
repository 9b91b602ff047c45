// Saver.save: the tensors, then the state file, then the graph.
#include "base/guard.h"
#include "base/try.h"
#include "formats/shard_names.h"
#include "holdall/tf1_files.h"
#include "saver/small_files.h"
#include "tf1/files/slice_spec.h"
#include "tf1/files/state_files.h"
#include "tf1/saving/saver_rep.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

std::string with_step(std::string_view path, const std::optional<int64_t>& step, bool pad) {
  if (!step) return std::string(path);
  std::string digits = std::to_string(*step);
  if (pad && digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
  return std::string(path) + '-' + digits;
}

Status check_save_call(std::string_view path, const SaverSaveOptions& options, bool is_sharded) {
  if (path.empty()) return value_error("no path specified");
  if (options.latest_filename.find('/') != std::string::npos) {
    return value_error("'latest_filename' must not contain path components");
  }
  if (!options.global_step && !is_sharded && base_name_of(path) == options.latest_filename) {
    return value_error("'latest_filename' collides with 'save_path': '{}' and '{}'",
                       options.latest_filename, path);
  }
  return {};
}

// The directory of the checkpoint could not be made: TensorFlow's words for it.
Error without_parent(std::string_view path, Error cause) {
  const bool is_about_directory = cause.code == Code::kNotFound ||
                                  (cause.code == Code::kInvalidArgument && cause.system_error == 0);
  if (!is_about_directory || make_local_storage()->is_directory(directory_of(path))) return cause;
  return value_error("Parent directory of {} doesn't exist, can't save.", path);
}

}  // namespace

namespace {

Status check_session(const Session& session) {
  if (session.is_closed()) return runtime_error("Attempted to use a closed Session.");
  return session.graph().status();
}

}  // namespace

Result<std::shared_ptr<const SaverParts>> Saver::Rep::parts_in(const Session& session) const {
  HOLDALL_TRY(check_session(session));
  const auto run_graph = GraphRep::of(session.graph());
  const std::lock_guard lock(run_graph->mutex);
  if (run_graph == graph) return own_parts;
  // A saver goes by the names of its nodes: it is fed the path, and runs what it has to.
  const auto place = session.graph().tensor_by_name(def.filename_tensor_name);
  if (!place.ok())
    return type_error("Cannot interpret feed_dict key as Tensor: {}", place.error().message);
  HOLDALL_ASSIGN(SaverParts found, read_saver_nodes(*run_graph, def));
  return std::make_shared<const SaverParts>(std::move(found));
}

Status Saver::Rep::write_state(Storage& storage, const std::string& path,
                               const SaverSaveOptions& save_options) {
  kept.add(path, KeptCheckpoints::Clock::now());
  const std::string directory = directory_of(path);
  // Where nothing is remembered, the file lists just this one.
  HOLDALL_ASSIGN(
      const CheckpointStateInfo state,
      make_checkpoint_state(directory, {path, kept.paths()}, options.save_relative_paths));
  HOLDALL_TRY(
      replace_state_file(storage, join_path(directory, save_options.latest_filename), state));
  const std::string expired = kept.take_expired();
  if (!expired.empty()) {
    remove_checkpoint_files(storage, expired, save_options.meta_graph_suffix, own_parts->version);
  }
  return {};
}

Status Saver::Rep::write_meta_graph(Storage& storage, GraphRep& of_graph, const std::string& path,
                                    const SaverSaveOptions& save_options) const {
  if (!save_options.write_meta_graph) return {};
  ExportOptions export_options;
  if (!is_empty()) export_options.saver = def;
  export_options.strip_default_attrs = save_options.strip_default_attrs;
  HOLDALL_ASSIGN(
      const std::string message,
      export_meta_graph(GraphRep::graph_of(of_graph.shared_from_this()), export_options));
  return replace_file(storage, meta_graph_filename(path, save_options.meta_graph_suffix), message,
                      Durability::kDurable);
}

namespace {

// The tensors' values under the names that they have in the checkpoint.
Result<std::vector<SaveItem>> collect_values(const SaverParts& parts, Session& session) {
  std::vector<Output> tensors;
  for (const SavedPart& part : parts.saved) tensors.push_back(part.tensor);
  HOLDALL_ASSIGN(auto values, session.run(tensors, {}));
  std::vector<SaveItem> items;
  for (size_t i = 0; i < values.size(); ++i) {
    const SavedPart& part = parts.saved[i];
    SaveItem item;
    item.name = part.request.key;
    item.tensor = std::move(values[i]);
    item.shard = part.shard;
    HOLDALL_ASSIGN(auto slice, parse_slice_spec(part.request.slice));
    if (slice) {
      item.box = std::move(slice->box);
      item.whole_shape = std::move(slice->whole);
    }
    items.push_back(std::move(item));
  }
  return items;
}

// What a V1 checkpoint of several files goes by.
std::string path_of_saved(const std::string& target, const SaverParts& parts, bool is_sharded) {
  if (!is_sharded || parts.version == SaverVersion::kV2) return target;
  return target + "-\?\?\?\?\?-of-" + five_digits(parts.shard_count);
}

// A V1 checkpoint of one file that is a shard all the same has the name of one.
std::string path_to_write(const std::string& target, const SaverParts& parts, bool is_sharded) {
  const bool is_one_shard =
      is_sharded && parts.version == SaverVersion::kV1 && parts.shard_count == 1;
  return is_one_shard ? target + "-00000-of-00001" : target;
}

}  // namespace

Result<std::string> Saver::save(Session& session, std::string_view path,
                                const SaverSaveOptions& options) {
  return guarded([&]() -> Result<std::string> {
    HOLDALL_TRY(rep_->status);
    const bool is_sharded = rep_->options.sharded;
    HOLDALL_TRY(check_save_call(path, options, is_sharded));
    HOLDALL_TRY(check_session(session));  // an empty saver's too
    GraphRep& graph = *GraphRep::of(session.graph());
    const std::lock_guard lock(rep_->mutex);
    const auto storage = make_local_storage();
    const std::string target = with_step(path, options.global_step, rep_->options.pad_step_number);
    if (rep_->is_empty()) {
      HOLDALL_TRY(storage->make_directories(directory_of(target)));
      HOLDALL_TRY(rep_->write_meta_graph(*storage, graph, target, options));
      return std::string();
    }
    HOLDALL_ASSIGN(const auto parts, rep_->parts_in(session));
    HOLDALL_ASSIGN(auto items, collect_values(*parts, session));
    HOLDALL_ASSIGN(const SavePlan plan,
                   plan_tensors(path_to_write(target, *parts, is_sharded), std::move(items),
                                parts->version, parts->shard_count));
    auto written = execute(plan);
    if (!written.ok()) return without_parent(target, std::move(written).error());
    const std::string saved = path_of_saved(target, *parts, is_sharded);
    if (options.write_state) HOLDALL_TRY(rep_->write_state(*storage, saved, options));
    HOLDALL_TRY(rep_->write_meta_graph(*storage, graph, saved, options));
    return saved;
  });
}

}  // namespace holdall::tf1
