// Runs of bytes of a file, block by block, so that memory does not grow with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "holdall/catalog.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// How `threads` (0: one a core) share `window_bytes`: each has a block, `parts` times over.
struct Blocks {
  unsigned threads = 1;
  uint64_t size_bytes = 0;
};
Blocks share_window(uint64_t window_bytes, unsigned threads, unsigned parts = 1);

// Fails: kCorrupt, cut-short, if the extent reaches past the end of the file.
Status check_extent(const Extent& extent, const Reader& reader);

// Fills the front of `block` again and again with the extent's bytes in their order, and passes
// each filling on. Requires: a block that is not empty.
// Fails: kCorrupt (cut), kIo; what `use` fails with.
Status for_each_block(const Reader& reader, const Extent& extent, std::span<std::byte> block,
                      const std::function<Status(std::span<const std::byte>)>& use);

// How many bytes each group of the elements has whose order is not this machine's; 1 if it is.
uint64_t swapped_group(const TensorInfo& info, const Catalog& catalog);

// The checksum of a kRaw piece, whichever kind it is: where it starts, how bytes continue it, and
// what it says in the end. Requires: the piece has one (or none: the seed is 0).
bool has_checksum(const Piece& piece);
uint32_t checksum_seed(const Piece& piece);
uint32_t extend_checksum(const Piece& piece, uint32_t checksum, std::span<const std::byte> bytes);
// Of the bytes behind it, whose sum began at 0, and both together.
uint32_t combine_checksums(const Piece& piece, uint32_t checksum, uint32_t behind,
                           uint64_t size_bytes_behind);
// Fails: kCorrupt, checksum-mismatch. The second says where in the file, too.
Status check_checksum(const Catalog& catalog, const Piece& piece, uint32_t calculated);
Status check_checksum_there(const Catalog& catalog, const Piece& piece, uint32_t calculated);

}  // namespace holdall
