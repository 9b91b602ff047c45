// A call of the library that may take long. It runs in a thread of its own, without the
// interpreter's lock; the thread that called waits, looks for signals, so that Ctrl-C stops the
// call, and passes on how far it is. Library threads never touch Python.
#pragma once

#include <nanobind/nanobind.h>

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "holdall/progress.h"
#include "raise.h"

namespace holdall::python {

class LongCall {
 public:
  // `function` is called with the bytes done and the bytes in all, by the thread that waits; None:
  // nobody is. What it raises stops the call.
  explicit LongCall(nanobind::object function) : function_(std::move(function)) {}

  // For the options of the library's call. Valid as long as this object.
  Progress progress();

  // The value of `body`, which returns a Result; or raises its error, or whatever stopped it.
  // Requires: the interpreter's lock.
  template <class Body>
  auto run(const Body& body) {
    std::optional<decltype(body())> result;
    run_aside([&] { result.emplace(body()); });
    return unwrap(*std::move(result));
  }

 private:
  void run_aside(const std::function<void()>& work);
  void look(std::unique_lock<std::mutex>& lock);

  const nanobind::object function_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_done_ = false;
  bool is_stopped_ = false;
  bool is_asked_ = false;  // a library thread waits until `done_bytes_` has been told
  uint64_t done_bytes_ = 0;
  uint64_t total_bytes_ = 0;
  std::optional<uint64_t> told_bytes_;
  std::exception_ptr exception_;  // touched by the thread that waits alone
};

}  // namespace holdall::python
