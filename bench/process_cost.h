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

  // What is told is what was counted up to the last call.
  void stop();

  // Adds CPU seconds, page faults, and memory: anonymous and of mapped files at the end, the peak
  // of both together, and how far anonymous memory rose: to the peak less the files, or to what was
  // there at the end.
  void add_to(JsonLine& line) const;

 private:
  struct Counts {
    double cpu_seconds = 0;
    uint64_t minor_faults = 0;
    uint64_t major_faults = 0;
    uint64_t anonymous_bytes = 0;
    uint64_t mapped_bytes = 0;
    uint64_t peak_bytes = 0;
  };
  static Counts counts();
  Counts start_;
  Counts end_;
};

}  // namespace holdall::bench
