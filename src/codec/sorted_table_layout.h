// What the reader and the writer of sorted tables agree on. TensorFlow's `.index` files and its V1
// checkpoints are such tables; the layout is that of LevelDB, from which it took the code.
//
//   table   := data_block* metaindex_block index_block footer       each block with its trailer
//   trailer := type, fixed32 masked CRC-32C of the block as stored and of the type
//   footer  := metaindex handle, index handle, zeros up to 40 bytes, fixed64 magic
//   handle  := varint64 offset in the file, varint64 size without the trailer
//
// The index block maps, for each data block, a key that is not below any key of that block and
// below all keys of the next one, to the block's handle. Blocks are described in table_block.h.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/endian.h"
#include "base/quote.h"
#include "base/text_bytes.h"

namespace holdall {

// The front of the SHA-1 of the address of LevelDB's first home page.
inline constexpr uint64_t kTableMagic = 0xdb4775248b80fb57;

// Two handles of two varints, each of at most ten bytes; then the magic.
inline constexpr uint64_t kTableFooterHandlesSizeBytes = 40;
inline constexpr uint64_t kTableFooterSizeBytes = kTableFooterHandlesSizeBytes + sizeof(uint64_t);

inline constexpr uint64_t kTableBlockTrailerSizeBytes = 1 + sizeof(uint32_t);

// The values are the type bytes of the file. LevelDB has more by now; TensorFlow reads these.
enum class TableCompression : uint8_t { kNone = 0, kSnappy = 1 };

struct TableBlockHandle {
  uint64_t offset_in_file = 0;
  uint64_t size_bytes = 0;  // without the trailer
};

// Keys compare as unsigned bytes, shorter first on a tie: as std::string_view does.
inline size_t common_prefix_size(std::string_view a, std::string_view b) {
  const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<size_t>(end.first - a.begin());
}

template <class T>
void append_fixed(std::string& out, T value) {
  const size_t before = out.size();
  out.resize(before + sizeof(T));
  store_le(reinterpret_cast<std::byte*>(out.data() + before), value);
}

}  // namespace holdall
