// Moves tensor bytes: from the extents of a catalog into tensors, in parallel, verified; and from
// tensors into the files of a layout. It knows bytes and checksums, no names of sessions or
// formats.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/status.h"
#include "holdall/storage.h"
#include "holdall/tensor.h"

namespace holdall {

// Readers of a catalog's files, by Extent::file_index. Null where nothing is needed from a file.
using OpenFiles = std::vector<std::shared_ptr<const Reader>>;

// A tensor, or the part of it in `box`. Requires: info->problem is null, the box is resolved.
struct TensorRequest {
  const TensorInfo* info = nullptr;
  std::optional<Box> box;
};

// Whether reading the request needs the piece.
bool is_touched(const Piece& piece, const TensorRequest& request);

struct TransferReport {
  uint64_t bytes_read = 0;
  uint64_t bytes_verified = 0;
  uint64_t mapped_count = 0;
};

// The tensors, in the order of the requests. The first error wins and the rest is given up.
// Fails: kCorrupt (checksum, cut file, slices that leave a gap), kIo, kExhausted.
Result<std::vector<Tensor>> read_tensors(std::span<const TensorRequest> requests,
                                         const Catalog& catalog, const OpenFiles& files,
                                         const ReadOptions& options, TransferReport& report);

// Whether the pieces cover the box, and each lies within its file as far as that is open. Moves
// nothing. Fails: kCorrupt.
Status check_request(const TensorRequest& request, const Catalog& catalog, const OpenFiles& files);

// Runs `body(i)` for every i below `count` on up to `threads` threads (0: one a core). After a
// failure no new i is begun; of the failures, that of the least i is returned.
Status run_in_parallel(size_t count, unsigned threads, const std::function<Status(size_t)>& body);

}  // namespace holdall
