#include "tf1/objects/managed_checkpoints.h"

#include <algorithm>

#include "base/message.h"

namespace holdall::tf1 {

std::string ManagedCheckpoints::take_up(const CheckpointStateInfo& state, double now) {
  std::string warning;
  latest_ = state.model_checkpoint_path;
  preserved_ = state.last_preserved_timestamp.value_or(now);
  if (now < preserved_) {
    warning = message(
        "time.time() returned a value {} seconds behind the last preserved checkpoint timestamp.",
        now - preserved_);
    preserved_ = now;
  }
  // Without times none of them is managed, nor is what was kept for ever.
  const auto& paths = state.all_model_checkpoint_paths;
  const auto& times = state.all_model_checkpoint_timestamps;
  for (size_t i = 0; i < std::min(paths.size(), times.size()); ++i) {
    if (std::min(times[i], now) > preserved_) kept_.push_back({paths[i], std::min(times[i], now)});
  }
  return warning;
}

void ManagedCheckpoints::add(const std::string& path, double now) {
  std::erase_if(kept_, [&](const Entry& entry) { return entry.path == path; });
  kept_.push_back({path, now});
  latest_ = path;
}

std::vector<std::string> ManagedCheckpoints::sweep() {
  std::vector<std::string> expired;
  while (max_to_keep_ && kept_.size() > static_cast<size_t>(*max_to_keep_)) {
    const Entry oldest = kept_.front();
    kept_.erase(kept_.begin());
    const double hours = keep_every_n_hours_.value_or(0);
    if (hours != 0 && oldest.saved_at - hours * 3600 >= preserved_)
      preserved_ = oldest.saved_at;
    else
      expired.push_back(oldest.path);
  }
  return expired;
}

CheckpointStateInfo ManagedCheckpoints::state() const {
  CheckpointStateInfo state;
  state.model_checkpoint_path = latest_.value_or("");
  state.all_model_checkpoint_paths = paths();
  for (const Entry& entry : kept_) state.all_model_checkpoint_timestamps.push_back(entry.saved_at);
  state.last_preserved_timestamp = preserved_;
  return state;
}

std::vector<std::string> ManagedCheckpoints::paths() const {
  std::vector<std::string> paths;
  for (const Entry& entry : kept_) paths.push_back(entry.path);
  return paths;
}

}  // namespace holdall::tf1
