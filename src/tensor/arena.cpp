#include "tensor/arena.h"

#include <new>

#include "base/message.h"
#include "tensor/buffer.h"
#include "tensor/pages.h"

namespace holdall {
namespace {

// From here on a block has pages of its own, which go back to the system when it is let go: a heap
// may keep what a dropped scope gives back.
constexpr uint64_t kOwnPagesBytes = uint64_t{256} << 10;

std::shared_ptr<std::byte> allocate_on_heap(uint64_t size_bytes) {
  constexpr auto kAlign = std::align_val_t{Buffer::kAlignment};
  void* const memory = ::operator new(size_bytes == 0 ? 1 : size_bytes, kAlign, std::nothrow);
  if (memory == nullptr) return nullptr;
  return {static_cast<std::byte*>(memory), [](std::byte* p) { ::operator delete(p, kAlign); }};
}

// A kept block serves a smaller one if little of it is wasted.
bool is_close(uint64_t kept_bytes, uint64_t wanted_bytes) {
  return kept_bytes - wanted_bytes <= wanted_bytes / 16;
}

}  // namespace

struct Arena::Pool {
  explicit Pool(uint64_t most) : kept_bytes_max(most) {}
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() { give_back(kept); }

  using Blocks = std::multimap<uint64_t, std::byte*>;  // by size in bytes

  static void give_back(const Blocks& blocks) {
    for (const auto& [size_bytes, pages] : blocks) unmap_pages(pages, size_bytes);
  }

  // Null if none fits; the size that it has is then that of `size_bytes`.
  std::byte* take(uint64_t& size_bytes) {
    const std::lock_guard lock(mutex);
    const auto found = kept.lower_bound(size_bytes);
    if (found == kept.end() || !is_close(found->first, size_bytes)) return nullptr;
    std::byte* const pages = found->second;
    size_bytes = found->first;
    kept_bytes -= size_bytes;
    kept.erase(found);
    return pages;
  }

  void put_back(std::byte* pages, uint64_t size_bytes) noexcept {
    try {
      const std::lock_guard lock(mutex);
      if (size_bytes <= kept_bytes_max - kept_bytes) {
        kept.emplace(size_bytes, pages);
        kept_bytes += size_bytes;
        return;
      }
    } catch (const std::bad_alloc&) {
      // Then it is not kept.
    }
    unmap_pages(pages, size_bytes);
  }

  std::mutex mutex;
  const uint64_t kept_bytes_max;
  uint64_t kept_bytes = 0;
  Blocks kept;
};

Arena::Arena(uint64_t kept_bytes_max) : pool_(std::make_shared<Pool>(kept_bytes_max)) {}

// Never destroyed: tensors are made until the very end of a process.
Arena& Arena::keeps_nothing() {
  static Arena& arena = *new Arena;
  return arena;
}

Result<ArenaBlock> Arena::allocate(uint64_t size_bytes) {
  ArenaBlock block;
  if (size_bytes < kOwnPagesBytes) {
    block.bytes = allocate_on_heap(size_bytes);
  } else {
    uint64_t pages_bytes = size_bytes;
    std::byte* pages = pool_->take(pages_bytes);
    block.is_reused = pages != nullptr;
    if (pages == nullptr) pages = map_pages(size_bytes);
    if (pages != nullptr) {
      const auto put_back = [pool = pool_, pages_bytes](std::byte* p) {
        pool->put_back(p, pages_bytes);
      };
      block.bytes = {pages, put_back};
    }
  }
  if (block.bytes == nullptr) return exhausted("no memory for {} bytes", size_bytes);
  return block;
}

uint64_t Arena::kept_bytes() const {
  const std::lock_guard lock(pool_->mutex);
  return pool_->kept_bytes;
}

uint64_t Arena::trim() {
  Pool::Blocks blocks;
  uint64_t size_bytes = 0;
  {
    const std::lock_guard lock(pool_->mutex);
    blocks.swap(pool_->kept);
    size_bytes = pool_->kept_bytes;
    pool_->kept_bytes = 0;
  }
  Pool::give_back(blocks);
  return size_bytes;
}

}  // namespace holdall
