// Differences between two checkpoints, whatever their formats: which tensors are in one only, and
// by how much the others differ. Nothing is written, and memory stays bounded whatever the size of
// a tensor (strings excepted). Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "holdall/checkpoint.h"
#include "holdall/export.h"
#include "holdall/progress.h"
#include "holdall/restore.h"
#include "holdall/status.h"

namespace holdall {

struct DiffOptions {
  // Which tensors of either side are compared, and under which names; policies play no part.
  RestoreOptions a = {};
  RestoreOptions b = {};
  // 0: values are equal if their bytes are. Else also if they are finite and no further apart than
  // this.
  double tolerance = 0;
  unsigned threads = 0;                        // 0: as many as there are cores
  uint64_t window_bytes = uint64_t{64} << 20;  // of tensor data in memory at once, in all
  bool verify = true;                          // compare every stored checksum on the way
  Progress progress = {};
};

// A tensor of one side.
struct DiffTensor {
  std::string name;         // after that side's rules
  std::string source_name;  // in the file
  DType dtype = DType::kUnknown;
  Shape shape;
};

// A tensor of both sides that is not the same. Where dtype or shape differ no values are compared.
struct ChangedTensor {
  DiffTensor a;
  DiffTensor b;
  uint64_t different_count = 0;  // elements
  // The largest distance between two finite values (of complex numbers: its magnitude); none for
  // types without numbers, and where only what is not finite differs.
  std::optional<double> max_difference = {};

  bool has_values() const { return a.dtype == b.dtype && a.shape == b.shape; }
};

// A tensor that could not be compared.
struct DiffProblem {
  std::string name;
  Error error;
};

struct HOLDALL_EXPORT DiffReport {
  std::string path_a;
  std::string path_b;
  std::vector<DiffTensor> added;    // in b only; all by name
  std::vector<DiffTensor> removed;  // in a only
  std::vector<ChangedTensor> changed;
  std::vector<std::string> equal;
  std::vector<DiffProblem> problems;
  std::vector<std::string> unmatched_rules;
  uint64_t bytes_compared = 0;  // of either side
  double seconds = 0;

  // Whether all was compared and nothing differs.
  bool is_same() const;

  // A line for each tensor that differs, and one that sums up.
  std::string to_string() const;
  std::string summary() const;

  // docs/json.md, "diff".
  std::string to_json() const;
};

// Fails: kInvalidArgument (scope, glob, tolerance; name-collision), kIo (cancelled), kExhausted.
// What cannot be read of either side is in the report.
HOLDALL_EXPORT Result<DiffReport> diff(const Checkpoint& a, const Checkpoint& b,
                                       const DiffOptions& options = {});

}  // namespace holdall
