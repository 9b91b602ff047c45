// Sees every call of the C library about files in a directory, and whether it came through the seam
// of storage/local/system_calls.h. Sanitizers put their own functions there: nothing is seen then.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace holdall {

bool can_watch_calls();

// One at a time. Replaces the system calls as long as it lives.
class WatchedCalls {
 public:
  // Requires: an absolute path.
  explicit WatchedCalls(std::string directory);
  WatchedCalls(const WatchedCalls&) = delete;
  WatchedCalls& operator=(const WatchedCalls&) = delete;
  ~WatchedCalls();

  uint64_t count() const;                      // that came through the seam
  std::vector<std::string> bypassing() const;  // names of those that did not
};

}  // namespace holdall
