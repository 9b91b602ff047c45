#include "base/vanishing_memory.h"

#include <csetjmp>
#include <csignal>
#include <functional>
#include <mutex>

namespace holdall {
namespace {

// What the thread reads at the moment.
struct Watch {
  const std::byte* begin = nullptr;
  const std::byte* end = nullptr;
  sigjmp_buf back = {};

  bool covers(const std::byte* at) const {
    return !std::less<>()(at, begin) && std::less<>()(at, end);
  }
};

thread_local Watch* watch = nullptr;

std::mutex mutex;
size_t user_count = 0;
struct sigaction before = {};

// One who was there first sees the signal as if nobody else were.
void pass_on(int number, siginfo_t* info, void* context) {
  if ((before.sa_flags & SA_SIGINFO) != 0) {
    before.sa_sigaction(number, info, context);
  } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    before.sa_handler(number);
  } else {
    // The instruction is repeated, and the system does what it does by itself.
    struct sigaction plain = {};
    plain.sa_handler = SIG_DFL;
    sigaction(number, &plain, nullptr);
  }
}

void on_signal(int number, siginfo_t* info, void* context) {
  Watch* const mine = watch;
  if (mine != nullptr && mine->covers(static_cast<const std::byte*>(info->si_addr)))
    siglongjmp(mine->back, 1);  // NOLINT(cert-err52-cpp): there is nothing on the way to destroy
  pass_on(number, info, context);
}

bool is_ours(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == on_signal;
}

}  // namespace

VanishingMemory::VanishingMemory() {
  const std::lock_guard lock(mutex);
  if (user_count++ > 0) return;
  struct sigaction ours = {};
  ours.sa_sigaction = on_signal;
  // The signal stays deliverable though its handler is left by a jump.
  ours.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  sigaction(SIGBUS, &ours, &before);
}

VanishingMemory::~VanishingMemory() {
  const std::lock_guard lock(mutex);
  if (--user_count > 0) return;
  struct sigaction now = {};
  sigaction(SIGBUS, nullptr, &now);
  if (is_ours(now)) sigaction(SIGBUS, &before, nullptr);
}

bool VanishingMemory::run(std::span<const std::byte> memory, void (*body)(void*), void* context) {
  Watch mine{memory.data(), memory.data() + memory.size()};
  Watch* const outer = watch;
  // NOLINTNEXTLINE(cert-err52-cpp): as above
  if (sigsetjmp(mine.back, 0) != 0) {
    watch = outer;
    return false;
  }
  watch = &mine;
  body(context);
  watch = outer;
  return true;
}

}  // namespace holdall
