// Turns the standard library's "no memory" exceptions into kExhausted at the edge of the public
// API, which throws nothing.
#pragma once

#include <new>
#include <stdexcept>
#include <utility>

#include "base/message.h"

namespace holdall {

// What `body` returns, or kExhausted. Result types only.
template <class Body>
auto guarded(Body&& body) noexcept -> decltype(body()) {
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    return exhausted("out of memory");
  } catch (const std::length_error&) {
    return exhausted("out of memory: a container would exceed its largest size");
  }
}

}  // namespace holdall
