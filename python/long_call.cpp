#include "long_call.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace nb = nanobind;

namespace holdall::python {
namespace {

// How often the thread that waits looks for signals.
constexpr std::chrono::milliseconds kLookEvery{20};

// At most about so many calls of a Python function, however small the steps are.
constexpr uint64_t kMaxSteps = 1000;

}  // namespace

Progress LongCall::progress() {
  return [this](uint64_t done_bytes, uint64_t total_bytes) {
    std::unique_lock lock(mutex_);
    if (is_stopped_ || function_.is_none()) return !is_stopped_;
    if (told_bytes_) {
      const uint64_t step = done_bytes - std::min(done_bytes, *told_bytes_);
      const bool is_due = done_bytes == total_bytes || step >= total_bytes / kMaxSteps;
      if (step == 0 || !is_due) return true;
    }
    told_bytes_ = done_bytes;
    done_bytes_ = done_bytes;
    total_bytes_ = total_bytes;
    is_asked_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !is_asked_; });
    return !is_stopped_;
  };
}

// Looks for signals and tells what is to be told. The lock is given up for that: Python may wait.
void LongCall::look(std::unique_lock<std::mutex>& lock) {
  const bool is_asked = is_asked_ && !is_stopped_;
  const uint64_t done_bytes = done_bytes_;
  const uint64_t total_bytes = total_bytes_;
  lock.unlock();
  if (!exception_) {
    const nb::gil_scoped_acquire python;
    try {
      if (PyErr_CheckSignals() != 0) throw nb::python_error();
      if (is_asked) function_(done_bytes, total_bytes);
    } catch (...) {
      exception_ = std::current_exception();
    }
  }
  lock.lock();
  is_stopped_ = exception_ != nullptr;
  if (is_asked || is_stopped_) is_asked_ = false;
  changed_.notify_all();
}

void LongCall::run_aside(const std::function<void()>& work) {
  {
    const nb::gil_scoped_release release;
    std::jthread thread([&] {
      work();
      const std::lock_guard lock(mutex_);
      is_done_ = true;
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    while (!is_done_) {
      changed_.wait_for(lock, kLookEvery, [this] { return is_done_ || is_asked_; });
      if (!is_done_) look(lock);
    }
  }
  if (exception_) std::rethrow_exception(std::exchange(exception_, nullptr));
}

}  // namespace holdall::python
