// Reading memory whose pages may go meanwhile: a mapping of a file that somebody cuts. The system
// says so with a signal, SIGBUS, which would end the process.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

namespace holdall {

// As long as one lives, that signal is looked at, in all threads. What was to be done about it
// before is done about every one that is not about memory being read here, and comes back with the
// last object. Thread-safe.
class VanishingMemory {
 public:
  VanishingMemory();
  VanishingMemory(const VanishingMemory&) = delete;
  VanishingMemory& operator=(const VanishingMemory&) = delete;
  ~VanishingMemory();

  // Calls `body`, and leaves it at once where it touches a page of `memory` that is gone: false
  // then. So it may hold nothing that has to be let go: no lock, no allocation, no destructor.
  template <class Body>
  bool read(std::span<const std::byte> memory, Body&& body) const {
    return run(
        memory, [](void* context) { (*static_cast<std::remove_reference_t<Body>*>(context))(); },
        &body);
  }

 private:
  static bool run(std::span<const std::byte> memory, void (*body)(void*), void* context);
};

}  // namespace holdall
