// How much memory the test program holds: it replaces the global operator new. Sanitizers bring
// their own; with them nothing is counted, and tests that count are skipped.
#pragma once

#include <cstdint>

namespace holdall {

bool can_count_allocations();

// Measures from its construction on, in all threads. One at a time.
class AllocationMeter {
 public:
  AllocationMeter();
  AllocationMeter(const AllocationMeter&) = delete;
  AllocationMeter& operator=(const AllocationMeter&) = delete;
  ~AllocationMeter();

  // The most bytes that were held at once beyond those held at the start.
  uint64_t peak_bytes() const;
};

// Makes one allocation fail with std::bad_alloc: number `at`, the first being 0, in all threads;
// and all after it, if that is asked for.
class AllocationFailure {
 public:
  explicit AllocationFailure(uint64_t at, bool is_lasting = false);
  AllocationFailure(const AllocationFailure&) = delete;
  AllocationFailure& operator=(const AllocationFailure&) = delete;
  ~AllocationFailure();

  // Whether there were so many allocations.
  bool has_happened() const;
};

}  // namespace holdall
