// Which checkpoints of a directory a CheckpointManager manages: the newest few may be deleted in
// their turn, some are kept for ever. Times are seconds since 1970.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "holdall/tf1_files.h"

namespace holdall::tf1 {

class ManagedCheckpoints {
 public:
  ManagedCheckpoints(std::optional<int> max_to_keep, std::optional<double> keep_every_n_hours,
                     double now)
      : max_to_keep_(max_to_keep), keep_every_n_hours_(keep_every_n_hours), preserved_(now - 1) {}

  // Goes on where the state file was left. Returns what is to be warned of, or "".
  std::string take_up(const CheckpointStateInfo& state, double now);

  // It was saved, and is the newest.
  void add(const std::string& path, double now);

  // Forgets the oldest ones that are too many, and returns those that are to be deleted.
  std::vector<std::string> sweep();

  // As the state file tells it.
  CheckpointStateInfo state() const;

  const std::optional<std::string>& latest() const { return latest_; }
  std::vector<std::string> paths() const;

 private:
  struct Entry {
    std::string path;
    double saved_at;
  };

  std::optional<int> max_to_keep_;
  std::optional<double> keep_every_n_hours_;
  double preserved_;  // when the last one that is kept for ever was saved
  std::optional<std::string> latest_;
  std::vector<Entry> kept_;  // oldest first
};

}  // namespace holdall::tf1
