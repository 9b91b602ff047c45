// Retention: which checkpoints of a directory stay and which go, decided by their steps and shown
// before a file is removed. Planning reads indexes only. All calls are thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/export.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// A checkpoint whose name ends in "-N" is step N of a series: "model-100" and "model-200" are of
// "model". Each rule counts within a series; what no rule keeps goes.
struct KeepOptions {
  size_t last = 0;                     // the newest ones that are complete
  uint64_t every_steps = 0;            // and those whose step is a multiple; 0: none
  std::vector<std::string> also = {};  // and those whose name matches one of these globs
  std::shared_ptr<Storage> storage = {};
};

struct KeptCheckpoint {
  std::string path;
  std::string reason;  // "last", "every", "also", "newest" (of the state file), "no step",
                       // "incomplete": a data file is missing, it is left for a person to look at
};

struct RemovedCheckpoint {
  std::string path;
  std::vector<std::string> files;  // in the order in which they go: the index first
  uint64_t size_bytes = 0;
};

struct HOLDALL_EXPORT KeepPlan {
  std::string directory;
  std::vector<KeptCheckpoint> kept;        // by series, oldest first
  std::vector<RemovedCheckpoint> removed;  // by series, oldest first
  std::shared_ptr<Storage> storage;

  uint64_t size_bytes() const;  // that removing gives back
  std::string to_string() const;
  std::string to_json() const;  // docs/json.md, "keep"
};

// Fails: kInvalidArgument (neither `last` nor `every_steps` nor `also` is given, a glob), kNotFound
// (no directory, no checkpoint in it), kIo.
HOLDALL_EXPORT Result<KeepPlan> plan_keep(std::string_view directory, const KeepOptions& options);

// Takes the removed ones out of the state file, then removes their files. Fails: kIo; what was not
// removed by then is still whole.
HOLDALL_EXPORT Status execute(const KeepPlan& plan);

}  // namespace holdall
