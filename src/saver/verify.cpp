#include "holdall/verify.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <tuple>

#include "base/checked_math.h"
#include "base/guard.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/format.h"
#include "saver/checkpoint_access.h"
#include "saver/checkpoint_files.h"
#include "tensor/box_copy.h"
#include "tensor/buffer.h"
#include "transfer/block_reading.h"
#include "transfer/progress_meter.h"

namespace holdall {
namespace {

// A piece that is looked at, and what came of it.
struct Check {
  const TensorInfo* info = nullptr;
  const Piece* piece = nullptr;
  size_t tensor = 0;  // its number in the catalog
  uint64_t bytes_verified = 0;
  std::optional<Error> error = {};
  bool is_file_missing = false;
};

// Whether the checksum is one of the bytes as they lie in the file.
bool is_streamed(const Check& check) {
  return check.info->encoding == Encoding::kRaw && has_checksum(*check.piece);
}

// Whether the piece has to be decoded before anything can be said of it.
bool is_decoded(const Check& check) {
  return check.info->encoding != Encoding::kRaw;
}

VerifyProblem problem_of(std::string tensor, Error error) {
  VerifyProblem problem{std::move(tensor), error.place.file, 0, 0, {}};
  error.place = {};
  problem.error = std::move(error);
  return problem;
}

class Verification {
 public:
  Verification(const Checkpoint& checkpoint, const VerifyOptions& options)
      : checkpoint_(checkpoint), catalog_(checkpoint.catalog()), options_(options) {}

  Result<VerifyReport> run() {
    is_bad_.resize(catalog_.count());
    for (size_t i = 0; i < catalog_.count(); ++i) add_tensor(i);
    std::sort(checks_.begin(), checks_.end(), [](const Check& a, const Check& b) {
      const auto place = [](const Check& check) {
        const Extent& extent = check.piece->extent;
        return std::tuple(extent.file_index, extent.offset_in_file, check.tensor);
      };
      return place(a) < place(b);
    });
    open_files();
    HOLDALL_TRY(run_checks());
    conclude();
    return std::move(report_);
  }

 private:
  void add_tensor(size_t i) {
    const TensorInfo& info = catalog_[i];
    Status status;
    if (info.problem != nullptr) {
      status = *info.problem;
    } else {
      // Without open files it only looks whether the pieces make up the tensor.
      status = check_request({&info, {}}, catalog_, OpenFiles(catalog_.files().size()));
    }
    if (!status.ok()) {
      is_bad_[i] = true;
      report_.problems.push_back(problem_of(info.name, std::move(status).error()));
    }
    if (info.problem != nullptr) return;
    for (const Piece& piece : info.pieces) checks_.push_back({&info, &piece, i});
  }

  void open_files() {
    files_.resize(catalog_.files().size());
    std::map<uint32_t, std::pair<uint64_t, uint64_t>> lost;  // pieces and bytes in missing files
    std::map<uint32_t, Error> errors;
    for (Check& check : checks_) {
      const uint32_t index = check.piece->extent.file_index;
      if (files_[index] == nullptr && !errors.contains(index)) {
        auto file = CheckpointAccess::open_file(checkpoint_, index);
        if (file.ok()) {
          files_[index] = *std::move(file);
        } else {
          errors.emplace(index, std::move(file).error());
        }
      }
      if (files_[index] != nullptr) continue;
      check.is_file_missing = true;
      auto& [count, size_bytes] = lost[index];
      ++count;
      size_bytes = checked_add(size_bytes, check.piece->extent.size_bytes).value_or(UINT64_MAX);
    }
    for (auto& [index, error] : errors) {
      error.message += message("; {} tensors or slices of {} lie in it", lost[index].first,
                               size_text(lost[index].second));
      report_.problems.push_back(problem_of("", std::move(error).in_file(catalog_.files()[index])));
    }
  }

  Status run_checks() {
    uint64_t total_bytes = 0;
    for (const Check& check : checks_) {
      const uint64_t size_bytes = check.piece->extent.size_bytes;
      total_bytes = checked_add(total_bytes, size_bytes).value_or(UINT64_MAX);
    }
    ProgressMeter meter(options_.progress, total_bytes);
    const Blocks blocks = share_window(options_.window_bytes, options_.threads);
    std::atomic<size_t> next = 0;
    return run_in_parallel(blocks.threads, blocks.threads, [&](size_t) -> Status {
      std::shared_ptr<Buffer> block;
      for (size_t i = next++; i < checks_.size(); i = next++) {
        if (block == nullptr) {
          HOLDALL_ASSIGN(block, Buffer::allocate(blocks.size_bytes));
        }
        HOLDALL_TRY(run_check(checks_[i], block->fill(), meter));
      }
      return {};
    });
  }

