// The operations that are timed: one a process, over all models of a made workload.
#pragma once

#include <cstdint>
#include <string>

#include "holdall/checkpoint.h"
#include "holdall/status.h"

namespace holdall::bench {

struct RunOptions {
  std::string operation;  // a name of operation_names()
  std::string folder;     // of a made workload
  std::string format = "tf_bundle";
  ReadOptions read = {};         // how restores read
  uint32_t shard_count = 1;      // of saves
  uint64_t alignment = 1;        // of saves
  bool is_memory_ready = false;  // before the clock starts, in the session (SessionOptions)
};

// "open, first, ...", for people.
std::string operation_names();

// The operation as a JSON object: seconds, bytes, the sum that was found and the one that was
// expected, the class, and the cost. The clock covers the operation alone; sums are formed outside
// of it, but for restore_full, which is about them.
Result<std::string> run_operation(const RunOptions& options);

}  // namespace holdall::bench
