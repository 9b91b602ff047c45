#include "save_operations.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "holdall/saver.h"

namespace holdall::bench {
namespace {

// Gone, however the save ends: its dirty pages would be written back in the next sample.
class SavedFolder {
 public:
  explicit SavedFolder(const std::string& folder) : path_(folder + "/saved") {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  SavedFolder(const SavedFolder&) = delete;
  ~SavedFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Each tensor goes to the data file that has least so far, largest tensors first.
void spread(std::vector<SaveItem>& items, uint32_t shard_count) {
  std::vector<size_t> order(items.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return items[a].size_bytes() > items[b].size_bytes();
  });
  std::vector<uint64_t> load(shard_count);
  for (const size_t i : order) {
    const auto least = std::min_element(load.begin(), load.end());
    items[i].shard = static_cast<uint32_t>(least - load.begin());
    *least += items[i].size_bytes();
  }
}

std::vector<SaveItem> items_of(const Session& session, const MadeModel& model,
                               uint32_t shard_count) {
  std::vector<SaveItem> items;
  const ScopeView scope = session.scope(model.name);
  for (const std::string& name : scope.names()) {
    if (auto tensor = scope.find(name)) items.push_back({.name = name, .tensor = *tensor});
  }
  spread(items, shard_count);
  return items;
}

SaveOptions save_options(const Task& task, Durability durability) {
  SaveOptions save{.format = task.options.format, .durability = durability};
  save.shard_count = task.options.shard_count;
  save.threads = task.options.read.threads;
  save.alignment = task.options.alignment;
  save.update_state = false;
  return save;
}

std::string saved_path(const Task& task, const SavedFolder& folder, const MadeModel& model) {
  const char* suffix = task.options.format == "safetensors" ? ".safetensors" : "";
  return join_path(folder.path(), model.name + suffix);
}

Status fill_session(const Task& task, Session& session) {
  std::vector<LoadSource> sources;
  for (const MadeModel& model : task.workload.models) {
    sources.push_back({join_path(task.options.folder, model.name), {.scope = model.name}});
  }
  auto reports = session.load_all(sources);
  if (!reports) return std::move(reports).error();
  return {};
}

// What was saved is read again, from its files, and summed.
Status sum_saved(const Task& task, const SavedFolder& folder, Outcome& outcome) {
  for (const MadeModel& model : task.workload.models) {
    Session again;
    auto report = again.load(saved_path(task, folder, model));
    if (!report) return std::move(report).error();
    outcome.sum += sum_of_session(again);
    outcome.expected_sum += model.sum;
    outcome.size_bytes += model.size_bytes;
  }
  return {};
}

Status save_all(const Task& task, Session& session, Outcome& outcome, Durability durability) {
  if (auto filled = fill_session(task, session); !filled.ok()) return filled;
  const SavedFolder folder(task.options.folder);
  const SaveOptions options = save_options(task, durability);
  outcome.start();
  for (const MadeModel& model : task.workload.models) {
    auto plan = plan_save(saved_path(task, folder, model),
                          items_of(session, model, options.shard_count), options);
    if (!plan) return std::move(plan).error();
    auto report = execute(*plan);
    if (!report) return std::move(report).error();
  }
  outcome.stop();
  return sum_saved(task, folder, outcome);
}

}  // namespace

Status save_cached(const Task& task, Session& session, Outcome& outcome) {
  return save_all(task, session, outcome, Durability::kAtomic);
}

// The clock covers what the caller waits for; the files are written behind it.
Status save_async(const Task& task, Session& session, Outcome& outcome) {
  if (auto filled = fill_session(task, session); !filled.ok()) return filled;
  const SavedFolder folder(task.options.folder);
  SaveOptions options = save_options(task, Durability::kAtomic);
  options.inside_scope = true;
  std::vector<PendingSave> pending;
  outcome.start();
  for (const MadeModel& model : task.workload.models) {
    options.scope = model.name;
    auto begun = session.save_async(saved_path(task, folder, model), options);
    if (!begun) return std::move(begun).error();
    pending.push_back(*std::move(begun));
  }
  outcome.stop();
  for (PendingSave& each : pending) {
    if (auto report = each.wait(); !report) return std::move(report).error();
  }
  return sum_saved(task, folder, outcome);
}

Status save_durable(const Task& task, Session& session, Outcome& outcome) {
  return save_all(task, session, outcome, Durability::kDurable);
}

}  // namespace holdall::bench
