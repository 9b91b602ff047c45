// What the saver needs of an open checkpoint beyond its public face.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "holdall/checkpoint.h"
#include "transfer/transfer.h"

namespace holdall {

class CheckpointAccess {
 public:
  // For names that have to fit a program's: kAuto is the variables' own names, and a note says so
  // where that makes a difference. Fails: as Checkpoint::open().
  static Result<Checkpoint> open_by_variables(std::string_view path, const OpenOptions& options);

  // The tensors, read together: every file is opened and every extent checked before the first byte
  // of tensor data is read.
  static Result<std::vector<Tensor>> read(const Checkpoint& checkpoint,
                                          std::span<const TensorRequest> requests,
                                          const ReadOptions& options, TransferReport& report);

  // File number `file_index` of the catalog's files(), opened once and kept. Fails: kNotFound, kIo.
  static Result<std::shared_ptr<const Reader>> open_file(const Checkpoint& checkpoint,
                                                         uint32_t file_index);

  // Why the file beside the checkpoint that tells roles could not be used. Reads it, once.
  static Status role_status(const Checkpoint& checkpoint);

 private:
  static Result<Checkpoint> open_once(std::string_view path, const OpenOptions& options);
};

}  // namespace holdall
