// How far a long verb is, on stderr, at most ten times a second: as one line that is written over
// (on a terminal, gone once the verb speaks), as lines for logs, or as JSON; and the way by which
// a signal cancels it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "holdall/progress.h"
#include "interruption.h"

namespace holdall::cli {

// "verify  412.0 MB of 1.2 GB  34 %  206.0 MB/s  4 s left"
std::string progress_text(const std::string& what, uint64_t done_bytes, uint64_t total_bytes,
                          double seconds);

// docs/json.md, "progress".
std::string progress_json(const std::string& what, uint64_t done_bytes, uint64_t total_bytes,
                          double seconds);

class ProgressLine {
 public:
  // `what`: a word for what is done, which needs no escape in JSON.
  explicit ProgressLine(std::string what);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();

  // For the options of a call that ends before this object does.
  Progress callback();

 private:
  enum class Form : uint8_t { kNone, kLine, kPlain, kJson };
  static Form chosen_form();
  void show(uint64_t done_bytes, uint64_t total_bytes);

  using Clock = std::chrono::steady_clock;
  const std::string what_;
  const Form form_;
  const Cancellable cancellable_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point shown_at_ = start_;
  bool has_shown_ = false;
  bool has_ended_ = false;
};

}  // namespace holdall::cli
