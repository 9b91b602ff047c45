// The elements that a box has of a piece, without the rest of the piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "holdall/catalog.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// `stored` is the piece's own box, `target` the one whose elements are wanted.
struct PartOfPiece {
  const Piece& piece;
  const Box& stored;
  const Box& target;
  uint64_t element_size = 1;
};

// Copies what both boxes have to its places in `into`, the elements of `target`, and returns how
// many bytes were read. Rows that lie close together come in one read, which takes the gaps along.
// Requires: a kRaw piece in row-major order; resolved boxes of one rank.
// Fails: kCorrupt (the piece has fewer bytes than its box has elements; the file is cut), kIo.
Result<uint64_t> read_part(const Reader& reader, const PartOfPiece& part,
                           std::span<std::byte> into);

}  // namespace holdall
