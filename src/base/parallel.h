// Work that several threads share.
#pragma once

#include <cstddef>
#include <functional>

#include "holdall/status.h"

namespace holdall {

// How many threads can run at once; at least 1.
unsigned core_count();

// Runs `body(i)` for every i below `count` on up to `threads` threads (0: one a core). After a
// failure no new i is begun; of the failures, that of the least i is returned, and `failed` is that
// i.
Status run_in_parallel(size_t count, unsigned threads, const std::function<Status(size_t)>& body,
                       size_t* failed = nullptr);

// The same, of bodies that take some ten microseconds each: a few of them are done sooner than a
// thread is begun.
Status run_short_in_parallel(size_t count, unsigned threads,
                             const std::function<Status(size_t)>& body, size_t* failed = nullptr);

}  // namespace holdall
