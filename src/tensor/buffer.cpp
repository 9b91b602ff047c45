#include "tensor/buffer.h"

#include <new>

#include "base/message.h"

namespace holdall {

Result<std::shared_ptr<Buffer>> Buffer::allocate(uint64_t size_bytes) {
  constexpr auto kAlign = std::align_val_t{kAlignment};
  void* memory = size_bytes <= PTRDIFF_MAX
                     ? ::operator new(size_bytes == 0 ? 1 : size_bytes, kAlign, std::nothrow)
                     : nullptr;
  if (memory == nullptr) return exhausted("no memory for {} bytes", size_bytes);
  auto buffer = std::shared_ptr<Buffer>(new Buffer);
  buffer->keeper_ = std::shared_ptr<const void>(
      memory, [](const void* p) { ::operator delete(const_cast<void*>(p), kAlign); });
  buffer->owned_ = static_cast<std::byte*>(memory);
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
