#include "tensor/box_copy.h"

#include <algorithm>
#include <cstring>

#include "base/message.h"

namespace holdall {

Result<Box> resolve_box(const Box& box, const Shape& whole) {
  if (box.starts.size() != whole.rank() || box.lengths.size() != whole.rank()) {
    return invalid_argument("box '{}' has {} dimensions, shape {} has {}", box.to_string(),
                            box.starts.size(), whole.to_string(), whole.rank());
  }
  Box resolved = box;
  for (size_t i = 0; i < whole.rank(); ++i) {
    if (box.lengths[i] == Box::kAll && box.starts[i] == 0) resolved.lengths[i] = whole[i];
    const int64_t start = resolved.starts[i];
    const int64_t length = resolved.lengths[i];
    if (start < 0 || length < 0 || start > whole[i] || length > whole[i] - start) {
      return invalid_argument("box '{}' leaves dimension {} of shape {}", box.to_string(), i,
                              whole.to_string());
    }
  }
  return resolved;
}

Box whole_box(const Shape& shape) {
  return {std::vector<int64_t>(shape.rank(), 0), {shape.dims().begin(), shape.dims().end()}};
}

std::optional<Box> intersect(const Box& a, const Box& b) {
  Box shared;
  for (size_t i = 0; i < a.starts.size(); ++i) {
    const int64_t start = std::max(a.starts[i], b.starts[i]);
    const int64_t end = std::min(a.starts[i] + a.lengths[i], b.starts[i] + b.lengths[i]);
    if (end <= start) return std::nullopt;
    shared.starts.push_back(start);
    shared.lengths.push_back(end - start);
  }
  return shared;
}

uint64_t element_count(const Box& box) {
  uint64_t count = 1;
  for (const int64_t length : box.lengths) count *= static_cast<uint64_t>(length);
  return count;
}

namespace {

// Position of element `at` (in the whole tensor) among the elements of `box`.
uint64_t position_in(const Box& box, const std::vector<int64_t>& at) {
  uint64_t position = 0;
  for (size_t i = 0; i < at.size(); ++i) {
    position = position * static_cast<uint64_t>(box.lengths[i]) +
               static_cast<uint64_t>(at[i] - box.starts[i]);
  }
  return position;
}

// Moves `at` to the next row of `box`: the last dimension stays. False after the last row.
bool next_row(const Box& box, std::vector<int64_t>& at) {
  for (size_t i = at.size() - 1; i-- > 0;) {
    if (++at[i] < box.starts[i] + box.lengths[i]) return true;
    at[i] = box.starts[i];
  }
  return false;
}

}  // namespace

void for_each_shared_run(const Box& a, const Box& b,
                         const std::function<void(uint64_t, uint64_t, uint64_t)>& run) {
  const auto shared = intersect(a, b);
  if (!shared) return;
  if (shared->starts.empty()) return run(0, 0, 1);
  std::vector<int64_t> at = shared->starts;
  const auto row_length = static_cast<uint64_t>(shared->lengths.back());
  do {
    run(position_in(a, at), position_in(b, at), row_length);
  } while (next_row(*shared, at));
}

void copy_shared(std::span<const std::byte> source, const Box& from, std::span<std::byte> target,
                 const Box& to, uint64_t element_size) {
  for_each_shared_run(from, to, [&](uint64_t in_source, uint64_t in_target, uint64_t count) {
    std::memcpy(target.data() + in_target * element_size, source.data() + in_source * element_size,
                count * element_size);
  });
}

}  // namespace holdall
