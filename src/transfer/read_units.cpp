#include "transfer/read_units.h"

#include <algorithm>

#include "base/checked_math.h"
#include "base/try.h"
#include "tensor/arena.h"
#include "tensor/box_copy.h"
#include "tensor/buffer.h"
#include "tensor/reserve_pages.h"
#include "tensor/tensor_factory.h"
#include "transfer/block_reading.h"

namespace holdall {
namespace {

// A tensor from this size on has memory of its own; smaller ones share blocks. As long as one
// of a block's tensors is used, all of it stays.
constexpr uint64_t kOwnMemoryBytes = uint64_t{8} << 20;
constexpr uint64_t kSharedBlockBytes = uint64_t{16} << 20;

// Two parts with more than this between them are in different units.
constexpr uint64_t kWidestGapBytes = uint64_t{1} << 20;

bool is_run(const TensorRequest& request) {
  const TensorInfo& info = *request.info;
  if (info.encoding != Encoding::kRaw || info.is_column_major || info.pieces.size() != 1)
    return false;
  const Piece& piece = info.pieces.front();
  if (request.box && *request.box != whole_box(info.shape)) return false;
  if (!piece.box.starts.empty() && piece.box != whole_box(info.shape)) return false;
  const auto size_bytes = tensor_size_bytes(info.dtype, info.shape);
  return size_bytes.ok() && *size_bytes == piece.extent.size_bytes && *size_bytes > 0;
}

class Planner {
 public:
  Planner(const ReadTask& task, std::span<const FileAccess> access)
      : task_(task), access_(access) {}

  Result<ReadUnits> plan() {
    reserve_pages(planned_.runs, task_.requests.size());
    for (size_t i = 0; i < task_.requests.size(); ++i) {
      if (is_run(task_.requests[i])) {
        planned_.runs.push_back(make_run(i));
      } else {
        planned_.other_requests.push_back(i);
      }
    }
    const auto place = [](const Run& run) {
      const Extent& extent = run.piece->extent;
      return std::pair(extent.file_index, extent.offset_in_file);
    };
    const auto is_before = [&](const Run& a, const Run& b) { return place(a) < place(b); };
    if (!std::is_sorted(planned_.runs.begin(), planned_.runs.end(), is_before))
      std::stable_sort(planned_.runs.begin(), planned_.runs.end(), is_before);
    HOLDALL_TRY(allocate());
    reserve_pages(planned_.parts, planned_.runs.size());
    for (size_t i = 0; i < planned_.runs.size(); ++i) add_parts(i);
    return std::move(planned_);
  }

 private:
  // Where in which block a run's bytes will be.
  struct Place {
    Run* run = nullptr;
    size_t block = 0;
    uint64_t offset = 0;
  };

  Run make_run(size_t request) const {
    const TensorInfo& info = *task_.requests[request].info;
    Run run;
    run.request = request;
    run.piece = &info.pieces.front();
    run.reversed_group = swapped_group(info, *task_.catalog);
    const Extent& extent = run.piece->extent;
    const FileAccess& access = access_[extent.file_index];
    // Elements have to be aligned in the file, which its own packing decides.
    const bool is_aligned = extent.offset_in_file % dtype_swap_bytes(info.dtype) == 0;
    if (access.is_mapping_kept && is_aligned && run.reversed_group == 1) {
      run.bytes = {access.mapping.get() + extent.offset_in_file, extent.size_bytes};
      run.keeper = access.mapping;
      run.is_mapped = true;
    }
    return run;
  }

  // Memory for the runs that are copied: each its own, or one block for several.
  Status allocate() {
    std::vector<Place> places;
    std::vector<uint64_t> block_bytes;
    size_t shared = SIZE_MAX;  // the block that the next small one may share
    for (Run& run : planned_.runs) {
      if (run.is_mapped) continue;
      const uint64_t run_bytes = run.piece->extent.size_bytes;
      const bool is_own = run_bytes >= kOwnMemoryBytes;
      size_t block = is_own ? SIZE_MAX : shared;
      if (block == SIZE_MAX || block_bytes[block] + run_bytes > kSharedBlockBytes) {
        block = block_bytes.size();
        block_bytes.push_back(0);
        if (!is_own) shared = block;
      }
      places.push_back({&run, block, block_bytes[block]});
      block_bytes[block] += is_own ? run_bytes : aligned(run_bytes);
    }
    if (places.empty()) return {};
    const auto blocks = Arena::of(task_.arena).allocate_all(block_bytes);
    if (!blocks.ok()) return Error(blocks.error()).in_file(task_.catalog->path());
    for (const Place& place : places) {
      const ArenaBlock& block = (*blocks)[place.block];
      Run& run = *place.run;
      run.bytes = {block.bytes.get() + place.offset, run.piece->extent.size_bytes};
      run.keeper = block.bytes;
      run.is_reused = block.is_reused;
    }
    return {};
  }

  // Requires: far less than 2^64, as what shares a block is.
  static uint64_t aligned(uint64_t size_bytes) {
    return *checked_align_up(size_bytes, Buffer::kAlignment);
  }

  void add_parts(size_t number) {
    Run& run = planned_.runs[number];
    const uint64_t size_bytes = run.piece->extent.size_bytes;
    if (size_bytes <= kUnitBytes) {
      add_part({number, 0, size_bytes});
      return;
    }
    run.cut = planned_.cuts.size();
    planned_.cuts.emplace_back((size_bytes + kUnitBytes - 1) / kUnitBytes);
    for (uint64_t at = 0; at < size_bytes; at += kUnitBytes)
      add_part({number, at, std::min(kUnitBytes, size_bytes - at)});
  }

  void add_part(const RunPart& part) {
    const Extent& extent = planned_.runs[part.run].piece->extent;
    const uint64_t begin = extent.offset_in_file + part.offset;
    if (planned_.units.empty() || !fits(planned_.units.back(), extent.file_index, begin, part))
      planned_.units.push_back({extent.file_index, begin, 0, planned_.parts.size(), 0});
    ReadUnit& unit = planned_.units.back();
    unit.size_bytes = std::max(unit.size_bytes, begin + part.size_bytes - unit.offset_in_file);
    ++unit.part_count;
    planned_.parts.push_back(part);
  }

  static bool fits(const ReadUnit& unit, uint32_t file_index, uint64_t begin, const RunPart& part) {
    const uint64_t end = unit.offset_in_file + unit.size_bytes;
    return unit.file_index == file_index && begin <= end + kWidestGapBytes &&
           begin + part.size_bytes - unit.offset_in_file <= kUnitBytes;
  }

  const ReadTask& task_;
  std::span<const FileAccess> access_;
  ReadUnits planned_;
};

}  // namespace

Result<ReadUnits> plan_read_units(const ReadTask& task, std::span<const FileAccess> access) {
  return Planner(task, access).plan();
}

}  // namespace holdall
