// Which checkpoints a Saver keeps: the newest few, and one every so many hours for ever.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "holdall/storage.h"
#include "holdall/tf1_saver.h"

namespace holdall::tf1 {

class KeptCheckpoints {
 public:
  using Clock = std::chrono::system_clock;

  KeptCheckpoints(int max_to_keep, double keep_every_n_hours, Clock::time_point now);

  // A checkpoint was saved. Saving over one that is kept renews it.
  void add(const std::string& path, Clock::time_point now);

  // The path of at most one checkpoint that is to be deleted now, or "".
  std::string take_expired();

  // In place of what is kept; without a time for ever once they are not among the last.
  void set(std::span<const std::pair<std::string, std::optional<double>>> checkpoints);

  // Oldest first. With a max_to_keep of 0 nothing is remembered.
  std::vector<std::string> paths() const;

 private:
  struct Entry {
    std::string path;
    Clock::time_point saved_at;
  };

  size_t max_to_keep_;
  Clock::duration keep_every_;
  Clock::time_point next_kept_;
  std::vector<Entry> kept_;
  std::vector<Entry> expired_;
};

// Removes the files of a checkpoint: of V2 the index and every data file of five-digit numbers, of
// V1 the file or all that the pattern stands for; then the `.meta`. Files that cannot be removed
// stay.
void remove_checkpoint_files(Storage& storage, const std::string& path,
                             const std::string& meta_graph_suffix, SaverVersion version);

}  // namespace holdall::tf1
