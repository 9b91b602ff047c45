// workload.txt: what a folder of made checkpoints holds, and which sums whoever restores them must
// find. Lines of fields with tabs between them, so that a script reads it by splitting.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "holdall/status.h"

namespace holdall::bench {

// Sums are those of sum_of() over each tensor, added up modulo 2^64.
struct MadeModel {
  std::string name;  // its checkpoints are FOLDER/name (TensorFlow V2) and FOLDER/name.safetensors
  uint64_t tensor_count = 0;
  uint64_t size_bytes = 0;
  uint64_t sum = 0;
  std::string first_name;
  std::string last_name;
  uint64_t ends_bytes = 0;  // of the first and the last named tensor
  uint64_t ends_sum = 0;
  uint64_t selected_bytes = 0;  // of what the workload's glob selects
  uint64_t selected_sum = 0;
};

struct MadeWorkload {
  std::string name;
  std::string about;
  uint64_t seed = 0;
  std::string select;
  std::vector<MadeModel> models;
};

// Fail: kIo, kCorrupt (not such a file).
Status write_workload_file(const std::string& folder, const MadeWorkload& workload);
Result<MadeWorkload> read_workload_file(const std::string& folder);

}  // namespace holdall::bench
