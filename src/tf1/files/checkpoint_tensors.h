// Tensors by name from a checkpoint, and into one, with TensorFlow's words for what goes wrong.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "holdall/saver.h"
#include "holdall/status.h"
#include "holdall/tensor.h"
#include "holdall/tf1_saver.h"

namespace holdall::tf1 {

// One tensor, or a part of it, as a Saver's nodes ask for it.
struct TensorRequest {
  std::string key;
  std::string slice;  // as SliceSpec; "": the whole
  std::optional<DType> dtype = {};
};

// Targets that are called "0", "1", ... in the order of the requests. Fails: kInvalidArgument.
Result<std::vector<RestoreTarget>> targets_of_requests(std::span<const TensorRequest> requests);

// In the order of the requests. Fails: kNotFound, kInvalidArgument, kCorrupt, kIo.
Result<std::vector<Tensor>> read_tensors(const std::string& path,
                                         std::span<const TensorRequest> requests);

// What writes the items; with several shards into as many files.
Result<SavePlan> plan_tensors(const std::string& path, std::vector<SaveItem> items,
                              SaverVersion version, uint32_t shard_count);

// Makes such a plan and carries it out.
Status write_tensors(const std::string& path, std::vector<SaveItem> items, SaverVersion version,
                     uint32_t shard_count);

// One of V2 checkpoints, in the order of their numbers, becomes a shard each of another. They go.
Status merge_checkpoints(std::span<const std::string> prefixes, const std::string& path,
                         bool removes_old);

}  // namespace holdall::tf1
