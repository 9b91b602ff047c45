#include "holdall/retention.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "codec/json.h"
#include "formats/format.h"
#include "formats/tf_bundle/tf_bundle_format.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_common/checkpoint_state.h"
#include "holdall/checkpoint.h"
#include "holdall/name_rules.h"
#include "holdall/text.h"
#include "saver/listed_checkpoints.h"
#include "saver/small_files.h"
#include "storage/storage_registry.h"

namespace holdall {
namespace {

struct Candidate {
  ListedCheckpoint listed;
  bool is_complete = false;
  std::vector<std::string> files = {};
  uint64_t size_bytes = 0;

  const std::string& path() const { return listed.claim.path; }
};

// The index, or the file that is all of it; its data files; and the graph beside them. A file that
// is not there is not listed, and if it is one with data, the checkpoint is not complete.
void find_files(const std::shared_ptr<Storage>& storage, Candidate& candidate) {
  const auto add = [&](const std::string& path) {
    if (std::ranges::find(candidate.files, path) != candidate.files.end()) return true;
    const auto reader = storage->open_reader(path);
    if (!reader.ok()) return false;
    candidate.files.push_back(path);
    candidate.size_bytes += (*reader)->size_bytes();
    return true;
  };
  const Claim& claim = candidate.listed.claim;
  const bool has_index = add(claim.path + std::string(tf_bundle::kIndexSuffix));
  candidate.is_complete = has_index || claim.format != &tf_bundle_format();
  if (!has_index) add(claim.path);
  const auto checkpoint = Checkpoint::open(claim.path, {storage});
  candidate.is_complete &= checkpoint.ok();
  if (checkpoint.ok()) {
    for (const std::string& path : checkpoint->catalog().files())
      candidate.is_complete &= add(path);
  }
  add(meta_path_of(claim));
}

Result<std::vector<Candidate>> list_candidates(const std::shared_ptr<Storage>& storage,
                                               const std::string& directory) {
  HOLDALL_ASSIGN(auto listed, list_checkpoints(*storage, directory));
  std::vector<Candidate> candidates;
  const Format* with_steps = nullptr;
  for (ListedCheckpoint& each : listed) {
    const Format* format = each.claim.format;
    if (each.step && with_steps != nullptr && format != with_steps) {
      return invalid_argument(
          "it holds numbered files of {} and of {}, and not all of them may be checkpoints; put "
          "them into directories of their own",
          with_steps->info().name, format->info().name);
    }
    if (each.step) with_steps = format;
    candidates.push_back({std::move(each)});
    find_files(storage, candidates.back());
  }
  return candidates;
}

std::string state_path(const std::string& directory) {
  return join_path(directory, kStateFileName);
}

// None if there is no state file, or it is not one.
std::optional<CheckpointState> read_state(const Storage& storage, const std::string& directory) {
  const auto bytes = read_whole_file(storage, state_path(directory));
  if (!bytes.ok()) return std::nullopt;
  auto state =
      parse_checkpoint_state({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!state.ok()) return std::nullopt;
  return *std::move(state);
}

class Keeping {
 public:
  Keeping(const KeepOptions& options, std::vector<Glob> also, std::string newest)
      : options_(options), also_(std::move(also)), newest_(std::move(newest)) {}

  void decide(std::vector<Candidate> candidates, KeepPlan& plan) {
    std::map<std::string, size_t> newer_count;  // of complete ones, a series
    std::vector<std::string> reasons(candidates.size());
    for (size_t i = candidates.size(); i-- > 0;) {
      reasons[i] = reason_to_keep(candidates[i], newer_count[candidates[i].listed.series]);
    }
    // An index may name any file beside it, also those of a checkpoint that stays.
    std::set<std::string> kept_files;
    for (size_t i = 0; i < candidates.size(); ++i) {
      if (!reasons[i].empty())
        kept_files.insert(candidates[i].files.begin(), candidates[i].files.end());
    }
    for (size_t i = 0; i < candidates.size(); ++i) {
      Candidate& each = candidates[i];
      if (reasons[i].empty()) {
        std::erase_if(each.files, [&](const auto& file) { return kept_files.contains(file); });
        plan.removed.push_back({each.path(), std::move(each.files), each.size_bytes});
      } else {
        plan.kept.push_back({each.path(), std::move(reasons[i])});
      }
    }
  }

 private:
  // "" if it goes.
  std::string reason_to_keep(const Candidate& candidate, size_t& newer_count) const {
    const std::string name = base_name_of(candidate.path());
    if (!candidate.is_complete) return "incomplete";
    if (!candidate.listed.step) return "no step";
    const bool is_last = newer_count++ < options_.last;
    if (is_last) return "last";
    if (name == newest_) return "newest";
    if (options_.every_steps > 0 && *candidate.listed.step % options_.every_steps == 0)
      return "every";
    const bool is_named = std::any_of(also_.begin(), also_.end(),
                                      [&](const Glob& glob) { return glob.matches(name); });
    return is_named ? "also" : "";
  }

  const KeepOptions& options_;
  std::vector<Glob> also_;
  std::string newest_;  // base name of the one that the state file names
};

Result<KeepPlan> plan_in(const Location& location, const KeepOptions& options) {
  if (options.last == 0 && options.every_steps == 0 && options.also.empty()) {
    return invalid_argument(
        "nothing says what to keep, so nothing is removed; give how many of the last ones stay");
  }
  std::vector<Glob> also;
  for (const std::string& text : options.also) {
    HOLDALL_ASSIGN(Glob glob, Glob::parse(text));
    also.push_back(std::move(glob));
  }
  HOLDALL_ASSIGN(auto candidates, list_candidates(location.storage, location.path));
  if (candidates.empty()) return not_found("no checkpoint is in it");
  const auto state = read_state(*location.storage, location.path);
  KeepPlan plan;
  plan.directory = location.path;
  plan.storage = location.storage;
  Keeping(options, std::move(also), state ? base_name_of(state->model_checkpoint_path) : "")
      .decide(std::move(candidates), plan);
  return plan;
}

// The state file without those that go. One that names none of them stays as it is.
Status update_state(const KeepPlan& plan) {
  auto state = read_state(*plan.storage, plan.directory);
  if (!state) return {};
  const auto goes = [&](const std::string& recorded) {
    return std::any_of(plan.removed.begin(), plan.removed.end(), [&](const auto& each) {
      return base_name_of(each.path) == base_name_of(recorded);
    });
  };
  CheckpointState left = *state;
  left.all_model_checkpoint_paths.clear();
  left.all_model_checkpoint_timestamps.clear();
  for (size_t i = 0; i < state->all_model_checkpoint_paths.size(); ++i) {
    if (goes(state->all_model_checkpoint_paths[i])) continue;
    left.all_model_checkpoint_paths.push_back(state->all_model_checkpoint_paths[i]);
    if (i < state->all_model_checkpoint_timestamps.size())
      left.all_model_checkpoint_timestamps.push_back(state->all_model_checkpoint_timestamps[i]);
  }
  if (left.all_model_checkpoint_paths.size() == state->all_model_checkpoint_paths.size()) return {};
  return replace_file(*plan.storage, state_path(plan.directory), format_checkpoint_state(left),
                      Durability::kDurable);
}

}  // namespace

Result<KeepPlan> plan_keep(std::string_view directory, const KeepOptions& options) {
  return guarded([&]() -> Result<KeepPlan> {
    HOLDALL_ASSIGN(const Location location, locate(directory, options.storage));
    auto plan = plan_in(location, options);
    if (!plan.ok()) return std::move(plan).error().in_file(directory);
    return plan;
  });
}

Status execute(const KeepPlan& plan) {
  return guarded([&]() -> Status {
    if (plan.removed.empty()) return {};
    HOLDALL_TRY(update_state(plan));
    // Without its index the rest is no checkpoint, so none is ever half there.
    for (const RemovedCheckpoint& each : plan.removed) {
      for (const std::string& path : each.files) HOLDALL_TRY(plan.storage->remove(path));
    }
    return plan.storage->sync_directory(plan.directory);
  });
}

uint64_t KeepPlan::size_bytes() const {
  uint64_t sum = 0;
  for (const RemovedCheckpoint& each : removed) sum += each.size_bytes;
  return sum;
}

std::string KeepPlan::to_string() const {
  std::string text;
  for (const KeptCheckpoint& each : kept)
    text += message("keep    {} ({})\n", printable(each.path), each.reason);
  for (const RemovedCheckpoint& each : removed) {
    text += message("remove  {} ({} files, {})\n", printable(each.path), each.files.size(),
                    size_text(each.size_bytes));
  }
  return text + message("{} kept · {} removed · {}\n", kept.size(), removed.size(),
                        size_text(size_bytes()));
}

std::string KeepPlan::to_json() const {
  Json kept_json = Json::array();
  for (const KeptCheckpoint& each : kept)
    kept_json.push_back(Json::object({{"checkpoint", each.path}, {"reason", each.reason}}));
  Json removed_json = Json::array();
  for (const RemovedCheckpoint& each : removed) {
    Json files = Json::array();
    for (const std::string& path : each.files) files.push_back(path);
    removed_json.push_back(Json::object(
        {{"checkpoint", each.path}, {"files", std::move(files)}, {"size_bytes", each.size_bytes}}));
  }
  return Json::object({{"schema", 1},
                       {"directory", directory},
                       {"kept", std::move(kept_json)},
                       {"removed", std::move(removed_json)},
                       {"size_bytes", size_bytes()}})
      .dump(2);
}

}  // namespace holdall
