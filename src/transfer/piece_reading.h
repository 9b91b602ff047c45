// Reads tensors that are not one run of bytes in a file: those in several pieces, parts of one, and
// those whose elements are spelled otherwise than in memory.
#pragma once

#include "transfer/progress_meter.h"
#include "transfer/transfer.h"
#include "transfer/transfer_counters.h"

namespace holdall {

// Takes any request of the task that check_request() found well.
// Fails: kCorrupt (checksum, cut file, what cannot be decoded), kIo, kExhausted; with the file.
Result<Tensor> read_pieces(const ReadTask& task, const TensorRequest& request,
                           const ReadOptions& options, ProgressMeter& meter,
                           TransferCounters& counters);

}  // namespace holdall
