// The newest checkpoint of a directory that can be used, whatever its state file says.
#include <set>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/checkpoint.h"
#include "holdall/verify.h"
#include "saver/json_text.h"
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
    auto recorded = list_in_state(*storage_, directory_);
    if (recorded.ok()) {
      HOLDALL_ASSIGN(const bool is_done, try_all(*recorded));
      if (is_done) return std::move(found_);
    } else if (recorded.error().code == Code::kIo) {
      return std::move(recorded).error();
    } else if (recorded.error().reason != reason::kMissingFile) {
      found_.notes.push_back("its state file cannot be read: " + recorded.error().message);
    }
    HOLDALL_ASSIGN(const auto by_step, list_by_step(*storage_, directory_));
    HOLDALL_ASSIGN(const bool is_done, try_all(by_step));
    if (is_done) return std::move(found_);
    return refuse();
  }

 private:
  Result<bool> try_all(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      if (!tried_.insert(path).second) continue;
      const auto claim = find_claim(*storage_, path);
      if (!claim) continue;
      HOLDALL_ASSIGN(std::string flaw, find_gap(*storage_, *claim));
      if (flaw.empty() && options_.verify) {
        HOLDALL_ASSIGN(flaw, find_damage(claim->path));
      }
      if (flaw.empty()) {
        found_.path = claim->path;
        return true;
      }
      found_.notes.push_back(message("{} was passed over: {}", quote(claim->path), flaw));
    }
    return false;
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
    Error error = not_found("no checkpoint in it {}",
                            options_.verify ? "is complete and holds" : "is complete");
    for (const std::string& note : found_.notes) error.message += "\n  " + note;
    return std::move(error).in_file(directory_);
  }

  std::shared_ptr<Storage> storage_;
  std::string directory_;
  const LatestOptions& options_;
  LatestCheckpoint found_;
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
