// What a stretch of work cost this process besides time.
#pragma once

#include <chrono>
#include <cstdint>

#include "bench_json.h"

namespace holdall::bench {

class StopWatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Starts counting when it is made; the peak of the resident memory starts over then, too.
class ProcessCost {
 public:
  ProcessCost();

  // Adds CPU seconds, page faults, and memory: anonymous now, mapped files now, the peak of both
  // together, and how far anonymous memory rose: the peak less the files, or what is there now.
  void add_to(JsonLine& line) const;

 private:
  double cpu_seconds_ = 0;
  uint64_t minor_faults_ = 0;
  uint64_t major_faults_ = 0;
  uint64_t anonymous_bytes_ = 0;
};

}  // namespace holdall::bench
