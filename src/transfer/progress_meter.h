// Counts the bytes that several threads move, and passes the sum on to whoever wants to know.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>

#include "base/checked_math.h"
#include "base/message.h"
#include "holdall/progress.h"
#include "holdall/status.h"

namespace holdall {

class ProgressMeter {
 public:
  // Requires: `progress` outlives the meter.
  ProgressMeter(const Progress& progress, uint64_t total_bytes)
      : progress_(progress), total_bytes_(total_bytes) {}

  // Fails: kIo, cancelled, from the call on in which it was asked for.
  Status add(uint64_t bytes) {
    if (!progress_) return {};
    const std::lock_guard lock(mutex_);
    return count(bytes);
  }

  // Nothing more comes: what the sum foresaw and nobody moved counts as done.
  Status finish() {
    if (!progress_) return {};
    const std::lock_guard lock(mutex_);
    if (done_bytes_ == total_bytes_ && !is_cancelled_) return {};
    return count(total_bytes_ - done_bytes_);
  }

 private:
  Status count(uint64_t bytes) {
    done_bytes_ = std::min(checked_add(done_bytes_, bytes).value_or(UINT64_MAX), total_bytes_);
    if (!is_cancelled_) is_cancelled_ = !progress_(done_bytes_, total_bytes_);
    if (!is_cancelled_) return {};
    return make_error(Code::kIo, reason::kCancelled, "cancelled after {} of {} bytes", done_bytes_,
                      total_bytes_);
  }

  const Progress& progress_;
  const uint64_t total_bytes_;
  std::mutex mutex_;
  uint64_t done_bytes_ = 0;
  bool is_cancelled_ = false;
};

}  // namespace holdall
