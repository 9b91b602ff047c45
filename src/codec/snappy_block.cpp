#include "codec/snappy_block.h"

#include <snappy.h>

#include <cassert>

#include "base/checked_math.h"
#include "base/message.h"

namespace holdall {
namespace {

// The densest element is a copy that takes 3 bytes and gives 64.
constexpr uint64_t kMaxExpansion = 22;

const char* chars(std::span<const std::byte> bytes) {
  return reinterpret_cast<const char*>(bytes.data());
}

}  // namespace

Result<std::vector<std::byte>> snappy_decompress(std::span<const std::byte> compressed) {
  // The library's own reading of the length, since that is what it will write.
  size_t claimed_bytes = 0;
  if (!snappy::GetUncompressedLength(chars(compressed), compressed.size(), &claimed_bytes)) {
    return corrupt("Snappy data of {} bytes does not begin with a length", compressed.size());
  }
  const auto limit_bytes = checked_mul(compressed.size(), kMaxExpansion);
  if (!limit_bytes || claimed_bytes > *limit_bytes) {
    return corrupt("Snappy data of {} bytes claims to give {} bytes, it can give at most {}",
                   compressed.size(), claimed_bytes, compressed.size() * kMaxExpansion);
  }
  std::vector<std::byte> original(claimed_bytes);
  // True only if the elements end with the input and give exactly the claimed length.
  if (!snappy::RawUncompress(chars(compressed), compressed.size(),
                             reinterpret_cast<char*>(original.data()))) {
    return corrupt("Snappy data of {} bytes is damaged or does not give the {} bytes it claims",
                   compressed.size(), claimed_bytes);
  }
  return original;
}

std::string snappy_compress(std::span<const std::byte> original) {
  assert(original.size() <= kMaxSnappyOriginalSizeBytes);
  std::string compressed(snappy::MaxCompressedLength(original.size()), '\0');
  size_t size_bytes = 0;
  snappy::RawCompress(chars(original), original.size(), compressed.data(), &size_bytes);
  compressed.resize(size_bytes);
  return compressed;
}

}  // namespace holdall
