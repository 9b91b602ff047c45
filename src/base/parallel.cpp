#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/guard.h"

namespace holdall {

unsigned core_count() {
  // To be told takes reading a file.
  static const unsigned count = std::max(1u, std::thread::hardware_concurrency());
  return count;
}

Status run_in_parallel(size_t count, unsigned threads, const std::function<Status(size_t)>& body,
                       size_t* failed) {
  if (threads == 0) threads = core_count();
  std::atomic<size_t> next = 0;
  std::atomic<bool> has_failed = false;
  std::mutex mutex;
  size_t failed_at = count;
  Status failure;
  const auto work = [&] {
    for (size_t i = next++; i < count && !has_failed; i = next++) {
      Status status = guarded([&] { return body(i); });
      if (status.ok()) continue;
      has_failed = true;
      const std::lock_guard lock(mutex);
      if (i < failed_at) {
        failed_at = i;
        failure = std::move(status);
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (size_t i = 1; i < std::min<size_t>(threads, count); ++i) {
      // Where no thread can be had, the others do its work.
      try {
        helpers.emplace_back(work);
      } catch (const std::system_error&) {
        break;
      }
    }
    work();
  }
  if (!failure.ok() && failed != nullptr) *failed = failed_at;
  return failure;
}

Status run_short_in_parallel(size_t count, unsigned threads,
                             const std::function<Status(size_t)>& body, size_t* failed) {
  constexpr size_t kFew = 8;
  return run_in_parallel(count, count < kFew ? 1 : threads, body, failed);
}

}  // namespace holdall
