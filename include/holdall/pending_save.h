// A save that goes on in a thread of its own while the program works on.
#pragma once

#include <memory>

#include "holdall/saver.h"
#include "holdall/status.h"

namespace holdall {

// What is saved is what the session held when the save was begun: values never change, so nothing
// had to be copied for that. Bytes that were borrowed (Tensor::borrow) have to stay as they are
// until it is over. Thread-safe.
class HOLDALL_EXPORT PendingSave {
 public:
  PendingSave(PendingSave&&) noexcept;
  PendingSave& operator=(PendingSave&&) noexcept;
  ~PendingSave();  // waits; what came of it is lost

  bool is_done() const;

  // Waits up to so many seconds, and says whether it is done.
  bool wait_for(double seconds) const;

  // Asks it to stop. If that comes in time, wait() fails as cancelled, and what had the path is as
  // it was.
  void cancel();

  // Waits, and says what came of it; every call says the same. Fails: as execute(SavePlan).
  Result<SaveReport> wait() const;

 private:
  friend class Session;
  struct Rep;
  explicit PendingSave(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace holdall
