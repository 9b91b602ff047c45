// One tensor of a checkpoint, for people: what it is, where its bytes are, what its values are
// like. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/export.h"
#include "holdall/progress.h"
#include "holdall/roles.h"
#include "holdall/slice.h"
#include "holdall/status.h"

namespace holdall {

// Of numbers as doubles hold them. Least, greatest, mean and standard deviation (of a population)
// are those of the finite ones; 0 if there are none.
struct TensorStatistics {
  uint64_t count = 0;
  uint64_t nan_count = 0;
  uint64_t infinite_count = 0;
  uint64_t zero_count = 0;
  double min = 0;
  double max = 0;
  double mean = 0;
  double std = 0;

  uint64_t finite_count() const { return count - nan_count - infinite_count; }
};

struct DescribeOptions {
  std::string slice = {};   // as parse_slice() has it; "": all
  bool all_values = false;  // no "..." above 1000 elements; the tensor is then in memory as a whole
  bool verify = true;
  bool verify_parts = false;                   // with a slice: as ReadOptions::verify_parts
  uint64_t window_bytes = uint64_t{64} << 20;  // in memory at once; strings do not count
  Progress progress = {};
};

struct HOLDALL_EXPORT TensorDescription {
  std::string checkpoint_path;
  std::string name;
  DType dtype = DType::kUnknown;
  Shape shape;
  uint64_t size_bytes = 0;
  Role role = Role::kWeight;
  std::vector<std::string> files;  // by Extent::file_index
  std::vector<Piece> pieces;
  std::optional<Slice> slice;                  // what statistics and values are of; none: all
  std::optional<TensorStatistics> statistics;  // none for strings, complex numbers and float8
  std::string values;                          // as format_values() prints them

  std::string to_string() const;

  // docs/json.md, "description".
  std::string to_json() const;
};

// Fails: as stream_tensor(); kInvalidArgument (slice).
HOLDALL_EXPORT Result<TensorDescription> describe(const Checkpoint& checkpoint,
                                                  std::string_view name,
                                                  const DescribeOptions& options = {});

}  // namespace holdall
