#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <limits>
#include <optional>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/try.h"
#include "tensor/arena.h"
#include "tensor/box_copy.h"
#include "tensor/reserve_pages.h"
#include "transfer/block_reading.h"
#include "transfer/piece_reading.h"
#include "transfer/progress_meter.h"
#include "transfer/read_units.h"
#include "transfer/transfer.h"
#include "transfer/unit_reading.h"

namespace holdall {
namespace {

using Clock = std::chrono::steady_clock;

// With less to read, to begin a thread takes longer than what it would save.
constexpr uint64_t kLeastParallelBytes = uint64_t{1} << 20;

// Of the pieces that have to be read.
uint64_t stored_bytes_of(std::span<const TensorRequest> requests) {
  uint64_t sum = 0;
  for (const TensorRequest& request : requests) {
    for (const Piece& piece : request.info->pieces) {
      if (is_touched(piece, request))
        sum = checked_add(sum, piece.extent.size_bytes).value_or(UINT64_MAX);
    }
  }
  return sum;
}

// The reason of all files, or of those that differ.
std::string reason_of(std::span<const FileAccess> access) {
  std::vector<std::string> reasons;
  for (const FileAccess& each : access) {
    if (!each.reason.empty() &&
        std::find(reasons.begin(), reasons.end(), each.reason) == reasons.end())
      reasons.push_back(each.reason);
  }
  std::string text;
  for (const std::string& reason : reasons) text += (text.empty() ? "" : "; ") + reason;
  return text;
}

// What one thread does of a task, from step `number` on.
struct Step {
  size_t task = 0;
  size_t number = 0;
  size_t count = 1;
};

// One task on its way. Stays where it is while threads are at work.
class TaskReading {
 public:
  TaskReading(const ReadTask& task, const ReadOptions& options, ProgressMeter& meter)
      : task_(task), options_(options), meter_(meter) {}

  Status prepare() {
    for (const auto& file : *task_.files) {
      FileAccess& access = access_.emplace_back();
      if (file == nullptr) continue;
      HOLDALL_ASSIGN(access, choose_access(*file, options_.io, task_.is_replaced_whole));
    }
    HOLDALL_ASSIGN(planned_, plan_read_units(task_, access_));
    reserve_pages(tensors_, task_.requests.size());
    tensors_.resize(task_.requests.size());
    reader_.emplace(task_, access_, planned_, options_.verify, meter_, counters_, tensors_);
    return {};
  }

  // The units, each in the step of the one before if the device has to be read in order; then the
  // requests that are none.
  std::vector<Step> steps(size_t task) const {
    std::vector<Step> steps;
    for (size_t i = 0; i < planned_.units.size(); ++i) {
      const uint32_t file = planned_.units[i].file_index;
      const bool is_next = i > 0 && planned_.units[i - 1].file_index == file;
      if (is_next && access_[file].is_cold) {
        ++steps.back().count;
      } else {
        steps.push_back({task, i, 1});
      }
    }
    for (size_t i = 0; i < planned_.other_requests.size(); ++i)
      steps.push_back({task, planned_.units.size() + i, 1});
    return steps;
  }

  Status run_step(const Step& step) {
    const Clock::rep begun = Clock::now().time_since_epoch().count();
    auto status = step.number < planned_.units.size()
                      ? read_units(step)
                      : read_other(planned_.other_requests[step.number - planned_.units.size()]);
    const Clock::rep ended = Clock::now().time_since_epoch().count();
    for (auto first = begun_.load();
         begun < first && !begun_.compare_exchange_weak(first, begun);) {
    }
    for (auto last = ended_.load(); ended > last && !ended_.compare_exchange_weak(last, ended);) {
    }
    return status;
  }

  ReadTensors take() {
    TransferReport report{counters_.bytes_read, counters_.bytes_verified, counters_.mapped_count,
                          reason_of(access_), 0};
    if (ended_ > begun_)
      report.seconds = std::chrono::duration<double>(Clock::duration(ended_ - begun_)).count();
    return {std::move(tensors_), std::move(report)};
  }

 private:
  ByteGate& gate() const { return Arena::of(task_.arena).gate(); }

  // What the system reads ahead of one reader that goes through a file, it reads in much larger
  // pieces, and with a quarter of the work, than what it is told of or what several ask for.
  Status read_units(const Step& step) {
    const uint32_t file = planned_.units[step.number].file_index;
    const Reader* const in_order = access_[file].is_cold ? (*task_.files)[file].get() : nullptr;
    if (in_order != nullptr) in_order->expect_in_order(true);
    Status status;
    for (size_t i = 0; i < step.count && status.ok(); ++i) {
      const size_t number = step.number + i;
      const auto pass = gate().enter(planned_.units[number].size_bytes);
      status = reader_->read(number);
    }
    if (in_order != nullptr) in_order->expect_in_order(false);
    return status;
  }

