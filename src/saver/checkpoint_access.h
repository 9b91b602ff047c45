// What the saver needs of an open checkpoint beyond its public face.
#pragma once

#include <span>
#include <vector>

#include "holdall/checkpoint.h"
#include "transfer/transfer.h"

namespace holdall {

class CheckpointAccess {
 public:
  // The tensors, read together: every file is opened and every extent checked before the first byte
  // of tensor data is read.
  static Result<std::vector<Tensor>> read(const Checkpoint& checkpoint,
                                          std::span<const TensorRequest> requests,
                                          const ReadOptions& options, TransferReport& report);
};

}  // namespace holdall
