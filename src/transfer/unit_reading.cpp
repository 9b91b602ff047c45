#include "transfer/unit_reading.h"

#include <algorithm>
#include <cstring>

#include "base/message.h"
#include "base/try.h"
#include "checksum/crc32c.h"
#include "tensor/buffer.h"
#include "tensor/convert.h"
#include "tensor/tensor_factory.h"
#include "transfer/block_reading.h"

namespace holdall {
namespace {

// A part from this size on is read straight into its memory, in steps after which the bytes are
// still in the cache when they are summed. Smaller ones are read together with their neighbours.
constexpr uint64_t kLargeBytes = uint64_t{64} << 10;
constexpr uint64_t kStepBytes = uint64_t{256} << 10;

Error cut_meanwhile() {
  return make_error(Code::kIo, reason::kChangedWhileReading,
                    "the file was cut while it was read from a mapping of it");
}

std::span<std::byte> thread_block() {
  thread_local std::vector<std::byte> block(kStepBytes);
  return block;
}

}  // namespace

Status UnitReader::read(size_t unit_number) {
  const ReadUnit& unit = planned_.units[unit_number];
  HOLDALL_TRY(read_parts(unit));
  if (access_[unit.file_index].mapping != nullptr) HOLDALL_TRY(check_end(unit));
  uint64_t size_bytes = 0;
  for (size_t i = 0; i < unit.part_count; ++i)
    size_bytes += planned_.parts[unit.first_part + i].size_bytes;
  counters_.bytes_read += size_bytes;
  return meter_.add(size_bytes);
}

// Of the page in which a file was cut, the rest reads as zeros, and no signal tells of it.
Status UnitReader::check_end(const ReadUnit& unit) const {
  const Reader& reader = reader_of(unit);
  std::byte last{};
  auto status = reader.read_exact(reader.size_bytes() - 1, {&last, 1});
  if (status.ok()) return {};
  return std::move(status).error().in_file(task_.catalog->files()[unit.file_index]);
}

Status UnitReader::read_parts(const ReadUnit& unit) {
  const bool has_mapping = access_[unit.file_index].mapping != nullptr;
  for (size_t i = unit.first_part; i < unit.first_part + unit.part_count;) {
    const RunPart& part = planned_.parts[i];
    if (!has_mapping && part.size_bytes < kLargeBytes) {
      HOLDALL_ASSIGN(i, read_small_parts(unit, i));
      continue;
    }
    HOLDALL_TRY(read_part(unit, part));
    ++i;
  }
  return {};
}

Error UnitReader::in_tensor(Error error, const Run& run) const {
  return std::move(error)
      .in_file(task_.catalog->files()[run.piece->extent.file_index])
      .in_tensor(task_.requests[run.request].info->name);
}

// Small parts from number `first` on that lie close together, in one read. Returns the number of
// the part behind them.
Result<size_t> UnitReader::read_small_parts(const ReadUnit& unit, size_t first) {
  const auto offset_of = [&](size_t i) {
    const RunPart& part = planned_.parts[i];
    return planned_.runs[part.run].piece->extent.offset_in_file + part.offset;
  };
  const std::span<std::byte> block = thread_block();
  const uint64_t begin = offset_of(first);
  uint64_t end = begin;
  size_t behind = first;
  for (; behind < unit.first_part + unit.part_count; ++behind) {
    const uint64_t size_bytes = planned_.parts[behind].size_bytes;
    const bool is_near = offset_of(behind) <= end + kLargeBytes;
    if (size_bytes >= kLargeBytes || !is_near ||
        offset_of(behind) + size_bytes - begin > block.size())
      break;
    end = std::max(end, offset_of(behind) + size_bytes);
  }
  const auto bytes = block.first(end - begin);
  if (auto status = reader_of(unit).read_exact(begin, bytes); !status.ok())
    return in_tensor(std::move(status).error(), planned_.runs[planned_.parts[first].run]);
  for (size_t i = first; i < behind; ++i) {
    const RunPart& part = planned_.parts[i];
    const Run& run = planned_.runs[part.run];
    const auto from = bytes.subspan(offset_of(i) - begin, part.size_bytes);
    HOLDALL_TRY(finish(part, copy(run, part, from)));
  }
  return behind;
}

Status UnitReader::read_part(const ReadUnit& unit, const RunPart& part) {
  const Run& run = planned_.runs[part.run];
  const FileAccess& access = access_[unit.file_index];
  if (access.mapping != nullptr) {
    const std::byte* from = access.mapping.get() + run.piece->extent.offset_in_file + part.offset;
    const std::span<const std::byte> memory(from, part.size_bytes);
    uint32_t checksum = 0;
    const bool is_there = vanishing_.read(memory, [&] {
      checksum = run.is_mapped ? sum(run, seed(run, part), memory) : copy(run, part, memory);
    });
    if (!is_there) return in_tensor(cut_meanwhile(), run);
    return finish(part, checksum);
  }
  const auto checksum = read_large(unit, run, part);
  if (!checksum.ok()) return in_tensor(checksum.error(), run);
  return finish(part, *checksum);
}

// Returns the part's checksum.
Result<uint32_t> UnitReader::read_large(const ReadUnit& unit, const Run& run,
                                        const RunPart& part) const {
  const Reader& reader = reader_of(unit);
  // A device wants to be asked for much at once.
  const uint64_t step_bytes = access_[unit.file_index].direct == nullptr ? kStepBytes : kUnitBytes;
  uint32_t checksum = seed(run, part);
  for (uint64_t done = 0; done < part.size_bytes; done += step_bytes) {
    const uint64_t at = part.offset + done;
    const auto step = run.into().subspan(at, std::min(step_bytes, part.size_bytes - done));
    HOLDALL_TRY(reader.read_exact(run.piece->extent.offset_in_file + at, step));
    checksum = sum(run, checksum, step);
  }
  return checksum;
}

// Where the sum of the part begins.
uint32_t UnitReader::seed(const Run& run, const RunPart& part) {
  return part.offset == 0 ? checksum_seed(*run.piece) : 0;
}

uint32_t UnitReader::sum(const Run& run, uint32_t checksum,
                         std::span<const std::byte> bytes) const {
  if (!is_verifying_ || !has_checksum(*run.piece)) return 0;
  return extend_checksum(*run.piece, checksum, bytes);
}

// Returns the checksum of the part. A source that changes meanwhile cannot give that of other bytes
// than were stored.
uint32_t UnitReader::copy(const Run& run, const RunPart& part,
                          std::span<const std::byte> from) const {
  const auto into = run.into().subspan(part.offset, part.size_bytes);
  if (is_verifying_ && run.piece->crc32c && !run.piece->crc32) {
    const auto target = run.is_reused ? CopyTarget::kReused : CopyTarget::kFresh;
    return crc32c_copy(0, from, into, target);
  }
  std::memcpy(into.data(), from.data(), from.size());
  return sum(run, seed(run, part), into);
}

// Compares, once every part of the run is there, and makes the tensor.
Status UnitReader::finish(const RunPart& part, uint32_t checksum) {
  Run& run = planned_.runs[part.run];
  if (run.reversed_group > 1)
    reverse_byte_groups(run.into().subspan(part.offset, part.size_bytes), run.reversed_group);
  if (run.cut != SIZE_MAX) {
    CutRun& cut = planned_.cuts[run.cut];
    cut.checksums[part.offset / kUnitBytes] = checksum;
    if (--cut.left > 0) return {};
    checksum = cut.checksums.front();
    uint64_t left = run.bytes.size() - kUnitBytes;
    for (size_t i = 1; i < cut.checksums.size(); ++i) {
      const uint64_t part_bytes = std::min(left, kUnitBytes);
      checksum = combine_checksums(*run.piece, checksum, cut.checksums[i], part_bytes);
      left -= part_bytes;
    }
  }
  if (is_verifying_ && has_checksum(*run.piece)) {
    if (auto status = check_checksum_there(*task_.catalog, *run.piece, checksum); !status.ok())
      return in_tensor(std::move(status).error(), run);
    counters_.bytes_verified += run.bytes.size();
  }
  if (run.is_mapped) ++counters_.mapped_count;
  const TensorInfo& info = *task_.requests[run.request].info;
  const Backing backing = run.is_mapped ? Backing::kMapped : Backing::kOwned;
  HOLDALL_ASSIGN(tensors_[run.request],
                 TensorFactory::make(info.dtype, info.shape,
                                     Buffer::wrap(run.bytes, std::move(run.keeper), backing)));
  return {};
}

}  // namespace holdall
