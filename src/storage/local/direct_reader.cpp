#include "storage/local/direct_reader.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "base/try.h"

namespace holdall {
namespace {

constexpr uint64_t kMostBytes = uint64_t{8} << 20;
constexpr uint64_t kAlignment = local::kDirectAlignment;

constexpr uint64_t align_down(uint64_t offset) {
  return offset / kAlignment * kAlignment;
}

struct AlignedDelete {
  void operator()(std::byte* bytes) const {
    ::operator delete (bytes, std::align_val_t{kAlignment});
  }
};

// Room for kMostBytes, wherever they begin and end.
std::span<std::byte> thread_block() {
  constexpr uint64_t kBlockBytes = kMostBytes + 2 * kAlignment;
  thread_local const std::unique_ptr<std::byte, AlignedDelete> block(
      static_cast<std::byte*>(::operator new (kBlockBytes, std::align_val_t{kAlignment})));
  return {block.get(), kBlockBytes};
}

}  // namespace

Result<uint64_t> DirectReader::read_some(uint64_t offset, std::span<std::byte> into) const {
  if (offset >= size_bytes_) return 0;
  const uint64_t wanted =
      std::min({kMostBytes, static_cast<uint64_t>(into.size()), size_bytes_ - offset});
  const uint64_t start = align_down(offset);
  const uint64_t end = align_down(offset + wanted + kAlignment - 1);
  const auto block = thread_block().first(end - start);
  auto count = local::read_at(file_, start, block);
  if (!count.ok()) return std::move(count).error().in_file(path_);
  const uint64_t in_front = offset - start;
  if (*count <= in_front) return 0;
  const uint64_t usable = std::min(wanted, *count - in_front);
  std::memcpy(into.data(), block.data() + in_front, usable);
  return usable;
}

}  // namespace holdall
