// What a restore reads as it lies: tensors that are one run of a file's bytes, in the order and the
// spelling that memory has. They are cut, and put together, to units of some megabytes of one file,
// so that threads share large tensors and do not stumble over small ones.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "transfer/file_access.h"
#include "transfer/transfer.h"

namespace holdall {

// Large enough that what a unit costs by itself is nothing beside its bytes, small enough that two
// threads end at nearly the same time, and that progress is told often.
inline constexpr uint64_t kUnitBytes = uint64_t{8} << 20;

// A tensor that is one run of bytes.
struct Run {
  size_t request = 0;  // which of the task's
  const Piece* piece = nullptr;
  // Where its bytes will be; in a mapping of the file if that is what the tensor is made of.
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> keeper;
  bool is_mapped = false;
  bool is_reused = false;       // memory that has its pages already
  uint64_t reversed_group = 1;  // bytes in each such group of the elements change places
  size_t cut = SIZE_MAX;        // which of the cuts, if it is spread over several units

  std::span<std::byte> into() const { return {const_cast<std::byte*>(bytes.data()), bytes.size()}; }
};

// A run that several units have parts of: each leaves the checksum of its own.
struct CutRun {
  explicit CutRun(size_t part_count) : checksums(part_count), left(part_count) {}
  std::vector<uint32_t> checksums;
  std::atomic<size_t> left;
};

struct RunPart {
  size_t run = 0;
  uint64_t offset = 0;  // in the run
  uint64_t size_bytes = 0;
};

struct ReadUnit {
  uint32_t file_index = 0;
  uint64_t offset_in_file = 0;
  uint64_t size_bytes = 0;  // up to the end of its last part, with what lies between parts
  size_t first_part = 0;
  size_t part_count = 0;
};

// Of one task.
struct ReadUnits {
  std::vector<Run> runs;       // in the order of their bytes in the files
  std::vector<RunPart> parts;  // the same
  std::vector<ReadUnit> units;
  std::deque<CutRun> cuts;
  std::vector<size_t> other_requests;  // those that are no runs
};

// Gives every run its memory. Requires: check_request() found the requests well.
// Fails: kExhausted.
Result<ReadUnits> plan_read_units(const ReadTask& task, std::span<const FileAccess> access);

}  // namespace holdall
