#include "formats/tf_common/tf_slices.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/try.h"
#include "tensor/box_copy.h"

namespace holdall {
namespace {

// A million slices cut along one axis take a million comparisons, a grid of 500 x 500 takes 125
// million (about a second); a file made to be slow could ask for the square of its slices.
constexpr uint64_t kMaxComparisons = 200'000'000;

bool overlap(const Box& a, const Box& b) {
  for (size_t i = 0; i < a.starts.size(); ++i) {
    const int64_t start = std::max(a.starts[i], b.starts[i]);
    const int64_t end = std::min(a.starts[i] + a.lengths[i], b.starts[i] + b.lengths[i]);
    if (end <= start) return false;
  }
  return true;
}

// The axis along which the boxes differ most, so that few of them stand side by side.
size_t busiest_axis(std::span<const Box> boxes) {
  size_t best = 0;
  size_t most = 0;
  for (size_t axis = 0; axis < boxes[0].starts.size(); ++axis) {
    std::vector<int64_t> starts;
    for (const Box& box : boxes) starts.push_back(box.starts[axis]);
    std::sort(starts.begin(), starts.end());
    const auto distinct =
        static_cast<size_t>(std::unique(starts.begin(), starts.end()) - starts.begin());
    if (distinct > most) {
      most = distinct;
      best = axis;
    }
  }
  return best;
}

}  // namespace

Result<std::optional<Box>> slice_of(const SaveItem& item) {
  if (!item.box && !item.whole_shape) return std::optional<Box>();
  if (!item.box || !item.whole_shape)
    return invalid_argument("a slice needs both its box and the shape of the whole tensor");
  HOLDALL_ASSIGN(Box box, resolve_box(*item.box, *item.whole_shape));
  if (Shape(box.lengths) != item.shape()) {
    return invalid_argument("the slice '{}' has another shape than its tensor, {}",
                            item.box->to_string(), item.shape().to_string());
  }
  return std::optional(std::move(box));
}

uint64_t sum_of_bytes(std::span<const Piece> pieces) {
  uint64_t sum = 0;
  for (const Piece& piece : pieces)
    sum = checked_add(sum, piece.extent.size_bytes).value_or(UINT64_MAX);
  return sum;
}

Status check_disjoint(std::span<const Box> boxes) {
  if (boxes.size() < 2) return {};
  if (boxes[0].starts.empty()) return corrupt("Overlapping slices: a scalar has {}", boxes.size());
  const size_t axis = busiest_axis(boxes);
  std::vector<const Box*> sorted;
  for (const Box& box : boxes) sorted.push_back(&box);
  std::sort(sorted.begin(), sorted.end(),
            [&](const Box* a, const Box* b) { return a->starts[axis] < b->starts[axis]; });
  // Sweep along the axis: a box is compared with those that have begun and not ended.
  std::vector<const Box*> open;
  uint64_t comparisons = 0;
  for (const Box* box : sorted) {
    std::erase_if(open, [&](const Box* other) {
      return other->starts[axis] + other->lengths[axis] <= box->starts[axis];
    });
    comparisons += open.size();
    if (comparisons > kMaxComparisons) {
      return unsupported("{} slices are laid out so that comparing them would take too long",
                         boxes.size());
    }
    for (const Box* other : open) {
      if (overlap(*box, *other)) {
        return corrupt("Overlapping slices: '{}' and '{}'", other->to_string(), box->to_string());
      }
    }
    open.push_back(box);
  }
  return {};
}

Status check_extents(std::span<const Piece> pieces) {
  std::vector<Extent> extents;
  for (const Piece& piece : pieces) {
    if (piece.extent.size_bytes > 0) extents.push_back(piece.extent);
  }
  std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) {
    return std::pair(a.file_index, a.offset_in_file) < std::pair(b.file_index, b.offset_in_file);
  });
  for (size_t i = 1; i < extents.size(); ++i) {
    const Extent& before = extents[i - 1];
    // The difference cannot wrap, since offsets ascend within a file.
    if (before.file_index == extents[i].file_index &&
        extents[i].offset_in_file - before.offset_in_file < before.size_bytes) {
      return corrupt("two of its slices share the bytes at byte {}", extents[i].offset_in_file);
    }
  }
  return {};
}

}  // namespace holdall
