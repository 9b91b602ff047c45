#include "holdall/diff.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>

#include "base/checked_math.h"
#include "base/guard.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/try.h"
#include "saver/name_mapping.h"
#include "saver/tensor_windows.h"
#include "saver/value_differences.h"
#include "transfer/block_reading.h"
#include "transfer/progress_meter.h"

namespace holdall {
namespace {

// Windows that one comparison holds: one a side, and where there are slices another one each.
constexpr unsigned kWindowsAtOnce = 4;

DiffTensor describe(const MappedTensor& tensor) {
  return {tensor.name, tensor.info->name, tensor.info->dtype, tensor.info->shape};
}

// A tensor that both sides have with one dtype and shape, and what came of comparing it.
struct Comparison {
  const MappedTensor* a = nullptr;
  const MappedTensor* b = nullptr;
  ChangedTensor outcome;
  std::optional<Error> error = {};
};

class Diffing {
 public:
  Diffing(const Checkpoint& a, const Checkpoint& b, const DiffOptions& options)
      : a_(a), b_(b), options_(options) {}

  Result<DiffReport> run() {
    if (!(options_.tolerance >= 0) || !std::isfinite(options_.tolerance)) {
      return invalid_argument("a tolerance is a number from 0 on, not {}", options_.tolerance);
    }
    HOLDALL_ASSIGN(names_a_, map_names(a_, options_.a));
    HOLDALL_ASSIGN(names_b_, map_names(b_, options_.b));
    pair_up();
    HOLDALL_TRY(compare_all());
    conclude();
    return std::move(report_);
  }

 private:
  void pair_up() {
    for (const MappedTensor& tensor : names_a_.taken) {
      if (const MappedTensor* other = names_b_.find(tensor.name)) {
        comparisons_.push_back({&tensor, other, {describe(tensor), describe(*other)}});
      } else {
        report_.removed.push_back(describe(tensor));
      }
    }
    for (const MappedTensor& tensor : names_b_.taken) {
      if (names_a_.find(tensor.name) == nullptr) report_.added.push_back(describe(tensor));
    }
  }

  Status compare_all() {
    uint64_t total_bytes = 0;
    for (const Comparison& each : comparisons_) {
      const uint64_t size_bytes = is_read(each) ? each.a->info->size_bytes : 0;
      total_bytes = checked_add(total_bytes, size_bytes).value_or(UINT64_MAX);
    }
    ProgressMeter meter(options_.progress, total_bytes);
    const Blocks blocks = share_window(options_.window_bytes, options_.threads, kWindowsAtOnce);
    return run_in_parallel(comparisons_.size(), blocks.threads, [&](size_t i) -> Status {
      Comparison& each = comparisons_[i];
      if (!is_read(each)) return {};
      Status status;
      if (each.a->info->dtype == DType::kString) {
        status = compare_strings(each, meter);
      } else {
        status = compare_elements(each, blocks.size_bytes, meter);
      }
      if (status.ok()) return {};
      const Error& error = status.error();
      if (error.reason == reason::kCancelled || error.code == Code::kExhausted) return error;
      each.error = error;
      return {};
    });
  }

  static bool is_read(const Comparison& each) {
    return each.outcome.has_values() && each.a->info->problem == nullptr &&
           each.b->info->problem == nullptr;
  }

  Status compare_elements(Comparison& each, uint64_t window_bytes, ProgressMeter& meter) {
    const WindowOptions options{{}, window_bytes, options_.verify};
    HOLDALL_ASSIGN(auto windows_a, TensorWindows::open(a_, *each.a->info, options));
    HOLDALL_ASSIGN(auto windows_b, TensorWindows::open(b_, *each.b->info, options));
    ValueDifferences differences(each.a->info->dtype, options_.tolerance);
    while (true) {
      // Equal shapes have equal windows.
      HOLDALL_ASSIGN(const auto a, windows_a.next());
      HOLDALL_ASSIGN(const auto b, windows_b.next());
      if (!a || !b) break;
      HOLDALL_TRY(differences.add(a->bytes, b->bytes));
      bytes_compared_ += a->bytes.size();
      HOLDALL_TRY(meter.add(a->bytes.size()));
    }
    each.outcome.different_count = differences.different_count();
    each.outcome.max_difference = differences.max_difference();
    return {};
  }

  // One pair at a time is in memory.
  Status compare_strings(Comparison& each, ProgressMeter& meter) {
    const std::lock_guard lock(strings_mutex_);
    const ReadOptions options{.verify = options_.verify, .threads = 1};
    HOLDALL_ASSIGN(const Tensor a, a_.read(each.a->info->name, options));
    HOLDALL_ASSIGN(const Tensor b, b_.read(each.b->info->name, options));
    each.outcome.different_count = count_different_strings(a, b);
    bytes_compared_ += a.size_bytes();
    return meter.add(each.a->info->size_bytes);
  }

  void conclude() {
    for (Comparison& each : comparisons_) {
      for (const MappedTensor* side : {each.a, each.b}) {
        if (!each.error && side->info->problem != nullptr) each.error = *side->info->problem;
      }
      if (each.error) {
        report_.problems.push_back({each.a->name, *std::move(each.error)});
      } else if (!each.outcome.has_values() || each.outcome.different_count > 0) {
        report_.changed.push_back(std::move(each.outcome));
      } else {
        report_.equal.push_back(each.a->name);
      }
    }
    report_.path_a = a_.path();
    report_.path_b = b_.path();
    report_.unmatched_rules = names_a_.unmatched_rules;
    report_.unmatched_rules.insert(report_.unmatched_rules.end(), names_b_.unmatched_rules.begin(),
                                   names_b_.unmatched_rules.end());
    report_.bytes_compared = bytes_compared_;
  }

  const Checkpoint& a_;
  const Checkpoint& b_;
  const DiffOptions& options_;
  NameMapping names_a_;
  NameMapping names_b_;
  std::vector<Comparison> comparisons_;
  std::mutex strings_mutex_;
  std::atomic<uint64_t> bytes_compared_ = 0;
  DiffReport report_;
};

}  // namespace

bool DiffReport::is_same() const {
  return added.empty() && removed.empty() && changed.empty() && problems.empty();
}

Result<DiffReport> diff(const Checkpoint& a, const Checkpoint& b, const DiffOptions& options) {
  return guarded([&]() -> Result<DiffReport> {
    const auto start = std::chrono::steady_clock::now();
    HOLDALL_ASSIGN(DiffReport report, Diffing(a, b, options).run());
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
  });
}

}  // namespace holdall
