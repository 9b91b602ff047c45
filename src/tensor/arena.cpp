#include "tensor/arena.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <system_error>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/try.h"
#include "tensor/buffer.h"
#include "tensor/free_pages.h"
#include "tensor/pages.h"

namespace holdall {
namespace {

// From here on a block has pages of its own, which go back to the system when it is let go: a heap
// may keep what a dropped scope gives back.
constexpr uint64_t kOwnPagesBytes = uint64_t{256} << 10;

// What is made ready at a time: whoever needs memory meanwhile has what is done.
constexpr uint64_t kReadyStepBytes = 16 * kHugePageBytes;

std::shared_ptr<std::byte> allocate_on_heap(uint64_t size_bytes) {
  constexpr auto kAlign = std::align_val_t{Buffer::kAlignment};
  void* const memory = ::operator new(size_bytes == 0 ? 1 : size_bytes, kAlign, std::nothrow);
  if (memory == nullptr) return nullptr;
  return {static_cast<std::byte*>(memory), [](std::byte* p) { ::operator delete(p, kAlign); }};
}

// Up to the end of the last huge page, if hardly anything of that is wasted: small pages would take
// ten times as long to come into being.
uint64_t without_small_pages(uint64_t size_bytes) {
  const uint64_t whole = checked_align_up(size_bytes, kHugePageBytes).value_or(size_bytes);
  return whole - size_bytes <= size_bytes / 64 ? whole : size_bytes;
}

Error no_memory(uint64_t size_bytes) {
  return exhausted("no memory for {} bytes", size_bytes);
}

// Pages in one run, of which those that nobody takes go back.
class NewPages {
 public:
  // None where there is no memory.
  explicit NewPages(uint64_t size_bytes)
      : pages_(map_pages(size_bytes)), size_bytes_(pages_ == nullptr ? 0 : size_bytes) {}
  NewPages(const NewPages&) = delete;
  NewPages& operator=(const NewPages&) = delete;
  ~NewPages() {
    if (size_bytes_ > 0) unmap_pages(pages_, size_bytes_);
  }

  uint64_t size_bytes() const { return size_bytes_; }
  std::byte* front() const { return pages_; }
  // Requires: size_bytes <= size_bytes().
  std::byte* take(uint64_t size_bytes) {
    std::byte* const front = pages_;
    pages_ += size_bytes;
    size_bytes_ -= size_bytes;
    return front;
  }

 private:
  std::byte* pages_;
  uint64_t size_bytes_;
};

}  // namespace

struct Arena::Pool {
  explicit Pool(uint64_t most) : kept_bytes_max(most) {}

  std::byte* take(uint64_t size_bytes) {
    const std::lock_guard lock(mutex);
    return kept.take(size_bytes);
  }

  // Whether there was room for them.
  bool keep(std::byte* pages, uint64_t size_bytes) noexcept {
    try {
      const std::lock_guard lock(mutex);
      if (size_bytes > kept_bytes_max - kept.size_bytes()) return false;
      kept.add(pages, size_bytes);
      return true;
    } catch (const std::bad_alloc&) {
      return false;
    }
  }

  void put_back(std::byte* pages, uint64_t size_bytes) noexcept {
    if (!keep(pages, size_bytes)) unmap_pages(pages, size_bytes);
  }

  // Puts them back also where there is no memory for the pointer.
  static std::shared_ptr<std::byte> own(const std::shared_ptr<Pool>& pool, std::byte* pages,
                                        uint64_t size_bytes) {
    return {pages, [pool, size_bytes](std::byte* p) { pool->put_back(p, size_bytes); }};
  }

  std::mutex mutex;
  const uint64_t kept_bytes_max;
  FreePages kept;
};

Arena::Arena(uint64_t kept_bytes_max) : pool_(std::make_shared<Pool>(kept_bytes_max)) {}

// Never destroyed: tensors are made until the very end of a process.
Arena& Arena::keeps_nothing() {
  static Arena& arena = *new Arena;
  return arena;
}

Result<ArenaBlock> Arena::allocate(uint64_t size_bytes) {
  if (size_bytes >= kOwnPagesBytes) {
    HOLDALL_ASSIGN(auto blocks, allocate_all({&size_bytes, 1}));
    return std::move(blocks.front());
  }
  ArenaBlock block{allocate_on_heap(size_bytes)};
  if (block.bytes == nullptr) return no_memory(size_bytes);
  return block;
}

Result<std::vector<ArenaBlock>> Arena::allocate_all(std::span<const uint64_t> sizes_bytes) {
  std::vector<ArenaBlock> blocks(sizes_bytes.size());
  std::vector<size_t> fresh;
  uint64_t fresh_bytes = 0;
  for (size_t i = 0; i < blocks.size(); ++i) {
    const uint64_t page_bytes = page_bytes_for(sizes_bytes[i]);
    if (sizes_bytes[i] < kOwnPagesBytes) {
      HOLDALL_ASSIGN(blocks[i], allocate(sizes_bytes[i]));
    } else if (std::byte* const pages = pool_->take(page_bytes)) {
      blocks[i] = {Pool::own(pool_, pages, page_bytes), true};
    } else {
      fresh.push_back(i);
      fresh_bytes = checked_add(fresh_bytes, page_bytes).value_or(UINT64_MAX);
    }
  }
  if (fresh.empty()) return blocks;
  NewPages pages(without_small_pages(fresh_bytes));
  if (pages.size_bytes() == 0)
    return no_memory(fresh.size() == 1 ? sizes_bytes[fresh.front()] : fresh_bytes);
  for (const size_t i : fresh) {
    const bool is_last = i == fresh.back();
    const uint64_t block_bytes = is_last ? pages.size_bytes() : page_bytes_for(sizes_bytes[i]);
    blocks[i].bytes = Pool::own(pool_, pages.take(block_bytes), block_bytes);
  }
  return blocks;
}

void Arena::make_ready(uint64_t size_bytes) {
  const uint64_t page_bytes = page_bytes_for(1);
  const uint64_t wanted = std::min(size_bytes, pool_->kept_bytes_max) / page_bytes * page_bytes;
  if (wanted == 0) return;
  const auto work = [wanted, pool = pool_](const std::stop_token& stop) {
    NewPages pages(wanted);
    while (pages.size_bytes() > 0 && !stop.stop_requested()) {
      const uint64_t step = std::min(kReadyStepBytes, pages.size_bytes());
      touch_pages(pages.front(), step);
      if (!pool->keep(pages.front(), step)) return;
      pages.take(step);
    }
  };
  try {
    making_ready_ = std::jthread(work);
  } catch (const std::system_error&) {
    // Without a thread memory comes when it is needed.
  }
}

uint64_t Arena::kept_bytes() const {
  const std::lock_guard lock(pool_->mutex);
  return pool_->kept.size_bytes();
}

uint64_t Arena::trim() {
  FreePages pages;
  {
    const std::lock_guard lock(pool_->mutex);
    pages.swap(pool_->kept);
  }
  return pages.unmap_all();
}

}  // namespace holdall
