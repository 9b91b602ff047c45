#include "interruption.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "command.h"

namespace holdall::cli {
namespace {

// Handlers may touch lock-free atomics only.
std::atomic<int> cancellable_count = 0;
std::atomic<bool> is_interrupted = false;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

void take_signal(int) {
  if (cancellable_count == 0 || is_interrupted.exchange(true)) _exit(kInterrupted);
}

}  // namespace

void watch_signals() {
  struct sigaction action = {};
  action.sa_handler = &take_signal;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before = {};
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    sigaction(signal, &action, nullptr);
  }
}

Cancellable::Cancellable() {
  ++cancellable_count;
}

Cancellable::~Cancellable() {
  --cancellable_count;
}

bool was_interrupted() {
  return is_interrupted;
}

}  // namespace holdall::cli
