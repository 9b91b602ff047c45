// The slices of a partitioned tensor: each by itself, and against each other.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "holdall/catalog.h"
#include "holdall/saver.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall {

// Which elements of its whole tensor the item is, resolved; none if it is no slice. Fails:
// kInvalidArgument.
Result<std::optional<Box>> slice_of(const SaveItem& item);

// What is stored of all pieces; UINT64_MAX if that is more.
uint64_t sum_of_bytes(std::span<const Piece> pieces);

// Fails: kCorrupt if two boxes share an element; kUnsupported if telling that takes more
// comparisons than a file of any honest layout needs. Requires: resolved boxes of one rank.
Status check_disjoint(std::span<const Box> boxes);

// Fails: kCorrupt if two pieces of a tensor share bytes of a file. No writer stores slices so, and
// a small file of such slices would make a tensor of any size.
Status check_extents(std::span<const Piece> pieces);

}  // namespace holdall
