#include "tf1/files/kept_checkpoints.h"

#include <algorithm>

#include "formats/tf_bundle/tf_bundle_layout.h"
#include "holdall/tf1_files.h"

namespace holdall::tf1 {
namespace {

KeptCheckpoints::Clock::duration hours(double count) {
  // More hours than the clock can count are for ever.
  constexpr double kMostHours = 1e6;
  return std::chrono::duration_cast<KeptCheckpoints::Clock::duration>(
      std::chrono::duration<double, std::ratio<3600>>(count > 0 ? std::min(count, kMostHours) : 0));
}

// "name.data-00000-of-00001": TensorFlow removes what has five digits in both places.
bool is_data_file_of(std::string_view name, std::string_view prefix) {
  constexpr size_t kSuffixSize = std::string_view(".data-00000-of-00000").size();
  return name.size() == prefix.size() + kSuffixSize && tf_bundle::strip_data_suffix(name) == prefix;
}

// The file itself, or one of those that "P-?????-of-00003" stands for.
bool is_v1_file_of(std::string_view name, std::string_view prefix) {
  if (name.size() != prefix.size()) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] != prefix[i] && prefix[i] != '?') return false;
  }
  return true;
}

// What a clock of nanoseconds can hold.
constexpr double kLastSecond = 9e9;

}  // namespace

KeptCheckpoints::KeptCheckpoints(int max_to_keep, double keep_every_n_hours, Clock::time_point now)
    : max_to_keep_(max_to_keep > 0 ? static_cast<size_t>(max_to_keep) : 0),
      keep_every_(hours(keep_every_n_hours)),
      next_kept_(now + keep_every_) {}

void KeptCheckpoints::add(const std::string& path, Clock::time_point now) {
  if (max_to_keep_ == 0) return;
  std::erase_if(kept_, [&](const Entry& entry) { return entry.path == path; });
  kept_.push_back({path, now});
  if (kept_.size() > max_to_keep_) {
    expired_.push_back(std::move(kept_.front()));
    kept_.erase(kept_.begin());
  }
}

std::string KeptCheckpoints::take_expired() {
  if (expired_.empty()) return "";
  const Entry entry = std::move(expired_.front());
  expired_.erase(expired_.begin());
  if (entry.saved_at > next_kept_) {
    next_kept_ += keep_every_;
    return "";
  }
  return entry.path;
}

std::vector<std::string> KeptCheckpoints::paths() const {
  std::vector<std::string> paths;
  for (const Entry& entry : kept_) paths.push_back(entry.path);
  return paths;
}

void KeptCheckpoints::set(
    std::span<const std::pair<std::string, std::optional<double>>> checkpoints) {
  kept_.clear();
  for (const auto& [path, seconds] : checkpoints) {
    auto at = Clock::time_point::max();
    if (seconds)
      at = Clock::time_point(std::chrono::duration_cast<Clock::duration>(
          std::chrono::duration<double>(std::clamp(*seconds, 0.0, kLastSecond))));
    kept_.push_back({path, at});
  }
}

void remove_checkpoint_files(Storage& storage, const std::string& path,
                             const std::string& meta_graph_suffix, SaverVersion version) {
  const std::string directory = directory_of(path);
  const std::string prefix = base_name_of(path);
  // The index first: without it the rest is no checkpoint, so none is ever half there.
  if (version == SaverVersion::kV2)
    (void)storage.remove(path + std::string(tf_bundle::kIndexSuffix));
  if (const auto names = storage.list_directory(directory); names.ok()) {
    for (const std::string& name : *names) {
      const bool is_ours = version == SaverVersion::kV2 ? is_data_file_of(name, prefix)
                                                        : is_v1_file_of(name, prefix);
      if (is_ours) (void)storage.remove(join_path(directory, name));
    }
  }
  (void)storage.remove(meta_graph_filename(path, meta_graph_suffix));
}

}  // namespace holdall::tf1