  Status read_other(size_t request) {
    const auto pass = gate().enter(task_.requests[request].info->size_bytes);
    auto tensor = read_pieces(task_, task_.requests[request], options_, meter_, counters_);
    if (!tensor.ok())
      return std::move(tensor).error().in_tensor(task_.requests[request].info->name);
    tensors_[request] = *std::move(tensor);
    return {};
  }

  const ReadTask& task_;
  const ReadOptions& options_;
  ProgressMeter& meter_;
  std::vector<FileAccess> access_;
  ReadUnits planned_;
  TransferCounters counters_;
  std::vector<Tensor> tensors_;
  std::optional<UnitReader> reader_;
  std::atomic<Clock::rep> begun_ = std::numeric_limits<Clock::rep>::max();
  std::atomic<Clock::rep> ended_ = std::numeric_limits<Clock::rep>::min();
};

Status check_task(const ReadTask& task) {
  for (const TensorRequest& request : task.requests) {
    if (auto status = check_request(request, *task.catalog, *task.files); !status.ok())
      return std::move(status).error().in_tensor(request.info->name);
  }
  return {};
}

}  // namespace

bool is_touched(const Piece& piece, const TensorRequest& request) {
  // A piece without a box is the whole tensor; one of a string tensor without elements, too.
  return piece.box.starts.empty() || !request.box || intersect(piece.box, *request.box).has_value();
}

Status check_request(const TensorRequest& request, const Catalog& catalog, const OpenFiles& files) {
  const TensorInfo& info = *request.info;
  const auto check_place = [&](const Extent& extent) -> Status {
    const auto& file = files[extent.file_index];
    if (file == nullptr) return {};
    if (auto status = check_extent(extent, *file); !status.ok())
      return std::move(status).error().in_file(catalog.files()[extent.file_index]);
    return {};
  };
  // Nearly all are so, and boxes take memory.
  const bool is_whole = info.pieces.size() == 1 && info.pieces.front().box.starts.empty();
  if (is_whole && !request.box) return check_place(info.pieces.front().extent);
  const Box target = request.box ? *request.box : whole_box(info.shape);
  uint64_t covered = 0;
  for (const Piece& piece : info.pieces) {
    const auto shared = piece.box.starts.empty() ? target : intersect(piece.box, target);
    if (!shared) continue;
    covered += element_count(*shared);
    HOLDALL_TRY(check_place(piece.extent));
  }
  // Pieces do not overlap, so equal counts mean that every element is there.
  if (covered != element_count(target)) {
    return corrupt("Does not have sufficient slices: they hold {} of the {} elements in '{}'",
                   covered, element_count(target), target.to_string())
        .in_file(catalog.path());
  }
  return {};
}

Result<std::vector<ReadTensors>> read_together(std::span<const ReadTask> tasks,
                                               const ReadOptions& options, size_t& failed_task) {
  std::vector<uint64_t> task_bytes(tasks.size());
  const auto check = [&](size_t i) -> Status {
    task_bytes[i] = stored_bytes_of(tasks[i].requests);
    return check_task(tasks[i]);
  };
  HOLDALL_TRY(run_short_in_parallel(tasks.size(), options.threads, check, &failed_task));
  uint64_t total_bytes = 0;
  for (const uint64_t bytes : task_bytes)
    total_bytes = checked_add(total_bytes, bytes).value_or(UINT64_MAX);
  ProgressMeter meter(options.progress, total_bytes);
  std::deque<TaskReading> readings;
  for (const ReadTask& task : tasks) readings.emplace_back(task, options, meter);
  const auto prepare = [&](size_t i) { return readings[i].prepare(); };
  HOLDALL_TRY(run_short_in_parallel(tasks.size(), options.threads, prepare, &failed_task));
  std::vector<Step> steps;
  for (size_t i = 0; i < tasks.size(); ++i) {
    const std::vector<Step> its_steps = readings[i].steps(i);
    steps.insert(steps.end(), its_steps.begin(), its_steps.end());
  }
  size_t failed_step = 0;
  const unsigned threads = total_bytes < kLeastParallelBytes ? 1 : options.threads;
  auto status = run_in_parallel(
      steps.size(), threads, [&](size_t i) { return readings[steps[i].task].run_step(steps[i]); },
      &failed_step);
  if (!status.ok()) {
    failed_task = steps[failed_step].task;
    return std::move(status).error();
  }
  HOLDALL_TRY(meter.finish());
  std::vector<ReadTensors> results;
  for (TaskReading& reading : readings) results.push_back(reading.take());
  return results;
}

Result<std::vector<Tensor>> read_tensors(std::span<const TensorRequest> requests,
                                         const Catalog& catalog, const OpenFiles& files,
                                         const ReadOptions& options, TransferReport& report) {
  const ReadTask task{requests, &catalog, &files};
  size_t failed_task = 0;
  HOLDALL_ASSIGN(auto results, read_together({&task, 1}, options, failed_task));
  report = std::move(results.front().report);
  return std::move(results.front().tensors);
}

}  // namespace holdall
