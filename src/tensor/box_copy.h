// Boxes of a tensor: bounds, intersection, and copying where two overlap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall {

// `box` with every kAll replaced by the dimension's size. Fails: kInvalidArgument (other rank, or
// out of bounds: says which dimension).
Result<Box> resolve_box(const Box& box, const Shape& whole);

// The box that covers all of `shape`.
Box whole_box(const Shape& shape);

// The elements both boxes have, or none. Requires: resolved boxes of one rank.
std::optional<Box> intersect(const Box& a, const Box& b);

// Requires: a resolved box within a shape whose element count is known.
uint64_t element_count(const Box& box);

// Calls `run(first element in a, first element in b, count)` for each row of what `a` and `b`
// share, both stored densely in row-major order. Requires: resolved boxes of one rank.
void for_each_shared_run(const Box& a, const Box& b,
                         const std::function<void(uint64_t, uint64_t, uint64_t)>& run);

// Copies what the boxes share from `source`, the elements of `from`, to `target`, those of `to`.
void copy_shared(std::span<const std::byte> source, const Box& from, std::span<std::byte> target,
                 const Box& to, uint64_t element_size);

}  // namespace holdall
