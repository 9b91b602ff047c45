// Buffer: a run of bytes and whoever keeps it alive. Once a Tensor holds it, it never changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall {

class Arena;

class Buffer {
 public:
  // Where allocated buffers start: fits every element type and the vector units that consumers use.
  static constexpr size_t kAlignment = 64;

  // Uninitialised memory; null: of an arena that keeps nothing and has no budget. Fails:
  // kExhausted.
  static Result<std::shared_ptr<Buffer>> allocate(uint64_t size_bytes, Arena* arena = nullptr);

  // Somebody else's bytes, alive as long as `keeper` is.
  static std::shared_ptr<Buffer> wrap(std::span<const std::byte> bytes,
                                      std::shared_ptr<const void> keeper, Backing backing);

  std::span<const std::byte> bytes() const { return {data_, size_bytes_}; }
  Backing backing() const { return backing_; }

  // Requires: allocated here, and no Tensor holds the buffer yet.
  std::span<std::byte> fill() { return {owned_, size_bytes_}; }

 private:
  struct Key {};

 public:
  explicit Buffer(Key) {}  // for the two above

 private:
  std::shared_ptr<const void> keeper_;
  const std::byte* data_ = nullptr;
  std::byte* owned_ = nullptr;
  uint64_t size_bytes_ = 0;
  Backing backing_ = Backing::kOwned;
};

}  // namespace holdall
