// What the saver needs of an open checkpoint beyond its public face.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "holdall/checkpoint.h"
#include "holdall/doctor.h"
#include "transfer/transfer.h"

namespace holdall {

// What becomes of an index of which parts are damaged.
enum class ReadIndex : uint8_t {
  kWhole,       // it is an error
  kSoundParts,  // they are left out, and lost() tells
};

class CheckpointAccess {
 public:
  // For names that have to fit a program's: kAuto is the variables' own names, and a note says so
  // where that makes a difference. Fails: as Checkpoint::open().
  static Result<Checkpoint> open_by_variables(std::string_view path, const OpenOptions& options);

  // What is wanted of one checkpoint. Requires: both outlive the call.
  struct Wanted {
    const Checkpoint& checkpoint;
    std::span<const TensorRequest> requests;
    Arena* arena = nullptr;  // as ReadTask has it
  };

  // The tensors of all, read together: every file is opened and every extent checked before the
  // first byte of tensor data is read. On failure `failed` says which of them it is about.
  static Result<std::vector<ReadTensors>> read(std::span<const Wanted> wanted,
                                               const ReadOptions& options, size_t& failed);

  // The same of one checkpoint.
  static Result<std::vector<Tensor>> read(const Checkpoint& checkpoint,
                                          std::span<const TensorRequest> requests,
                                          const ReadOptions& options, TransferReport& report);

  // File number `file_index` of the catalog's files(), opened once and kept. Fails: kNotFound, kIo.
  static Result<std::shared_ptr<const Reader>> open_file(const Checkpoint& checkpoint,
                                                         uint32_t file_index);

  // Null never. Fails: kNotFound with the nearest names, also where the catalog lists but some
  // (OpenOptions::only); why its entry cannot be used.
  static Result<const TensorInfo*> find(const Checkpoint& checkpoint, std::string_view name);

  static const std::shared_ptr<Storage>& storage(const Checkpoint& checkpoint);

  // Why the file beside the checkpoint that tells roles could not be used. Reads it, once.
  static Status role_status(const Checkpoint& checkpoint);

  // What open_for_salvage() left out.
  static const std::vector<LostRange>& lost(const Checkpoint& checkpoint);

  // One attempt, under the names that open_by_variables() gives.
  static Result<Checkpoint> open_once(std::string_view path, const OpenOptions& options,
                                      ReadIndex how);
};

}  // namespace holdall
