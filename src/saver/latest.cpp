// The newest checkpoint of a directory that can be used, whatever its state file says.
#include <algorithm>
#include <set>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/checkpoint.h"
#include "holdall/verify.h"
#include "saver/find_checkpoint.h"
#include "saver/json_text.h"
#include "saver/listed_checkpoints.h"
#include "saver/newest_checkpoint.h"
#include "storage/storage_registry.h"

namespace holdall {
namespace {

class LatestSearch {
 public:
  LatestSearch(std::shared_ptr<Storage> storage, std::string directory,
               const LatestOptions& options)
      : storage_(std::move(storage)), directory_(std::move(directory)), options_(options) {}

  Result<LatestCheckpoint> run() {
    // What the state file names comes first: steps may have been restored and begun again.
    HOLDALL_ASSIGN(const Sight in_state, try_state());
    if (in_state == Sight::kGood) return std::move(found_);
    HOLDALL_ASSIGN(auto listed, list_checkpoints(*storage_, directory_));
    sort_by_step(listed);
    listed_count_ = listed.size();
    std::vector<std::string> others;
    for (const ListedCheckpoint& each : listed) others.push_back(each.claim.path);
    others.push_back(saved_variables_in(directory_));
    HOLDALL_ASSIGN(const Sight by_step, try_all(others));
    if (by_step == Sight::kGood) return std::move(found_);
    return refuse();
  }

 private:
  enum class Sight { kNothing, kBad, kGood };

  Result<Sight> try_state() {
    const auto recorded = list_in_state(*storage_, directory_);
    if (!recorded.ok()) {
      if (recorded.error().code == Code::kIo) return recorded.error();
      has_state_file_ = recorded.error().reason != reason::kMissingFile;
      if (has_state_file_)
        found_.notes.push_back("its state file cannot be read: " + recorded.error().message);
      return Sight::kNothing;
    }
    has_state_file_ = true;
    for (const RecordedCheckpoint& each : *recorded) {
      HOLDALL_ASSIGN(const Sight sight, try_all(each.paths));
      if (sight == Sight::kGood) return sight;
      if (sight == Sight::kNothing) {
        found_.notes.push_back(
            message("its state file names {}, which is not there", quote(each.recorded)));
      }
    }
    return Sight::kBad;
  }

  // The first that is good ends it.
  Result<Sight> try_all(const std::vector<std::string>& paths) {
    Sight best = Sight::kNothing;
    for (const std::string& path : paths) {
      HOLDALL_ASSIGN(const Sight sight, look_at(path));
      best = std::max(best, sight);
      if (best == Sight::kGood) break;
    }
    return best;
  }

  Result<Sight> look_at(const std::string& path) {
    if (!tried_.insert(path).second) return Sight::kBad;
    HOLDALL_ASSIGN(const auto claim, look_for_claim(*storage_, path));
    if (!claim) return Sight::kNothing;
    HOLDALL_ASSIGN(std::string flaw, find_gap(*storage_, *claim));
    if (flaw.empty() && options_.verify) {
      HOLDALL_ASSIGN(flaw, find_damage(claim->path));
    }
    if (flaw.empty()) {
      found_.path = claim->path;
      return Sight::kGood;
    }
    found_.notes.push_back(message("{} was passed over: {}", quote(claim->path), flaw));
    return Sight::kBad;
  }

  // The first thing that does not hold; "" if all does.
  Result<std::string> find_damage(const std::string& path) const {
    auto checkpoint = Checkpoint::open(path, {storage_});
    if (!checkpoint.ok()) return checkpoint.error().message;
    VerifyOptions verifying;
    verifying.threads = options_.threads;
    verifying.progress = options_.progress;
    HOLDALL_ASSIGN(const VerifyReport report, verify(*checkpoint, verifying));
    if (report.is_whole()) return std::string();
    return report.problems.front().to_string();
  }

  Error refuse() const {
    Error error = not_found("no checkpoint in it {}; looked at: {}, {} {} that it holds",
                            options_.verify ? "is complete and holds" : "is complete",
                            has_state_file_ ? "its state file" : "no state file", listed_count_,
                            listed_count_ == 1 ? "checkpoint" : "checkpoints");
    for (const std::string& note : found_.notes) error.message += "\n  " + note;
    return std::move(error).in_file(directory_);
  }

  std::shared_ptr<Storage> storage_;
  std::string directory_;
  const LatestOptions& options_;
  LatestCheckpoint found_;
  bool has_state_file_ = false;
  size_t listed_count_ = 0;
  std::set<std::string> tried_;
};

}  // namespace

std::string LatestCheckpoint::to_json() const {
  return Json::object({{"schema", 1}, {"checkpoint", path}, {"notes", names_json(notes)}}).dump(2);
}

Result<LatestCheckpoint> find_latest_checkpoint(std::string_view directory,
                                                const LatestOptions& options) {
  return guarded([&]() -> Result<LatestCheckpoint> {
    HOLDALL_ASSIGN(Location location, locate(directory, options.storage));
    return LatestSearch(std::move(location.storage), std::move(location.path), options).run();
  });
}

}  // namespace holdall
