// How far a long verb is, as one line on stderr that is written over: only if stderr is a terminal,
// at most ten times a second, and gone once the verb speaks.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "holdall/progress.h"

namespace holdall::cli {

// "verify  412.0 MB of 1.2 GB  34 %  206.0 MB/s  4 s left"
std::string progress_text(const std::string& what, uint64_t done_bytes, uint64_t total_bytes,
                          double seconds);

class ProgressLine {
 public:
  explicit ProgressLine(std::string what);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();

  // For the options of a call that ends before this object does. Empty if nobody watches.
  Progress callback();

 private:
  void show(uint64_t done_bytes, uint64_t total_bytes);

  using Clock = std::chrono::steady_clock;
  const std::string what_;
  const bool is_watched_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point shown_at_ = start_;
  bool has_shown_ = false;
};

}  // namespace holdall::cli
