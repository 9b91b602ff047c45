#include "saver/newest_checkpoint.h"

#include <algorithm>
#include <unordered_set>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/tf_bundle/tf_bundle_format.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "holdall/names.h"
#include "saver/listed_checkpoints.h"
#include "saver/recognize.h"
#include "storage/path_below.h"

namespace holdall {

Result<CheckpointState> read_state_file(const Storage& storage, const std::string& path) {
  HOLDALL_ASSIGN(const auto bytes, read_whole_file(storage, path));
  auto state = parse_checkpoint_state({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!state.ok()) return std::move(state).error().in_file(path);
  return state;
}

std::string path_of_recorded(std::string_view directory, std::string_view recorded) {
  return recorded.starts_with('/') ? std::string(recorded) : join_path(directory, recorded);
}

namespace {

// Names to show in a message at most.
constexpr size_t kMaxShown = 5;

enum class Sight { kNothing, kIncomplete, kComplete };

// Looks at one checkpoint after the other, the newest first, until one is complete.
class Search {
 public:
  explicit Search(const Storage& storage) : storage_(storage) {}

  // The search is over with the first that is complete.
  Result<Sight> look_at(const std::string& path) {
    HOLDALL_ASSIGN(auto claim, look_for_claim(storage_, path));
    if (!claim) return Sight::kNothing;
    HOLDALL_ASSIGN(std::string gap, find_gap(storage_, *claim));
    const bool is_complete = gap.empty();
    if (is_complete || !found_) {
      if (is_complete && found_) first_gap_ = found_->claim.path + ": " + found_->gap;
      found_ = FoundCheckpoint{*std::move(claim), {}, std::move(gap)};
    }
    return is_complete ? Sight::kComplete : Sight::kIncomplete;
  }

  // The complete one; else the first one that is not; else none.
  std::optional<FoundCheckpoint>& found() { return found_; }

  // Why the first one that is not complete was not taken; "" if there was none before found().
  const std::string& first_gap() const { return first_gap_; }

 private:
  const Storage& storage_;
  std::optional<FoundCheckpoint> found_;
  std::string first_gap_;
};

// What the state file names, the newest first and each once.
std::vector<std::string> list_recorded(const CheckpointState& state) {
  std::vector<std::string> recorded;
  std::unordered_set<std::string_view> seen = {""};
  const auto add = [&](std::string_view path) {
    constexpr std::string_view kScheme = "file://";
    if (path.starts_with(kScheme)) path.remove_prefix(kScheme.size());
    if (seen.insert(path).second) recorded.emplace_back(path);
  };
  add(state.model_checkpoint_path);
  const auto& all = state.all_model_checkpoint_paths;
  std::for_each(all.rbegin(), all.rend(), add);
  return recorded;
}

// Whether a checkpoint that the state file names is complete: where it says, or beside it.
Result<bool> look_at_recorded(Search& search, const std::string& directory,
                              const std::string& recorded, bool is_confined) {
  const std::string path = path_of_recorded(directory, recorded);
  const bool is_outside = path_below(directory, path).empty();
  Sight sight = Sight::kNothing;
  if (!is_outside || !is_confined) {
    HOLDALL_ASSIGN(sight, search.look_at(path));
  }
  if (sight == Sight::kComplete && is_outside) {
    search.found()->notes.push_back(
        message("the state file leads out of its directory, to {}", quote_front(recorded)));
  }
  if (sight == Sight::kComplete) return true;
  const std::string name = base_name_of(recorded);
  const std::string beside = join_path(directory, name);
  if (beside == path || name.empty()) return false;
  HOLDALL_ASSIGN(const Sight sight_beside, search.look_at(beside));
  if (sight_beside == Sight::kComplete && sight == Sight::kNothing) {
    search.found()->notes.push_back(
        message("the state file points to {}, which is not there; {} beside it was opened",
                quote_front(recorded), quote_front(name)));
  }
  return sight_beside == Sight::kComplete;
}

// Says that it is another than the newest, and why.
void note_fallback(Search& search, const std::string& newest) {
  FoundCheckpoint& found = *search.found();
  const std::string path = quote(found.claim.path);
  if (!found.gap.empty()) {
    found.notes.push_back(message("no checkpoint is complete; of {}, {}", path, found.gap));
  } else if (!search.first_gap().empty()) {
    found.notes.push_back(message("a newer checkpoint is not complete ({}); {} was opened",
                                  search.first_gap(), path));
  } else if (base_name_of(found.claim.path) != base_name_of(newest)) {
    found.notes.push_back(
        message("the newest checkpoint {} is not there; {} was opened", quote_front(newest), path));
  }
}

std::string list_quoted(std::string_view directory, std::span<const std::string> names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kMaxShown); ++i) {
    text += (i > 0 ? ", " : "") + quote(join_path(directory, names[i]));
  }
  if (names.size() > kMaxShown) text += message(" and {} more", names.size() - kMaxShown);
  return text;
}

}  // namespace

