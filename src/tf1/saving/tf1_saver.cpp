#include <algorithm>
#include <mutex>

#include "base/guard.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_common/checkpoint_state.h"
#include "holdall/checkpoint.h"
#include "holdall/saver.h"
#include "saver/checkpoint_claim.h"
#include "saver/newest_checkpoint.h"
#include "saver/pinned_files.h"
#include "saver/small_files.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/saving/kept_checkpoints.h"
#include "tf1/saving/meta_graph_encoding.h"
#include "tf1/saving/restore_errors.h"
#include "tf1/saving/saver_nodes.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {

struct Saver::Rep {
  Rep(std::vector<SavedVariable> variables, const SaverOptions& saver_options)
      : options(saver_options),
        saved(std::move(variables)),
        kept(saver_options.max_to_keep, saver_options.keep_checkpoint_every_n_hours,
             KeptCheckpoints::Clock::now()) {}

  // Sorts and checks the list, and adds the saver's nodes to the variables' graph.
  void build();

  // The state file, then at most one old checkpoint is deleted.
  Status write_state(Storage& storage, const std::string& path,
                     const SaverSaveOptions& save_options);

  // The `.meta` of `of_graph`.
  Status write_meta_graph(Storage& storage, GraphRep& of_graph, const std::string& path,
                          const SaverSaveOptions& save_options) const;

  Status status;
  SaverOptions options;
  std::shared_ptr<GraphRep> graph;   // null if there is nothing to save
  std::vector<SavedVariable> saved;  // by key
  SaverDef def;
  std::mutex mutex;  // one save at a time; guards what follows
  KeptCheckpoints kept;
  std::vector<std::string> warnings;
};

namespace {

std::vector<SavedVariable> under_own_names(std::span<const Variable> variables) {
  std::vector<SavedVariable> saved;
  for (const Variable& variable : variables) saved.push_back({variable.op_name(), variable});
  return saved;
}

Status check_saved(const std::vector<SavedVariable>& saved, const SaverOptions& options) {
  if (saved.empty() && !options.allow_empty) return value_error("No variables to save");
  for (size_t i = 0; i < saved.size(); ++i) {
    if (!saved[i].variable.is_valid()) {
      return type_error("Variable to save is not a Variable: {}", quote(saved[i].key));
    }
    if (i > 0 && saved[i].key == saved[i - 1].key) {
      return value_error("At least two variables have the same name: {}", saved[i].key);
    }
  }
  std::vector<std::pair<std::string, std::string>> by_variable;
  for (const SavedVariable& each : saved)
    by_variable.emplace_back(each.variable.op_name(), each.key);
  std::sort(by_variable.begin(), by_variable.end());
  for (size_t i = 1; i < by_variable.size(); ++i) {
    if (by_variable[i].first == by_variable[i - 1].first) {
      return value_error("The same saveable will be restored with two names: {}",
                         by_variable[i].second);
    }
  }
  return {};
}

}  // namespace

void Saver::Rep::build() {
  std::stable_sort(saved.begin(), saved.end(),
                   [](const SavedVariable& a, const SavedVariable& b) { return a.key < b.key; });
  status = check_saved(saved, options);
  if (!status.ok() || saved.empty()) return;
  graph = GraphRep::of(saved.front().variable.op());
  const std::lock_guard lock(graph->mutex);
  status = graph->status();
  if (!status.ok()) return;
  def = add_saver_nodes(*graph, saved, options);
  // What goes wrong here is the saver's to tell, not the graph's.
  status = graph->take_status();
}

Saver::Saver(const Graph& graph, const SaverOptions& options)
    : rep_(std::make_unique<Rep>(under_own_names(graph.global_variables()), options)) {
  rep_->status = graph.status();
  if (rep_->status.ok()) rep_->build();
}

Saver::Saver(std::span<const Variable> variables, const SaverOptions& options)
    : rep_(std::make_unique<Rep>(under_own_names(variables), options)) {
  rep_->build();
}

Saver::Saver(const std::map<std::string, Variable>& variables, const SaverOptions& options)
    : rep_(std::make_unique<Rep>(std::vector<SavedVariable>(), options)) {
  for (const auto& [key, variable] : variables) rep_->saved.push_back({key, variable});
  rep_->build();
}

Saver::Saver(Saver&&) noexcept = default;
Saver& Saver::operator=(Saver&&) noexcept = default;
Saver::~Saver() = default;

