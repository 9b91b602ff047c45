#include "holdall/pending_save.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "base/guard.h"
#include "base/message.h"
#include "base/try.h"
#include "holdall/session.h"
#include "saver/session_saving.h"

namespace holdall {

struct PendingSave::Rep {
  // Requires: called once.
  Status begin(SavePlan begun) {
    plan = std::move(begun);
    plan.options.progress = [this, told = std::move(plan.options.progress)](uint64_t done_bytes,
                                                                            uint64_t total_bytes) {
      return !is_cancelled && (!told || told(done_bytes, total_bytes));
    };
    try {
      thread = std::jthread([this] { run(); });
    } catch (const std::system_error&) {
      return exhausted("no thread can be had to save in; save() needs none");
    }
    return {};
  }

  void run() {
    auto saved = guarded([&] { return execute(plan); });
    const std::lock_guard lock(mutex);
    // Values that are gone from the session need not wait for the result to be fetched.
    plan.items.clear();
    result.emplace(std::move(saved));
    done.notify_all();
  }

  SavePlan plan;
  std::atomic<bool> is_cancelled = false;
  mutable std::mutex mutex;
  mutable std::condition_variable done;
  std::optional<Result<SaveReport>> result;
  std::jthread thread;  // ends before the rest goes
};

PendingSave::PendingSave(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
PendingSave::PendingSave(PendingSave&&) noexcept = default;
PendingSave& PendingSave::operator=(PendingSave&&) noexcept = default;
PendingSave::~PendingSave() = default;

bool PendingSave::is_done() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->result.has_value();
}

bool PendingSave::wait_for(double seconds) const {
  std::unique_lock lock(rep_->mutex);
  return rep_->done.wait_for(lock, std::chrono::duration<double>(seconds),
                             [&] { return rep_->result.has_value(); });
}

void PendingSave::cancel() {
  rep_->is_cancelled = true;
}

Result<SaveReport> PendingSave::wait() const {
  std::unique_lock lock(rep_->mutex);
  rep_->done.wait(lock, [&] { return rep_->result.has_value(); });
  return *rep_->result;
}

Result<PendingSave> Session::save_async(std::string_view path, const SaveOptions& options) const {
  return guarded([&]() -> Result<PendingSave> {
    HOLDALL_ASSIGN(SavePlan plan, plan_session_save(*this, path, options));
    HOLDALL_TRY(check_space(plan));
    auto rep = std::make_unique<PendingSave::Rep>();
    HOLDALL_TRY(rep->begin(std::move(plan)));
    return PendingSave(std::move(rep));
  });
}

}  // namespace holdall
