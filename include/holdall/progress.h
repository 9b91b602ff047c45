// How a long call says how far it is, and how it is told to stop.
#pragma once

#include <cstdint>
#include <functional>

namespace holdall {

// Called as bytes move, from any thread but never from two at once; `done_bytes` never falls.
// Returning false cancels: the call that was given it fails with kIo, reason cancelled.
using Progress = std::function<bool(uint64_t done_bytes, uint64_t total_bytes)>;

}  // namespace holdall