Status Saver::status() const {
  return rep_->status;
}
std::vector<std::string> Saver::last_checkpoints() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->kept.paths();
}

namespace {

std::string with_step(std::string_view path, const std::optional<int64_t>& step, bool pad) {
  if (!step) return std::string(path);
  std::string digits = std::to_string(*step);
  if (pad && digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
  return std::string(path) + '-' + digits;
}

Status check_save_call(std::string_view path, const SaverSaveOptions& options) {
  if (path.empty()) return value_error("no path specified");
  if (options.latest_filename.find('/') != std::string::npos) {
    return value_error("'latest_filename' must not contain path components");
  }
  if (!options.global_step && base_name_of(path) == options.latest_filename) {
    return value_error("'latest_filename' collides with 'save_path': '{}' and '{}'",
                       options.latest_filename, path);
  }
  return {};
}

Status check_session(GraphRep& graph, const Session& session) {
  if (session.is_closed()) return runtime_error("Attempted to use a closed Session.");
  if (GraphRep::of(session.graph()).get() != &graph) {
    return value_error("The session runs another graph than the one this saver was made for.");
  }
  const std::lock_guard lock(graph.mutex);
  return graph.status();
}

// The directory of the checkpoint could not be made: TensorFlow's words for it.
Error without_parent(std::string_view path, Error cause) {
  const bool is_about_directory = cause.code == Code::kNotFound ||
                                  (cause.code == Code::kInvalidArgument && cause.system_error == 0);
  if (!is_about_directory || make_local_storage()->is_directory(directory_of(path))) return cause;
  return value_error("Parent directory of {} doesn't exist, can't save.", path);
}

}  // namespace

Status Saver::Rep::write_state(Storage& storage, const std::string& path,
                               const SaverSaveOptions& save_options) {
  kept.add(path, KeptCheckpoints::Clock::now());
  const std::string directory = directory_of(path);
  const StatePaths paths =
      options.save_relative_paths ? StatePaths::kRelative : StatePaths::kAsGiven;
  CheckpointState state;
  state.model_checkpoint_path = path_in_state(directory, path, paths);
  for (const std::string& each : kept.paths()) {
    state.all_model_checkpoint_paths.push_back(path_in_state(directory, each, paths));
  }
  // Where nothing is remembered, the file lists just this one.
  if (state.all_model_checkpoint_paths.empty()) {
    state.all_model_checkpoint_paths = {state.model_checkpoint_path};
  }
  HOLDALL_TRY(replace_file(storage, join_path(directory, save_options.latest_filename),
                           format_checkpoint_state(state), Durability::kDurable));
  const std::string expired = kept.take_expired();
  if (!expired.empty()) remove_checkpoint_files(storage, expired, save_options.meta_graph_suffix);
  return {};
}

Status Saver::Rep::write_meta_graph(Storage& storage, GraphRep& of_graph, const std::string& path,
                                    const SaverSaveOptions& save_options) const {
  if (!save_options.write_meta_graph) return {};
  return replace_file(storage, path + '.' + save_options.meta_graph_suffix,
                      encode_meta_graph(of_graph, def), Durability::kDurable);
}

namespace {

// The variables' values under the names that they have in the checkpoint.
Result<std::vector<SaveItem>> collect_values(const std::vector<SavedVariable>& saved,
                                             const Snapshot& values) {
  std::vector<SaveItem> items;
  for (const SavedVariable& each : saved) {
    auto value = values.find(each.variable.op_name());
    if (!value) {
      return make_error(Code::kInvalidArgument, reason::kTfUninitialized,
                        "Attempting to use uninitialized value {}", each.variable.op_name());
    }
    items.push_back({each.key, *std::move(value), {}, {}, 0});
  }
  return items;
}

}  // namespace

Result<std::string> Saver::save(Session& session, std::string_view path,
                                const SaverSaveOptions& options) {
  return guarded([&]() -> Result<std::string> {
    HOLDALL_TRY(rep_->status);
    HOLDALL_TRY(check_save_call(path, options));
    // An empty saver is of any graph.
    GraphRep& graph = rep_->graph != nullptr ? *rep_->graph : *GraphRep::of(session.graph());
    HOLDALL_TRY(check_session(graph, session));
    const std::lock_guard lock(rep_->mutex);
    const auto storage = make_local_storage();
    const std::string target = with_step(path, options.global_step, rep_->options.pad_step_number);
    if (rep_->saved.empty()) {
      HOLDALL_TRY(storage->make_directories(directory_of(target)));
      HOLDALL_TRY(rep_->write_meta_graph(*storage, graph, target, options));
      return std::string();
    }
    HOLDALL_ASSIGN(auto items, collect_values(rep_->saved, session.values().snapshot()));
    SaveOptions save_options;
    save_options.storage = storage;
    save_options.update_state = false;
    save_options.alignment = 1;  // byte for byte what TensorFlow's own Saver writes
    HOLDALL_ASSIGN(const SavePlan plan, plan_save(target, std::move(items), save_options));
    auto saved = execute(plan);
    if (!saved.ok()) return without_parent(target, std::move(saved).error());
    if (options.write_state) HOLDALL_TRY(rep_->write_state(*storage, target, options));
    HOLDALL_TRY(rep_->write_meta_graph(*storage, graph, target, options));
    return target;
  });
}

namespace {

// An index that ends early is lost data; only a data file that does is out of range.
Error of_index(Error error) {
  if (error.reason == reason::kCutShort) error.reason = reason::kNone;
  return error;
}

std::vector<RestoreTarget> targets_of(std::span<const SavedVariable> saved) {
  std::vector<RestoreTarget> targets;
  for (const SavedVariable& each : saved) {
    targets.push_back(
        {each.variable.op_name(), each.key, each.variable.dtype(), each.variable.shape().full()});
  }
  return targets;
}

Result<PlannedRestore> plan_from(const std::string& prefix, std::span<const RestoreTarget> targets,
                                 NameView names) {
  auto checkpoint = Checkpoint::open(prefix, {nullptr, names});
  if (!checkpoint.ok()) return of_index(std::move(checkpoint).error());
  RestoreOptions options;
  options.policies.unexpected = UnexpectedPolicy::kSkip;
  HOLDALL_ASSIGN(RestorePlan plan, plan_restore(checkpoint->catalog(), targets, options));
  return PlannedRestore{std::move(plan), *std::move(checkpoint)};
}

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

// TensorFlow's words, and what the path is.
Error not_a_checkpoint(const std::string& path) {
  Error error = value_error("The passed save_path is not a valid checkpoint: {}", path);
  if (path.empty()) return error;
  const auto opened = Checkpoint::open(path);
  error.message += opened.ok()
                       ? message("\nHint: the path that stands for it is {}", quote(opened->path()))
                       : "\nHint: " + opened.error().message;
  return error;
}

bool lacks_names(const RestorePlan& plan) {
  return std::any_of(plan.problems.begin(), plan.problems.end(),
                     [](const RestoreProblem& each) { return each.error.code == Code::kNotFound; });
}

}  // namespace

Status Saver::restore(Session& session, std::string_view path) {
  const auto restore_once = [&]() -> Status {
    HOLDALL_TRY(rep_->status);
    if (rep_->saved.empty()) return {};
    HOLDALL_TRY(check_session(*rep_->graph, session));
    const std::string prefix(path);
    if (!is_checkpoint(*make_local_storage(), prefix)) return not_a_checkpoint(prefix);
    const std::vector<RestoreTarget> targets = targets_of(rep_->saved);
    HOLDALL_ASSIGN(PlannedRestore planned, plan_from(prefix, targets, NameView::kRaw));
    std::vector<std::string> warnings;
    if (lacks_names(planned.plan) && planned.checkpoint.is_object_based()) {
      HOLDALL_ASSIGN(planned, plan_from(prefix, targets, NameView::kVariable));
      if (lacks_names(planned.plan)) return object_based_error(planned, targets);
      warnings.emplace_back(kObjectBasedWarning);
    }
    if (!planned.plan.problems.empty())
      return restore_error(planned.plan, targets, planned.checkpoint.catalog());
    auto report = execute(planned.plan, planned.checkpoint, session.values());
    if (!report.ok()) return std::move(report).error();
    const std::lock_guard lock(rep_->mutex);
    rep_->warnings = std::move(warnings);
    return {};
  };
  return retry_if_changed([&] { return guarded(restore_once); });
}

std::vector<std::string> Saver::warnings() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->warnings;
}

std::vector<RestoreTarget> targets_of(const Graph& graph) {
  return targets_of(under_own_names(graph.global_variables()));
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
