// The slices of one partitioned tensor, checked against each other.
#pragma once

#include <span>

#include "holdall/catalog.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall {

// Fails: kCorrupt if two boxes share an element; kUnsupported if telling that takes more
// comparisons than a file of any honest layout needs. Requires: resolved boxes of one rank.
Status check_disjoint(std::span<const Box> boxes);

// Fails: kCorrupt if two pieces of a tensor share bytes of a file. No writer stores slices so, and
// a small file of such slices would make a tensor of any size.
Status check_extents(std::span<const Piece> pieces);

}  // namespace holdall
