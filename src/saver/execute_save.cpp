// The order of a save: data files, closed and durable; their names; the index, whose name makes
// them a checkpoint; then the state file. A failure before the index has its name leaves what had
// the prefix, except that a save over the same prefix replaces data before index: a crash between
// the two leaves an index whose checksums fail (docs/architecture.md, "Saving").
#include <algorithm>
#include <chrono>

#include "base/checked_math.h"
#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "checksum/crc32.h"
#include "checksum/crc32c.h"
#include "formats/tf_common/checkpoint_state.h"
#include "holdall/saver.h"
#include "holdall/text.h"
#include "saver/save_plan_layout.h"
#include "transfer/file_writing.h"
#include "transfer/progress_meter.h"
#include "transfer/transfer.h"

namespace holdall {
namespace {

// Bytes that go to a file between two looks at whether the save goes on.
constexpr size_t kBlockBytes = size_t{16} << 20;

std::span<const std::byte> to_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

class Saving {
 public:
  explicit Saving(const SavePlan& plan)
      : plan_(plan),
        storage_(*plan.options.storage),
        directory_(directory_of(plan.path)),
        meter_(plan.options.progress, sum_of(plan.items)) {}

  Result<SaveReport> run() {
    HOLDALL_ASSIGN(const auto layout, lay_out_plan(plan_));
    HOLDALL_TRY(storage_.make_directories(directory_));
    HOLDALL_TRY(write_data_files(*layout));
    HOLDALL_ASSIGN(const std::optional<FinishedFile> index, layout->finish(written_));
    std::unique_ptr<Writer> index_writer;
    if (index) {
      HOLDALL_ASSIGN(index_writer, write_closed(index->path, index->bytes));
    }
    for (const auto& writer : writers_) HOLDALL_TRY(writer->publish());
    HOLDALL_TRY(sync_names());
    if (index_writer != nullptr) {
      HOLDALL_TRY(index_writer->publish());
      HOLDALL_TRY(sync_names());
    }
    if (plan_.options.update_state && layout->has_state_file()) HOLDALL_TRY(write_state());
    SaveReport report;
    report.path = plan_.path;
    report.files = files_;
    if (index) report.files.push_back({index->path, index->bytes.size()});
    report.tensor_count = plan_.items.size();
    for (const PlannedFile& file : report.files) report.bytes_written += file.size_bytes;
    return report;
  }

 private:
  // One thread a data file: each has one writer.
  Status write_data_files(const Layout& layout) {
    written_.resize(plan_.items.size());
    for (const LayoutFile& file : layout.files()) {
      files_.push_back({file.path, 0});
      HOLDALL_ASSIGN(auto writer, storage_.open_writer(file.path));
      writers_.push_back(std::move(writer));
    }
    return run_in_parallel(writers_.size(), 0, [&](size_t i) -> Status {
      HOLDALL_TRY(measure_parts(layout.files()[i]));
      HOLDALL_TRY(write_parts(*writers_[i], layout, i));
      return writers_[i]->close(plan_.options.durability);
    });
  }

  static Checksum checksum_function(const LayoutPart& part) {
    return part.checksum == ChecksumKind::kCrc32 ? crc32_extend : crc32c_extend;
  }

  Runs bytes_of(const LayoutPart& part) const {
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
  Status take_in_blocks(std::span<const std::byte> bytes, const Take& take) const {
    for (size_t at = 0; at < bytes.size(); at += kBlockBytes) {
      const auto block = bytes.subspan(at, std::min<size_t>(kBlockBytes, bytes.size() - at));
      HOLDALL_TRY(take(block));
      HOLDALL_TRY(meter_.add(block.size()));
    }
    return {};
  }

  static uint64_t sum_of(std::span<const SaveItem> items) {
    uint64_t sum = 0;
    for (const SaveItem& item : items)
      sum = checked_add(sum, item.size_bytes()).value_or(UINT64_MAX);
    return sum;
  }

  // The checksums that stand in the file before what they are of.
  Status measure_parts(const LayoutFile& file) {
    return run_in_parallel(file.parts.size(), 0, [&](size_t i) -> Status {
      const LayoutPart& part = file.parts[i];
      if (!part.is_measured_first) return {};
      HOLDALL_ASSIGN(
          written_[*part.item].checksum,
          checksum_of(bytes_of(part), part.reversed_group, part.crc_seed, checksum_function(part)));
      return {};
    });
  }

  Status write_parts(Writer& writer, const Layout& layout, size_t file_index) {
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
      HOLDALL_TRY(write_item(writer, part));
      size_bytes += literal.size() + part.padding_bytes;
      if (part.item) size_bytes += plan_.items[*part.item].size_bytes();
    }
    return {};
  }

  Status write_item(Writer& writer, const LayoutPart& part) {
    if (!part.item) return {};
    HOLDALL_ASSIGN(const uint32_t checksum,
                   append_with_checksum(writer, bytes_of(part), part.reversed_group, part.crc_seed,
                                        checksum_function(part)));
    // A tensor whose memory the caller changes meanwhile would make a file that is damaged.
    if (part.is_measured_first && checksum != written_[*part.item].checksum) {
      return invalid_argument("its bytes changed while they were saved")
          .in_tensor(plan_.items[*part.item].name);
    }
    written_[*part.item].checksum = checksum;
    return {};
  }

  Status write_deflated(Writer& writer, const LayoutPart& part) {
    HOLDALL_ASSIGN(const DeflatedRun run,
                   append_deflated(writer, part.literal, bytes_of(part), part.reversed_group,
                                   part.crc_seed, checksum_function(part)));
    written_[*part.item] = {run.checksum, run.deflated_bytes};
    return {};
  }

  Result<std::unique_ptr<Writer>> write_closed(const std::string& path, std::string_view bytes) {
    HOLDALL_ASSIGN(auto writer, storage_.open_writer(path));
    HOLDALL_TRY(writer->append(to_bytes(bytes)));
    HOLDALL_TRY(writer->close(plan_.options.durability));
    return writer;
  }

  Status sync_names() {
    if (plan_.options.durability != Durability::kDurable) return {};
    return storage_.sync_directory(directory_);
  }

  Status write_state() {
    CheckpointState state;
    state.model_checkpoint_path = path_in_state(directory_, plan_.path, StatePaths::kAsGiven);
    state.all_model_checkpoint_paths = {state.model_checkpoint_path};
    HOLDALL_ASSIGN(const auto writer, write_closed(join_path(directory_, kStateFileName),
                                                   format_checkpoint_state(state)));
    HOLDALL_TRY(writer->publish());
    return sync_names();
  }

  const SavePlan& plan_;
  Storage& storage_;
  std::string directory_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<WrittenItem> written_;
  mutable ProgressMeter meter_;
  std::vector<PlannedFile> files_;  // with the sizes they got
};

}  // namespace

Result<SaveReport> execute(const SavePlan& plan) {
  return guarded([&]() -> Result<SaveReport> {
    const auto start = std::chrono::steady_clock::now();
    HOLDALL_TRY(check_space(plan));
    HOLDALL_ASSIGN(SaveReport report, Saving(plan).run());
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
  });
}

std::string SaveReport::summary() const {
  return message("{} {} saved to {} · {} in {} {}", tensor_count,
                 tensor_count == 1 ? "tensor" : "tensors", printable(path),
                 size_text(bytes_written), files.size(), files.size() == 1 ? "file" : "files");
}

}  // namespace holdall
