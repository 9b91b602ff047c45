#include "tensor/buffer.h"

#include "base/try.h"
#include "tensor/arena.h"

namespace holdall {
Result<std::shared_ptr<Buffer>> Buffer::allocate(uint64_t size_bytes, Arena* arena) {
  HOLDALL_ASSIGN(ArenaBlock block, Arena::of(arena).allocate(size_bytes));
  auto buffer = std::make_shared<Buffer>(Key());
  buffer->owned_ = block.bytes.get();
  buffer->keeper_ = std::move(block.bytes);
  buffer->data_ = buffer->owned_;
  buffer->size_bytes_ = size_bytes;
  return buffer;
}

std::shared_ptr<Buffer> Buffer::wrap(std::span<const std::byte> bytes,
                                     std::shared_ptr<const void> keeper, Backing backing) {
  auto buffer = std::make_shared<Buffer>(Key());
  buffer->keeper_ = std::move(keeper);
  buffer->data_ = bytes.data();
  buffer->size_bytes_ = bytes.size();
  buffer->backing_ = backing;
  return buffer;
}

}  // namespace holdall
