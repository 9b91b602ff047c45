// Moves tensor bytes: from the extents of a catalog into tensors, in parallel, verified; and from
// tensors into the files of a layout. It knows bytes and checksums, no names of sessions or
// formats.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/status.h"
#include "holdall/storage.h"
#include "holdall/tensor.h"

namespace holdall {

class Arena;

// Readers of a catalog's files, by Extent::file_index. Null where nothing is needed from a file.
using OpenFiles = std::vector<std::shared_ptr<const Reader>>;

// A tensor, or the part of it in `box`. Requires: info->problem is null, the box is resolved.
struct TensorRequest {
  const TensorInfo* info = nullptr;
  std::optional<Box> box;
};

// Whether reading the request needs the piece.
bool is_touched(const Piece& piece, const TensorRequest& request);

// What to read of one checkpoint. Requires: all outlive the call.
struct ReadTask {
  std::span<const TensorRequest> requests;
  const Catalog* catalog = nullptr;
  const OpenFiles* files = nullptr;
  // Whether programs that write such files put new ones in their place (Format::replaces_files()).
  bool is_replaced_whole = true;
  // Where copies go, and whose gate they go through; null: memory that nothing is kept of.
  Arena* arena = nullptr;
};

struct TransferReport {
  uint64_t bytes_read = 0;
  uint64_t bytes_verified = 0;
  uint64_t mapped_count = 0;
  std::string io_reason;  // how the bytes came in, and why
  double seconds = 0;     // from the first unit that was begun to the last that ended
};

struct ReadTensors {
  std::vector<Tensor> tensors;  // in the order of the requests
  TransferReport report;
};

// All that the tasks ask for, read by the same threads, with one progress. The first error wins and
// the rest is given up; `failed_task` then says whose it is.
// Fails: kCorrupt (checksum, cut file, slices that leave a gap), kIo, kExhausted.
Result<std::vector<ReadTensors>> read_together(std::span<const ReadTask> tasks,
                                               const ReadOptions& options, size_t& failed_task);

// The same of one task.
Result<std::vector<Tensor>> read_tensors(std::span<const TensorRequest> requests,
                                         const Catalog& catalog, const OpenFiles& files,
                                         const ReadOptions& options, TransferReport& report);

// Whether the pieces cover the box, and each lies within its file as far as that is open. Moves
// nothing. Fails: kCorrupt.
Status check_request(const TensorRequest& request, const Catalog& catalog, const OpenFiles& files);

}  // namespace holdall
