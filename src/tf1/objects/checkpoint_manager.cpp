#include <chrono>

#include "base/guard.h"
#include "base/try.h"
#include "holdall/storage.h"
#include "holdall/tf1_files.h"
#include "tf1/files/kept_checkpoints.h"
#include "tf1/kernels/elements.h"
#include "tf1/objects/managed_checkpoints.h"
#include "tf1/objects/object_checkpoint_rep.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Status check_options(const CheckpointManagerOptions& options) {
  if (options.max_to_keep && *options.max_to_keep <= 0)
    return value_error("Expected a positive integer or `None` for `max_to_keep`, got {}.",
                       *options.max_to_keep);
  if (options.checkpoint_interval && !options.step_counter.is_valid())
    return value_error("`step_counter` should be passed if `checkpoint_interval` is not None.");
  return {};
}

}  // namespace

struct CheckpointManager::Rep {
  Rep(ObjectCheckpoint of, std::string_view in, const CheckpointManagerOptions& with)
      : checkpoint(std::move(of)),
        directory(in),
        options(with),
        managed(with.max_to_keep, with.keep_checkpoint_every_n_hours, now_seconds()) {}

  Status write_state() const {
    return update_checkpoint_state(directory, managed.state(), "checkpoint", true);
  }

  // Whether the steps since the last save call for another one; if so, this is the last.
  Result<bool> is_due(Session& session, bool checks_interval) {
    if (!options.checkpoint_interval) return true;
    HOLDALL_ASSIGN(const Tensor counted, session.run(options.step_counter));
    HOLDALL_ASSIGN(const auto steps, integers_of(counted));
    if (steps.size() != 1) return value_error("the step counter is no single number");
    const int64_t step = steps.front();
    const bool is_early =
        checks_interval && last_step && step - *last_step < *options.checkpoint_interval;
    if (is_early || last_step == step) return false;
    last_step = step;
    return true;
  }

  // The number of the next checkpoint; the counter of saves counts it if nobody else does.
  Result<int64_t> number_of(Session& session, const std::optional<int64_t>& given) {
    ObjectCheckpoint::Rep& rep = *checkpoint.rep_;
    const std::lock_guard lock(rep.mutex);
    if (!given) return rep.next_number(session);
    Graph graph = session.graph();
    const Variable counter = rep.counter_in(graph, false);
    HOLDALL_TRY(graph.status());
    if (!session.is_initialized(counter)) HOLDALL_TRY(session.run(counter.initializer()));
    return *given;
  }

  Result<std::string> save(Session& session, const std::optional<int64_t>& given) {
    HOLDALL_ASSIGN(const int64_t number, number_of(session, given));
    const std::string prefix = join_path(directory, options.checkpoint_name);
    HOLDALL_ASSIGN(std::string path,
                   checkpoint.write(session, prefix + '-' + std::to_string(number)));
    managed.add(path, now_seconds());
    // The old ones go only once the state file names the new one, and then it names them no more.
    HOLDALL_TRY(write_state());
    const auto storage = make_local_storage();
    for (const std::string& old : managed.sweep())
      remove_checkpoint_files(*storage, old, "meta", SaverVersion::kV2);
    HOLDALL_TRY(write_state());
    return path;
  }

  ObjectCheckpoint checkpoint;
  std::string directory;
  CheckpointManagerOptions options;
  std::string warning;
  mutable std::mutex mutex;  // one save at a time; guards what follows
  ManagedCheckpoints managed;
  std::optional<int64_t> last_step;
};

Result<CheckpointManager> CheckpointManager::open(ObjectCheckpoint checkpoint,
                                                  std::string_view directory,
                                                  const CheckpointManagerOptions& options) {
  return guarded([&]() -> Result<CheckpointManager> {
    HOLDALL_TRY(check_options(options));
    auto rep = std::make_shared<Rep>(std::move(checkpoint), directory, options);
    HOLDALL_ASSIGN(const auto found, find_checkpoint_state(directory));
    if (found.state) rep->warning = rep->managed.take_up(*found.state, now_seconds());
    return CheckpointManager(std::move(rep));
  });
}

Result<std::optional<std::string>> CheckpointManager::save(Session& session,
                                                           const ManagedSaveOptions& options) {
  return guarded([&]() -> Result<std::optional<std::string>> {
    const std::lock_guard lock(rep_->mutex);
    HOLDALL_ASSIGN(const bool is_due, rep_->is_due(session, options.check_interval));
    if (!is_due) return std::optional<std::string>();
    HOLDALL_ASSIGN(std::string path, rep_->save(session, options.number));
    return std::optional(std::move(path));
  });
}

Result<std::optional<std::string>> CheckpointManager::restore(Session& session) {
  return guarded([&]() -> Result<std::optional<std::string>> {
    const auto latest = latest_checkpoint();
    if (!latest) return latest;
    auto report = rep_->checkpoint.restore(session, *latest);
    if (!report.ok()) return std::move(report).error();
    return latest;
  });
}

std::optional<std::string> CheckpointManager::latest_checkpoint() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->managed.latest();
}

std::vector<std::string> CheckpointManager::checkpoints() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->managed.paths();
}

std::string CheckpointManager::directory() const {
  return rep_->directory;
}

std::optional<int64_t> CheckpointManager::checkpoint_interval() const {
  return rep_->options.checkpoint_interval;
}

std::string CheckpointManager::warning() const {
  return rep_->warning;
}

}  // namespace holdall::tf1
