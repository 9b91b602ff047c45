#include "tensor/arena.h"

#include <algorithm>
#include <atomic>
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

// Up to the end of the last huge page, if hardly anything of that is wasted: small pages would take
// ten times as long to come into being.
uint64_t without_small_pages(uint64_t size_bytes) {
  const uint64_t whole = checked_align_up(size_bytes, kHugePageBytes).value_or(size_bytes);
  return whole - size_bytes <= size_bytes / 64 ? whole : size_bytes;
}

Error no_memory(uint64_t size_bytes) {
  return exhausted("no memory for {} bytes", size_bytes);
}

}  // namespace

struct Arena::Pool {
  explicit Pool(const ArenaOptions& options)
      : kept_bytes_max(options.kept_bytes),
        budget_bytes(options.budget_bytes == 0 ? UINT64_MAX : options.budget_bytes) {}

  // Whether the budget has so many bytes, which are then in use.
  bool reserve(uint64_t size_bytes) {
    uint64_t before = used_bytes;
    do {
      if (size_bytes > budget_bytes - before) return false;
    } while (!used_bytes.compare_exchange_weak(before, before + size_bytes));
    return true;
  }

  // What is kept in sizes that do not fit goes first.
  Status reserve_or_trim(uint64_t size_bytes) {
    if (reserve(size_bytes)) return {};
    trim();
    if (reserve(size_bytes)) return {};
    if (budget_bytes == UINT64_MAX) return no_memory(size_bytes);
    return make_error(
        Code::kExhausted, reason::kOverBudget,
        "{} bytes of memory are needed, and {} of the session's {} are in use "
        "(SessionOptions::budget_bytes); what a scope holds is free once the scope is "
        "dropped and nobody has its values",
        size_bytes, used_bytes.load(), budget_bytes);
  }

  void give_back(std::byte* pages, uint64_t size_bytes) noexcept {
    unmap_pages(pages, size_bytes);
    used_bytes -= size_bytes;
  }

  uint64_t trim() {
    FreePages pages;
    {
      const std::lock_guard lock(mutex);
      pages.swap(kept);
    }
    const uint64_t size_bytes = pages.unmap_all();
    used_bytes -= size_bytes;
    return size_bytes;
  }

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
    if (!keep(pages, size_bytes)) give_back(pages, size_bytes);
  }

  // Puts them back also where there is no memory for the pointer.
  static std::shared_ptr<std::byte> own(const std::shared_ptr<Pool>& pool, std::byte* pages,
                                        uint64_t size_bytes) {
    return {pages, [pool, size_bytes](std::byte* p) { pool->put_back(p, size_bytes); }};
  }

  // A small block, which a heap has. Requires: its bytes are reserved. Null without the memory.
  static std::shared_ptr<std::byte> on_heap(const std::shared_ptr<Pool>& pool,
                                            uint64_t size_bytes) {
    constexpr auto kAlign = std::align_val_t{Buffer::kAlignment};
    void* const memory = ::operator new(size_bytes == 0 ? 1 : size_bytes, kAlign, std::nothrow);
    if (memory == nullptr) {
      pool->used_bytes -= size_bytes;
      return nullptr;
    }
    return {static_cast<std::byte*>(memory), [pool, size_bytes](std::byte* p) {
              ::operator delete(p, kAlign);
              pool->used_bytes -= size_bytes;
            }};
  }

  std::mutex mutex;
  const uint64_t kept_bytes_max;
  const uint64_t budget_bytes;
  std::atomic<uint64_t> used_bytes = 0;
  FreePages kept;
};

// Pages in one run, of which those that nobody takes go back.
class Arena::NewPages {
 public:
  // None where there is no memory. Requires: the bytes are reserved.
  NewPages(Pool& pool, uint64_t size_bytes)
      : pool_(pool),
        pages_(map_pages(size_bytes)),
        size_bytes_(pages_ == nullptr ? 0 : size_bytes) {
    if (pages_ == nullptr) pool_.used_bytes -= size_bytes;
  }
  NewPages(const NewPages&) = delete;
  NewPages& operator=(const NewPages&) = delete;
  ~NewPages() {
    if (size_bytes_ > 0) pool_.give_back(pages_, size_bytes_);
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
  Pool& pool_;
  std::byte* pages_;
  uint64_t size_bytes_;
};

Arena::Arena(const ArenaOptions& options)
    : pool_(std::make_shared<Pool>(options)), gate_(options.in_flight_bytes) {}

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
  HOLDALL_TRY(pool_->reserve_or_trim(size_bytes));
  ArenaBlock block{Pool::on_heap(pool_, size_bytes)};
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
  uint64_t mapped_bytes = without_small_pages(fresh_bytes);
  if (!pool_->reserve(mapped_bytes)) {
    HOLDALL_TRY(pool_->reserve_or_trim(fresh_bytes));
    mapped_bytes = fresh_bytes;
  }
  NewPages pages(*pool_, mapped_bytes);
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
  const uint64_t most = std::min(pool_->kept_bytes_max, pool_->budget_bytes);
  const uint64_t wanted = std::min(size_bytes, most) / page_bytes * page_bytes;
  if (wanted == 0 || !pool_->reserve(wanted)) return;
  const auto work = [wanted, pool = pool_](const std::stop_token& stop) {
    NewPages pages(*pool, wanted);
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
    pool_->used_bytes -= wanted;
  }
}

uint64_t Arena::used_bytes() const {
  return pool_->used_bytes;
}

uint64_t Arena::kept_bytes() const {
  const std::lock_guard lock(pool_->mutex);
  return pool_->kept.size_bytes();
}

uint64_t Arena::trim() {
  return pool_->trim();
}

}  // namespace holdall
