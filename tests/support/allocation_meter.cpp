#include "support/allocation_meter.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <new>

namespace holdall {
namespace {

std::atomic<bool> is_metering = false;
std::atomic<int64_t> held_bytes = 0;
std::atomic<int64_t> peak_held_bytes = 0;
// Allocations until the one that fails; negative: none will.
std::atomic<int64_t> until_failure = -1;
std::atomic<bool> has_failed = false;
std::atomic<bool> is_failure_lasting = false;

}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

bool can_count_allocations() {
  return false;
}

#else

bool can_count_allocations() {
  return true;
}

namespace {

void count(int64_t size_bytes) {
  if (!is_metering) return;
  const int64_t held = held_bytes += size_bytes;
  int64_t peak = peak_held_bytes;
  while (held > peak && !peak_held_bytes.compare_exchange_weak(peak, held)) {
  }
}

void* count_allocated(void* memory) {
  if (memory != nullptr) count(static_cast<int64_t>(malloc_usable_size(memory)));
  return memory;
}

// Where memory was mapped that is no file's. Without a container, which would allocate.
class MappedMemory {
 public:
  void add(void* memory) {
    const std::lock_guard lock(mutex_);
    for (void*& place : places_) {
      if (place != nullptr) continue;
      place = memory;
      return;
    }
  }
  bool remove(void* memory) {
    const std::lock_guard lock(mutex_);
    for (void*& place : places_) {
      if (place != memory) continue;
      place = nullptr;
      return true;
    }
    return false;
  }

 private:
  std::mutex mutex_;
  std::array<void*, 4096> places_ = {};
};
MappedMemory mapped_memory;

void release(void* memory) {
  if (is_metering) held_bytes -= static_cast<int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

bool must_fail() {
  if (until_failure < 0 || until_failure-- > 0) return false;
  has_failed = true;
  if (is_failure_lasting) until_failure = 0;
  return true;
}

}  // namespace

#endif

AllocationMeter::AllocationMeter() {
  held_bytes = 0;
  peak_held_bytes = 0;
  is_metering = true;
}

AllocationMeter::~AllocationMeter() {
  is_metering = false;
}

uint64_t AllocationMeter::peak_bytes() const {
  return static_cast<uint64_t>(peak_held_bytes.load());
}

AllocationFailure::AllocationFailure(uint64_t at, bool is_lasting) {
  has_failed = false;
  is_failure_lasting = is_lasting;
  until_failure = static_cast<int64_t>(at);
}

AllocationFailure::~AllocationFailure() {
  until_failure = -1;
}

bool AllocationFailure::has_happened() const {
  return has_failed;
}

}  // namespace holdall

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

// Tests ask for more memory than there is, which must give an error and not end the program.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "allocator_may_return_null=1";
}
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_options() {
  return "allocator_may_return_null=1";
}

#else

void* operator new(size_t size_bytes) {
  void* memory = holdall::must_fail() ? nullptr : std::malloc(size_bytes == 0 ? 1 : size_bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return holdall::count_allocated(memory);
}

void* operator new(size_t size_bytes, std::align_val_t alignment) {
  const auto multiple = static_cast<size_t>(alignment);
  const size_t rounded = (size_bytes + multiple - 1) / multiple * multiple;
  void* memory = holdall::must_fail() || rounded < size_bytes
                     ? nullptr
                     : std::aligned_alloc(multiple, rounded);
  if (memory == nullptr) throw std::bad_alloc();
  return holdall::count_allocated(memory);
}

// Large buffers are mapped. What the system's own heap maps does not come by here.
extern "C" void* mmap(void* at, size_t size_bytes, int protection, int flags, int file,
                      off_t offset) noexcept {
  const bool is_memory = (flags & MAP_ANONYMOUS) != 0;
  if (is_memory && holdall::must_fail()) return MAP_FAILED;
  void* memory = reinterpret_cast<void*>(  // NOLINT: the system's answer is a number
      syscall(SYS_mmap, at, size_bytes, protection, flags, file, offset));
  if (is_memory && memory != MAP_FAILED) {
    holdall::mapped_memory.add(memory);
    holdall::count(static_cast<int64_t>(size_bytes));
  }
  return memory;
}

extern "C" int munmap(void* memory, size_t size_bytes) noexcept {
  if (holdall::mapped_memory.remove(memory)) holdall::count(-static_cast<int64_t>(size_bytes));
  return static_cast<int>(syscall(SYS_munmap, memory, size_bytes));
}

void operator delete(void* memory) noexcept {
  holdall::release(memory);
}
void operator delete(void* memory, size_t) noexcept {
  holdall::release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  holdall::release(memory);
}
void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  holdall::release(memory);
}

#endif
