#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "bench_json.h"
#include "normal_values.h"
#include "process_cost.h"
#include "roof_kernels.h"
#include "roof_memory.h"
#include "roofs.h"

namespace holdall::bench {
namespace {

constexpr size_t kHugeBytes = size_t{2} << 20;
constexpr size_t kPieceBytes = size_t{4} << 20;

using Work = void (*)(std::span<const std::byte> from, std::byte* into);

void work_memcpy(std::span<const std::byte> from, std::byte* into) {
  std::memcpy(into, from.data(), from.size());
}
void work_copy(std::span<const std::byte> from, std::byte* into) {
  copy_past_caches(into, from);
}
void work_sum(std::span<const std::byte> from, std::byte*) {
  keep(sum_of(from));
}
void work_crc(std::span<const std::byte> from, std::byte*) {
  keep(crc32c_of(from));
}
void work_touch(std::span<const std::byte> from, std::byte* into) {
  for (size_t at = 0; at < from.size(); at += 4096) into[at] = std::byte{1};
}

double seconds_for(const RoofSetting& setting, std::span<std::byte> into, Work work) {
  const std::span<const std::byte> from = reused_memory(0, setting.options.memory_bytes);
  const StopWatch watch;
  const size_t count = (from.size() + kPieceBytes - 1) / kPieceBytes;
  in_parallel(setting.threads, count, [&](size_t i) {
    const size_t at = i * kPieceBytes;
    work(from.subspan(at, std::min(kPieceBytes, from.size() - at)), into.data() + at);
  });
  return watch.seconds();
}

Roof warm(const char* name, Work work) {
  return {name, true, true, [=](const RoofSetting& setting) {
            return seconds_for(setting, reused_memory(1, setting.options.memory_bytes), work);
          }};
}

Roof fresh(const char* name, Pages pages, Work work) {
  return {name, true, true, [=](const RoofSetting& setting) {
            reused_memory(0, setting.options.memory_bytes);
            const FreshMemory memory(setting.options.memory_bytes, pages);
            return seconds_for(setting, memory.bytes(), work);
          }};
}

}  // namespace

FreshMemory::FreshMemory(uint64_t size_bytes, Pages pages) : size_bytes_(size_bytes) {
  start_ = ::mmap(nullptr, size_bytes + kHugeBytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start_ == MAP_FAILED) give_up("there is not enough memory");
  const auto address = reinterpret_cast<uintptr_t>(start_);
  data_ = static_cast<std::byte*>(start_) + (kHugeBytes - address % kHugeBytes) % kHugeBytes;
  ::madvise(start_, size_bytes + kHugeBytes,
            pages == Pages::kHuge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

FreshMemory::~FreshMemory() {
  ::munmap(start_, size_bytes_ + kHugeBytes);
}

std::span<std::byte> reused_memory(unsigned number, uint64_t size_bytes) {
  static std::array<std::unique_ptr<FreshMemory>, 2> kept;
  std::unique_ptr<FreshMemory>& memory = kept.at(number);
  if (!memory || memory->bytes().size() < size_bytes) {
    memory = std::make_unique<FreshMemory>((size_bytes + 7) / 8 * 8, Pages::kHuge);
    fill_values(DType::kF32, number, memory->bytes());
  }
  return memory->bytes().first(size_bytes);
}

std::vector<Roof> memory_roofs() {
  return {warm("memcpy_warm", work_memcpy),
          warm("stream_copy_warm", work_copy),
          warm("sum_memory", work_sum),
          warm("crc_memory", work_crc),
          fresh("fault_4k", Pages::kSmall, work_touch),
          fresh("fault_2m", Pages::kHuge, work_touch),
          fresh("copy_fresh_4k", Pages::kSmall, work_memcpy),
          fresh("copy_fresh_2m", Pages::kHuge, work_memcpy)};
}

}  // namespace holdall::bench