Result<std::optional<FoundCheckpoint>> find_newest_in_state(const Storage& storage,
                                                            const std::string& state_path,
                                                            bool is_confined) {
  HOLDALL_ASSIGN(const CheckpointState state, read_state_file(storage, state_path));
  const std::string directory = directory_of(state_path);
  const std::vector<std::string> recorded = list_recorded(state);
  if (recorded.empty()) return std::optional<FoundCheckpoint>();
  Search search(storage);
  for (const std::string& path : recorded) {
    HOLDALL_ASSIGN(const bool is_found, look_at_recorded(search, directory, path, is_confined));
    if (is_found) break;
  }
  if (search.found()) {
    note_fallback(search, recorded.front());
    return std::move(search.found());
  }
  // What is there but is no checkpoint of this build is not missing.
  for (const std::string& path : {path_of_recorded(directory, recorded.front()),
                                  join_path(directory, base_name_of(recorded.front()))}) {
    if (is_confined && path_below(directory, path).empty()) continue;
    const auto other = recognize_file(storage, path);
    if (!other.ok()) continue;
    return make_error(other->code, reason::kNone, "{}", other->sentence).in_file(path);
  }
  return not_found(
             "its state file names {} as the newest checkpoint, which is neither there nor at "
             "{}; {}",
             quote_front(recorded.front()),
             quote_front(join_path(directory, base_name_of(recorded.front()))),
             what_is_there(storage, state_path))
      .in_file(directory);
}

Result<FoundCheckpoint> find_newest_by_name(const Storage& storage, const std::string& directory) {
  HOLDALL_ASSIGN(auto all, list_checkpoints(storage, directory));
  const bool is_by_step = are_steps_of_one(all);
  const bool is_bundle = !all.empty() && all[0].claim.format == &tf_bundle_format();
  // A file of another format need not be the directory's checkpoint unless its name says a step.
  if (all.empty() || (!is_bundle && !is_by_step)) {
    return not_found(
               "it is a directory without a '{}' state file and without '*.index' files; give the "
               "prefix of a checkpoint",
               kStateFileName)
        .in_file(directory);
  }
  if (all.size() > 1 && !is_by_step) {
    std::vector<std::string> names;
    for (const ListedCheckpoint& each : all) names.emplace_back(name_of(each.claim));
    return not_found(
               "it is a directory without a '{}' state file that says which checkpoint is the "
               "newest; give the prefix of one: {}",
               kStateFileName, list_quoted(directory, names))
        .in_file(directory);
  }
  sort_by_step(all);
  Search search(storage);
  for (const ListedCheckpoint& each : all) {
    HOLDALL_ASSIGN(const Sight sight, search.look_at(each.claim.path));
    if (sight == Sight::kComplete) break;
  }
  if (!search.found()) return not_found("its index files cannot be opened").in_file(directory);
  note_fallback(search, base_name_of(all.front().claim.path));
  FoundCheckpoint& found = *search.found();
  const std::string count =
      all.size() == 1 ? std::string("its only checkpoint") : message("one of {}", all.size());
  found.notes.push_back(message("{} has no state file; {}, {}, was opened", quote(directory),
                                quote(base_name_of(found.claim.path)), count));
  return std::move(found);
}

Result<std::optional<Claim>> look_for_claim(const Storage& storage, const std::string& path) {
  auto claim = find_claim(storage, path);
  if (claim) return claim;
  // What is there and cannot be opened is not missing.
  const auto index = storage.open_reader(path + std::string(tf_bundle::kIndexSuffix));
  if (!index.ok() && index.error().code == Code::kIo) return index.error();
  return claim;
}

Result<std::vector<RecordedCheckpoint>> list_in_state(const Storage& storage,
                                                      const std::string& directory) {
  HOLDALL_ASSIGN(const CheckpointState state,
                 read_state_file(storage, join_path(directory, kStateFileName)));
  std::vector<RecordedCheckpoint> all;
  for (std::string& recorded : list_recorded(state)) {
    const std::string path = path_of_recorded(directory, recorded);
    const std::string name = base_name_of(recorded);
    const std::string beside = join_path(directory, name);
    all.push_back({std::move(recorded), {path}});
    if (beside != path && !name.empty()) all.back().paths.push_back(beside);
  }
  return all;
}

std::string what_is_there(const Storage& storage, const std::string& path) {
  const std::string directory = directory_of(path);
  const auto names = storage.list_directory(directory);
  if (!names.ok()) return "there is no directory " + quote(directory);
  const std::string data_mark = base_name_of(path) + std::string(tf_bundle::kDataMark);
  for (const std::string& name : *names) {
    if (!name.starts_with(data_mark)) continue;
    return message("its data file {} is there, but the index is what tells what is in it",
                   quote(join_path(directory, name)));
  }
  const std::vector<std::string> prefixes = list_prefixes(*names);
  if (prefixes.empty()) return "its directory holds no '*.index' file";
  const std::vector<std::string_view> views(prefixes.begin(), prefixes.end());
  auto nearest = nearest_names(base_name_of(path), views, kMaxShown);
  if (nearest.empty()) nearest = prefixes;
  return "checkpoints in that directory: " + list_quoted(directory, nearest);
}

}  // namespace holdall
