// How fast a checkpoint comes in here: on this machine, from where it lies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/checkpoint.h"
#include "holdall/progress.h"
#include "holdall/status.h"

namespace holdall {

struct MeasureOptions {
  unsigned threads = 0;    // 0: as many as there are cores
  unsigned repeats = 5;    // at least 1: of each row; medians are told
  OpenOptions open = {};   // how the checkpoint is opened, each time
  Progress progress = {};  // of all bytes that are read in all rounds
};

// One way to do it.
struct Measurement {
  std::string name;    // "restore, mapped"
  double seconds = 0;  // the median
  double best_seconds = 0;
  uint64_t size_bytes = 0;  // that were read
  // How fast it is beside reading every byte of the same files once and doing nothing with them but
  // adding them up: the median of the rounds' ratios. None where not all bytes are read.
  std::optional<double> share_of_reading = {};
  std::string note = {};  // how the bytes came in, and why
};

struct HOLDALL_EXPORT MeasureReport {
  std::string checkpoint_path;
  std::string format;
  uint64_t tensor_count = 0;
  uint64_t size_bytes = 0;
  unsigned threads = 0;
  unsigned repeats = 0;
  std::vector<Measurement> rows;

  // A table of all rows, and what they are of.
  std::string to_string() const;

  // docs/json.md, "measure".
  std::string to_json() const;
};

// Opens the checkpoint, reads its first tensor, and restores it in every way, again and again. The
// files are read once before the clock runs, so that all rows find them where the system keeps what
// was read last, if there is room. Every checksum is compared. Nothing is written.
// Fails: as Checkpoint::open() and Session::load(); kInvalidArgument (repeats); kIo (cancelled).
HOLDALL_EXPORT Result<MeasureReport> measure(std::string_view path,
                                             const MeasureOptions& options = {});

}  // namespace holdall
