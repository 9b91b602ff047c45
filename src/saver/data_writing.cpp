#include "saver/data_writing.h"

#include <algorithm>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/try.h"
#include "checksum/crc32.h"
#include "checksum/crc32c.h"
#include "codec/varint_packing.h"
#include "saver/rereading.h"
#include "transfer/transfer.h"

namespace holdall {
namespace {

// Bytes that go to a file between two looks at whether the save goes on.
constexpr size_t kBlockBytes = size_t{16} << 20;

// Elements that are packed at once: a whole number of any.
constexpr size_t kPackedBlockBytes = size_t{64} << 10;

std::span<const std::byte> to_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

Checksum checksum_function(const LayoutPart& part) {
  return part.checksum == ChecksumKind::kCrc32 ? crc32_extend : crc32c_extend;
}

}  // namespace

// One thread a data file: each has one writer.
Status DataWriting::write_all(const Layout& layout, const std::string& predecessor) {
  written_.resize(plan_.items.size());
  for (const LayoutFile& file : layout.files()) {
    files_.push_back({file.path, 0});
    HOLDALL_ASSIGN(auto writer, plan_.options.storage->open_writer(file.path));
    HOLDALL_TRY(writer->keep_rights_of(predecessor.empty() ? file.path : predecessor));
    writers_.push_back(std::move(writer));
  }
  return run_in_parallel(writers_.size(), plan_.options.threads,
                         [&](size_t i) { return write_file(layout, i); });
}

Status DataWriting::write_file(const Layout& layout, size_t file_index) {
  const LayoutFile& file = layout.files()[file_index];
  Writer& writer = *writers_[file_index];
  HOLDALL_TRY(measure_parts(file));
  HOLDALL_TRY(writer.prepare(file.size_bytes, plan_.options.durability));
  SummedWriter summed(writer);
  const bool reread = plan_.options.reread;
  HOLDALL_TRY(write_parts(reread ? summed : writer, layout, file_index));
  HOLDALL_TRY(writer.close(plan_.options.durability));
  if (!reread) return {};
  auto status = summed.compare();
  if (!status.ok()) return std::move(status).error().in_file(file.path);
  return {};
}

// As they go to the file, but for their order in groups.
Runs DataWriting::bytes_of(const LayoutPart& part) const {
  Runs elements = elements_of(part);
  if (!part.packing) return elements;
  return [elements = std::move(elements), packing = *part.packing](const Take& take) -> Status {
    std::string packed;
    return elements([&](std::span<const std::byte> bytes) -> Status {
      for (size_t at = 0; at < bytes.size(); at += kPackedBlockBytes) {
        packed.clear();
        pack_varints(bytes.subspan(at, std::min(kPackedBlockBytes, bytes.size() - at)), packing,
                     packed);
        HOLDALL_TRY(take(to_bytes(packed)));
      }
      return {};
    });
  };
}

Runs DataWriting::elements_of(const LayoutPart& part) const {
  return [this, &part](const Take& take) -> Status {
    const SaveItem& item = plan_.items[*part.item];
    uint64_t size_bytes = 0;
    auto status = item.read([&](std::span<const std::byte> bytes) -> Status {
      size_bytes += bytes.size();
      return take_in_blocks(bytes, take);
    });
    // More or fewer would put everything behind them in the wrong place.
    if (status.ok() && size_bytes != item.size_bytes())
      status = invalid_argument("its source gave {} bytes, {} are expected", size_bytes,
                                item.size_bytes());
    if (!status.ok()) return std::move(status).error().in_tensor(item.name);
    return {};
  };
}

// So that a save of one large tensor can be stopped.
Status DataWriting::take_in_blocks(std::span<const std::byte> bytes, const Take& take) const {
  for (size_t at = 0; at < bytes.size(); at += kBlockBytes) {
    const auto block = bytes.subspan(at, std::min<size_t>(kBlockBytes, bytes.size() - at));
    HOLDALL_TRY(take(block));
    HOLDALL_TRY(meter_.add(block.size()));
  }
  return {};
}

uint64_t DataWriting::sum_of(std::span<const SaveItem> items) {
  uint64_t sum = 0;
  for (const SaveItem& item : items) sum = checked_add(sum, item.size_bytes()).value_or(UINT64_MAX);
  return sum;
}

// The threads that were asked for, shared by the files that are written at once.
unsigned DataWriting::threads_for_measuring() const {
  const unsigned threads = plan_.options.threads;
  if (threads == 0) return 0;
  const size_t shared = threads / std::max<size_t>(1, writers_.size());
  return static_cast<unsigned>(std::max<size_t>(1, shared));
}

// The checksums that stand in the file before what they are of.
Status DataWriting::measure_parts(const LayoutFile& file) {
  return run_in_parallel(file.parts.size(), threads_for_measuring(), [&](size_t i) -> Status {
    const LayoutPart& part = file.parts[i];
    if (!part.is_measured_first) return {};
    const Runs runs = bytes_of(part);
    uint64_t size_bytes = 0;
    const Runs counted = [&](const Take& take) {
      return runs([&](std::span<const std::byte> bytes) {
        size_bytes += bytes.size();
        return take(bytes);
      });
    };
    HOLDALL_ASSIGN(
        written_[*part.item].checksum,
        checksum_of(counted, part.reversed_group, part.crc_seed, checksum_function(part)));
    if (part.packing) written_[*part.item].packed_bytes = size_bytes;
    return {};
  });
}

Status DataWriting::write_parts(Writer& writer, const Layout& layout, size_t file_index) {
  uint64_t& size_bytes = files_[file_index].size_bytes;
  for (const LayoutPart& part : layout.files()[file_index].parts) {
    const std::string late =
        part.late_literal ? layout.late_literal(*part.late_literal, written_) : "";
    const std::string_view literal = part.late_literal ? late : part.literal;
    if (part.is_deflated) {
      HOLDALL_TRY(write_deflated(writer, part));
      size_bytes += written_[*part.item].deflated_bytes;
      continue;
    }
    HOLDALL_TRY(writer.append(to_bytes(literal)));
    HOLDALL_TRY(append_zeros(writer, part.padding_bytes));
    size_bytes += literal.size() + part.padding_bytes;
    HOLDALL_TRY(write_item(writer, part, size_bytes));
    if (!part.item) continue;
    size_bytes +=
        part.packing ? written_[*part.item].packed_bytes : plan_.items[*part.item].size_bytes();
  }
  return {};
}

Status DataWriting::write_item(Writer& writer, const LayoutPart& part, uint64_t position) {
  if (!part.item) return {};
  HOLDALL_ASSIGN(const uint32_t checksum,
                 append_with_checksum(writer, bytes_of(part), part.reversed_group, part.crc_seed,
                                      checksum_function(part), position));
  // A tensor whose memory the caller changes meanwhile would make a file that is damaged.
  if (part.is_measured_first && checksum != written_[*part.item].checksum) {
    return invalid_argument("its bytes changed while they were saved")
        .in_tensor(plan_.items[*part.item].name);
  }
  written_[*part.item].checksum = checksum;
  return {};
}

Status DataWriting::write_deflated(Writer& writer, const LayoutPart& part) {
  HOLDALL_ASSIGN(const DeflatedRun run,
                 append_deflated(writer, part.literal, bytes_of(part), part.reversed_group,
                                 part.crc_seed, checksum_function(part)));
  written_[*part.item] = {run.checksum, run.deflated_bytes};
  return {};
}

}  // namespace holdall
