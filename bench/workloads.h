// Making workloads: seeded values, saved by Holdall in TensorFlow's V2 format and as safetensors.
#pragma once

#include <cstdint>
#include <string>

#include "holdall/status.h"
#include "workload_spec.h"

namespace holdall::bench {

struct MakeOptions {
  std::string workload;  // "w1" ... "w7"
  std::string folder;    // made if it is not there
  WorkloadSize size = {};
  uint64_t seed = 1;
  uint64_t alignment = 1;   // of tensors in TensorFlow's format
  bool safetensors = true;  // beside TensorFlow's format
};

// Writes the checkpoints and workload.txt, and says what it wrote, as JSON.
Result<std::string> make_workload(const MakeOptions& options);

}  // namespace holdall::bench
