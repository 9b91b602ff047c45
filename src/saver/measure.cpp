#include "holdall/measure.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>

#include "base/checked_math.h"
#include "base/guard.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/try.h"
#include "base/vanishing_memory.h"
#include "holdall/session.h"
#include "saver/checkpoint_access.h"
#include "saver/pinned_files.h"
#include "transfer/progress_meter.h"

namespace holdall {
namespace {

constexpr uint64_t kBlockBytes = uint64_t{8} << 20;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Of words of eight bytes; nobody needs the sum, but the bytes have to come for it.
uint64_t sum_of(std::span<const std::byte> bytes) {
  uint64_t sum = 0;
  uint64_t word = 0;
  for (; bytes.size() >= sizeof word; bytes = bytes.subspan(sizeof word)) {
    std::memcpy(&word, bytes.data(), sizeof word);
    sum += word;
  }
  return sum;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// The data files, and how to read all of them.
class Files {
 public:
  static Result<Files> open(const Checkpoint& checkpoint) {
    Files files;
    for (uint32_t i = 0; i < checkpoint.catalog().files().size(); ++i) {
      HOLDALL_ASSIGN(auto reader, CheckpointAccess::open_file(checkpoint, i));
      for (uint64_t at = 0; at < reader->size_bytes(); at += kBlockBytes)
        files.blocks_.push_back({checkpoint.catalog().files()[i], reader, at,
                                 std::min(kBlockBytes, reader->size_bytes() - at)});
      files.size_bytes_ += reader->size_bytes();
    }
    return files;
  }

  uint64_t size_bytes() const { return size_bytes_; }

  // Sums every byte up, mapped where that is offered.
  Status read(unsigned threads, ProgressMeter& meter) const {
    std::atomic<uint64_t> sum = 0;
    const VanishingMemory vanishing;
    return run_in_parallel(blocks_.size(), threads, [&](size_t i) -> Status {
      const Block& block = blocks_[i];
      if (const auto mapping = block.reader->map()) {
        const std::span<const std::byte> memory(mapping.get() + block.offset, block.size_bytes);
        uint64_t own = 0;
        if (!vanishing.read(memory, [&] { own = sum_of(memory); }))
          return changed_while_reading(block.path);
        sum += own;
      } else {
        std::vector<std::byte> bytes(block.size_bytes);
        HOLDALL_TRY(block.reader->read_exact(block.offset, bytes));
        sum += sum_of(bytes);
      }
      return meter.add(block.size_bytes);
    });
  }

 private:
  struct Block {
    std::string path;
    std::shared_ptr<const Reader> reader;
    uint64_t offset = 0;
    uint64_t size_bytes = 0;
  };
  std::vector<Block> blocks_;
  uint64_t size_bytes_ = 0;
};

// A row in the making.
struct Row {
  std::string name;
  std::function<Status(Row&)> run;  // sets `seconds`, and what else it knows
  bool reads_all = true;
  std::vector<double> seconds = {};
  uint64_t size_bytes = 0;
  std::string note = {};
};

class Measuring {
 public:
  Measuring(std::string path, const MeasureOptions& options)
      : path_(std::move(path)), options_(options) {
    if (options_.threads == 0) options_.threads = core_count();
  }

  Result<MeasureReport> run() {
    HOLDALL_ASSIGN(const Checkpoint checkpoint, open());
    const Catalog& catalog = checkpoint.catalog();
    if (catalog.count() == 0)
      return not_found("it has no tensors, so there is nothing to measure").in_file(path_);
    HOLDALL_ASSIGN(files_, Files::open(checkpoint));
    first_name_ = catalog.name(0);
    std::vector<Row> rows = all_rows();
    const auto whole = static_cast<uint64_t>(
        std::count_if(rows.begin(), rows.end(), [](const Row& row) { return row.reads_all; }));
    const auto rounds = checked_mul(whole * files_.size_bytes(), options_.repeats);
    ProgressMeter meter(options_.progress, rounds.value_or(UINT64_MAX));
    meter_ = &meter;
    const Progress nobody;
    ProgressMeter untold(nobody, 0);
    HOLDALL_TRY(files_.read(options_.threads, untold));
    for (unsigned round = 0; round < options_.repeats; ++round) {
      for (Row& row : rows) HOLDALL_TRY(row.run(row));
    }
    HOLDALL_TRY(meter.finish());
    MeasureReport report{path_,
                         catalog.format(),
                         catalog.count(),
                         catalog.size_bytes(),
                         options_.threads,
                         options_.repeats,
                         {}};
    for (const Row& row : rows) report.rows.push_back(measurement_of(row, rows.front()));
    return report;
  }

 private:
  Result<Checkpoint> open() const { return Checkpoint::open(path_, options_.open); }

  std::vector<Row> all_rows() {
    const auto restore = [this](IoMode io, bool is_kept) {
      return [this, io, is_kept](Row& row) { return restore_once(row, io, is_kept); };
    };
    return {{"reading alone", [this](Row& row) { return read_once(row); }},
            {"opening", [this](Row& row) { return open_once(row); }, false},
            {"first tensor", [this](Row& row) { return first_once(row); }, false},
            {"restore, as by default", restore(IoMode::kAuto, false)},
            {"restore, mapped", restore(IoMode::kMap, false)},
            {"restore, copied", restore(IoMode::kMapCopy, false)},
            {"restore, copied into used memory", restore(IoMode::kMapCopy, true)},
            {"restore, read", restore(IoMode::kCopy, false)}};
  }

  Status read_once(Row& row) {
    const auto start = Clock::now();
    HOLDALL_TRY(files_.read(options_.threads, *meter_));
    row.seconds.push_back(seconds_since(start));
    row.size_bytes = files_.size_bytes();
    return {};
  }

  Status open_once(Row& row) const {
    const auto start = Clock::now();
    const auto checkpoint = open();
    row.seconds.push_back(seconds_since(start));
    return checkpoint.ok() ? Status() : Status(checkpoint.error());
  }

  Status first_once(Row& row) const {
    const auto start = Clock::now();
    HOLDALL_ASSIGN(const Checkpoint checkpoint, open());
    HOLDALL_ASSIGN(const Tensor tensor,
                   checkpoint.read(first_name_, {.threads = options_.threads}));
    row.seconds.push_back(seconds_since(start));
    row.size_bytes = tensor.size_bytes();
    return {};
  }

  // Into a session that is empty, or that has had all of it before.
  Status restore_once(Row& row, IoMode io, bool is_kept) {
    Session session({.kept_bytes = is_kept ? UINT64_MAX : 0});
    LoadOptions load{.names = options_.open.names, .storage = options_.open.storage};
    load.read.io = io;
    load.read.threads = options_.threads;
    if (is_kept) {
      auto before = session.load(path_, load);
      if (!before.ok()) return std::move(before).error();
      HOLDALL_TRY(session.drop_scope(""));
    }
    const auto start = Clock::now();
    HOLDALL_ASSIGN(const RestoreReport report, session.load(path_, load));
    row.seconds.push_back(seconds_since(start));
    row.size_bytes = report.bytes_read;
    row.note = report.backing_reason;
    return meter_->add(files_.size_bytes());
  }

  static Measurement measurement_of(const Row& row, const Row& reading) {
    Measurement measured{row.name,
                         median_of(row.seconds),
                         *std::min_element(row.seconds.begin(), row.seconds.end()),
                         row.size_bytes,
                         {},
                         row.note};
    if (!row.reads_all || row.size_bytes == 0) return measured;
    std::vector<double> shares;
    for (size_t i = 0; i < row.seconds.size(); ++i) {
      const double all = reading.seconds[i] * static_cast<double>(row.size_bytes) /
                         static_cast<double>(reading.size_bytes);
      shares.push_back(all / std::max(row.seconds[i], 1e-9));
    }
    measured.share_of_reading = median_of(shares);
    return measured;
  }

  const std::string path_;
  MeasureOptions options_;
  Files files_;
  std::string first_name_;
  ProgressMeter* meter_ = nullptr;
};

}  // namespace

Result<MeasureReport> measure(std::string_view path, const MeasureOptions& options) {
  return guarded([&]() -> Result<MeasureReport> {
    if (options.repeats == 0) return invalid_argument("to measure takes one round at least");
    return Measuring(std::string(path), options).run();
  });
}

}  // namespace holdall
