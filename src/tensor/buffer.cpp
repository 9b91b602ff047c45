#include "tensor/buffer.h"

#include <sys/mman.h>

#include <new>

#include "base/message.h"

namespace holdall {
namespace {

// From here on a buffer has pages of its own, which go back to the system when it is let go: a heap
// may keep what a dropped scope gives back.
constexpr uint64_t kOwnPagesBytes = uint64_t{256} * 1024;

std::shared_ptr<void> allocate_pages(uint64_t size_bytes) {
  void* memory =
      mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  return {memory, [size_bytes](void* p) { munmap(p, size_bytes); }};
}

std::shared_ptr<void> allocate_on_heap(uint64_t size_bytes) {
  constexpr auto kAlign = std::align_val_t{Buffer::kAlignment};
  void* memory = ::operator new(size_bytes == 0 ? 1 : size_bytes, kAlign, std::nothrow);
  if (memory == nullptr) return nullptr;
  return {memory, [](void* p) { ::operator delete(p, kAlign); }};
}

}  // namespace

Result<std::shared_ptr<Buffer>> Buffer::allocate(uint64_t size_bytes) {
  std::shared_ptr<void> memory;
  if (size_bytes <= PTRDIFF_MAX)
    memory =
        size_bytes < kOwnPagesBytes ? allocate_on_heap(size_bytes) : allocate_pages(size_bytes);
  if (memory == nullptr) return exhausted("no memory for {} bytes", size_bytes);
  auto buffer = std::shared_ptr<Buffer>(new Buffer);
  buffer->owned_ = static_cast<std::byte*>(memory.get());
  buffer->keeper_ = std::move(memory);
  buffer->data_ = buffer->owned_;
  buffer->size_bytes_ = size_bytes;
  return buffer;
}

std::shared_ptr<Buffer> Buffer::wrap(std::span<const std::byte> bytes,
                                     std::shared_ptr<const void> keeper, Backing backing) {
  auto buffer = std::shared_ptr<Buffer>(new Buffer);
  buffer->keeper_ = std::move(keeper);
  buffer->data_ = bytes.data();
  buffer->size_bytes_ = bytes.size();
  buffer->backing_ = backing;
  return buffer;
}

}  // namespace holdall
