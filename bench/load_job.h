// The user's job as a process of its own: checkpoints into one session, each under a scope.
#pragma once

#include <span>
#include <string>

#include "holdall/status.h"

namespace holdall::bench {

// `words`: a path and a scope in turns. A line of JSON: how many variables, and the sum of all
// their bytes as little-endian 32-bit words. Fails as Session::load().
Result<std::string> load_job(std::span<const std::string> words);

}  // namespace holdall::bench