  // Fails with what ends the whole run; what is wrong with the piece stays with the check.
  Status run_check(Check& check, std::span<std::byte> block, ProgressMeter& meter) {
    uint64_t counted = 0;
    Status status;
    if (!check.is_file_missing) {
      if (is_streamed(check)) {
        status = stream(check, block, meter, counted);
      } else if (is_decoded(check)) {
        status = decode(check);
      } else {
        status = check_extent(check.piece->extent, *files_[check.piece->extent.file_index]);
      }
    }
    if (!status.ok()) {
      Error error = std::move(status).error();
      if (error.code == Code::kExhausted) return error;
      check.error = std::move(error);
    }
    // Once cancelled, the meter fails whoever calls it.
    return meter.add(check.piece->extent.size_bytes - counted);
  }

  Status stream(Check& check, std::span<std::byte> block, ProgressMeter& meter, uint64_t& counted) {
    const Piece& piece = *check.piece;
    uint32_t crc = checksum_seed(piece);
    HOLDALL_TRY(for_each_block(*files_[piece.extent.file_index], piece.extent, block,
                               [&](std::span<const std::byte> bytes) {
                                 crc = extend_checksum(piece, crc, bytes);
                                 counted += bytes.size();
                                 return meter.add(bytes.size());
                               }));
    HOLDALL_TRY(check_checksum(catalog_, piece, crc));
    check.bytes_verified = piece.extent.size_bytes;
    return {};
  }

  // Strings and whatever else is not plain elements: as reading it would do it, one at a time, so
  // that no two of them are in memory together.
  Status decode(Check& check) {
    const Piece& piece = *check.piece;
    TensorRequest request{check.info, std::nullopt};
    if (!piece.box.starts.empty()) request.box = piece.box;
    TransferReport transfer;
    const std::lock_guard lock(decode_mutex_);
    auto tensors =
        CheckpointAccess::read(checkpoint_, {&request, 1}, ReadOptions{.threads = 1}, transfer);
    if (!tensors.ok()) return std::move(tensors).error();
    check.bytes_verified = std::min(transfer.bytes_verified, piece.extent.size_bytes);
    return {};
  }

  void conclude() {
    std::vector<bool> is_unchecked(catalog_.count());
    for (Check& check : checks_) {
      const Extent& extent = check.piece->extent;
      report_.bytes_verified += check.bytes_verified;
      if (check.is_file_missing) {
        is_bad_[check.tensor] = true;
      } else if (check.error) {
        is_bad_[check.tensor] = true;
        VerifyProblem problem = problem_of(check.info->name, *std::move(check.error));
        problem.file = catalog_.files()[extent.file_index];
        problem.offset_in_file = extent.offset_in_file;
        problem.size_bytes = extent.size_bytes;
        report_.problems.push_back(std::move(problem));
      } else if (check.bytes_verified < extent.size_bytes) {
        is_unchecked[check.tensor] = true;
        report_.bytes_without_checksum += extent.size_bytes - check.bytes_verified;
      }
    }
    report_.checkpoint_path = catalog_.path();
    report_.format = catalog_.format();
    report_.tensor_count = catalog_.count();
    if (auto status = tell_coverage(); !status.ok())
      report_.problems.push_back(problem_of("", std::move(status).error()));
    for (size_t i = 0; i < catalog_.count(); ++i) {
      if (is_bad_[i]) report_.damaged.push_back(catalog_[i].name);
      if (!is_bad_[i] && !is_unchecked[i]) ++report_.tensors_verified;
    }
  }

  Status tell_coverage() {
    const Storage& storage = *CheckpointAccess::storage(checkpoint_);
    std::map<std::string, uint64_t> compared;
    for (const Check& check : checks_)
      compared[catalog_.files()[check.piece->extent.file_index]] += check.bytes_verified;
    HOLDALL_ASSIGN(const Format* format, find_format(catalog_.format()));
    HOLDALL_ASSIGN(const auto paths, list_checkpoint_files(storage, catalog_));
    for (const std::string& path : paths) {
      const auto file = storage.open_reader(path);
      // A data file that is not there was told of.
      if (!file.ok() && file.error().code == Code::kNotFound) continue;
      if (!file.ok()) return file.error();
      const uint64_t size_bytes = (*file)->size_bytes();
      auto checked = format->checked_bytes(**file, catalog_, path);
      if (!checked.ok()) return std::move(checked).error().in_file(path);
      const uint64_t count = checked_add(compared[path], *checked).value_or(size_bytes);
      report_.files.push_back({path, size_bytes, std::min(count, size_bytes)});
    }
    return {};
  }

  const Checkpoint& checkpoint_;
  const Catalog& catalog_;
  const VerifyOptions& options_;
  std::vector<Check> checks_;
  std::vector<bool> is_bad_;  // a tensor
  OpenFiles files_;
  std::mutex decode_mutex_;
  VerifyReport report_;
};

}  // namespace

Result<VerifyReport> verify(const Checkpoint& checkpoint, const VerifyOptions& options) {
  return guarded([&]() -> Result<VerifyReport> {
    const auto start = std::chrono::steady_clock::now();
    auto report = Verification(checkpoint, options).run();
    if (!report.ok()) return std::move(report).error().in_file(checkpoint.path());
    report->seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
  });
}

}  // namespace holdall
