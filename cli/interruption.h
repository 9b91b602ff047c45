// SIGINT, SIGTERM and SIGHUP: a call that can be cancelled is, so that it takes its temporary files
// away; anything else, and whoever asks twice, ends at once. Either way the exit status is 130.
#pragma once

namespace holdall::cli {

// Before anything long begins. A signal that is ignored (nohup, background jobs) stays so.
void watch_signals();

// While one of these lives, the first signal is for was_interrupted() to tell.
class Cancellable {
 public:
  Cancellable();
  Cancellable(const Cancellable&) = delete;
  Cancellable& operator=(const Cancellable&) = delete;
  ~Cancellable();
};

bool was_interrupted();

}  // namespace holdall::cli
