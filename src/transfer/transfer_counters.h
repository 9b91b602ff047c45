// What threads count together while they read.
#pragma once

#include <atomic>
#include <cstdint>

namespace holdall {

struct TransferCounters {
  std::atomic<uint64_t> bytes_read = 0;
  std::atomic<uint64_t> bytes_verified = 0;
  std::atomic<uint64_t> mapped_count = 0;
};

}  // namespace holdall
