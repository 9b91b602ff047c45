// Reads the units of a plan: verifies mapped bytes where they lie, and brings the others into their
// memory in one pass with their checksums.
#pragma once

#include <cstdint>
#include <span>

#include "base/vanishing_memory.h"
#include "transfer/progress_meter.h"
#include "transfer/read_units.h"
#include "transfer/transfer_counters.h"

namespace holdall {

// One object a task; its calls may run in parallel, one for each unit.
class UnitReader {
 public:
  // Requires: all outlive the reader; `tensors` has one for each request of the task.
  UnitReader(const ReadTask& task, std::span<const FileAccess> access, ReadUnits& planned,
             bool is_verifying, ProgressMeter& meter, TransferCounters& counters,
             std::span<Tensor> tensors)
      : task_(task),
        access_(access),
        planned_(planned),
        is_verifying_(is_verifying),
        meter_(meter),
        counters_(counters),
        tensors_(tensors) {}

  // Fails: kCorrupt (checksum, cut file), kIo (also a file that is cut under its mapping); with the
  // file and the tensor.
  Status read(size_t unit_number);

 private:
  const Reader& reader_of(const ReadUnit& unit) const {
    const auto& direct = access_[unit.file_index].direct;
    return direct != nullptr ? *direct : *(*task_.files)[unit.file_index];
  }
  Status read_parts(const ReadUnit& unit);
  Status check_end(const ReadUnit& unit) const;
  Result<size_t> read_small_parts(const ReadUnit& unit, size_t first);
  Status read_part(const ReadUnit& unit, const RunPart& part);
  Result<uint32_t> read_large(const ReadUnit& unit, const Run& run, const RunPart& part) const;
  uint32_t copy(const Run& run, const RunPart& part, std::span<const std::byte> from) const;
  static uint32_t seed(const Run& run, const RunPart& part);
  uint32_t sum(const Run& run, uint32_t checksum, std::span<const std::byte> bytes) const;
  Status finish(const RunPart& part, uint32_t checksum);
  Error in_tensor(Error error, const Run& run) const;

  const VanishingMemory vanishing_;
  const ReadTask& task_;
  std::span<const FileAccess> access_;
  ReadUnits& planned_;
  const bool is_verifying_;
  ProgressMeter& meter_;
  TransferCounters& counters_;
  std::span<Tensor> tensors_;
};

}  // namespace holdall
