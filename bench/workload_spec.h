// The workloads W1 to W7: which tensors there are, by what names and of which shapes. Values come
// from make_workload().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/dtype.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall::bench {

struct TensorSpec {
  std::string name;
  DType dtype = DType::kF32;
  Shape shape;
};

struct ModelSpec {
  std::string name;
  std::vector<TensorSpec> tensors;  // by name
};

struct WorkloadSpec {
  std::string name;  // "w1"
  std::string about;
  std::vector<ModelSpec> models;
  std::string select;  // a glob over the tensors that a restore takes; "": all
};

struct WorkloadSize {
  double mib = 0;             // of all tensors together, about; 0: what the workload has by itself
  DType dtype = DType::kF32;  // kF32 or kBF16, of all but W7
};

// Fails: kInvalidArgument (no such workload).
Result<WorkloadSpec> plan_workload(std::string_view name, const WorkloadSize& size);

}  // namespace holdall::bench
