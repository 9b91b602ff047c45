#include "tensor/transpose.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace holdall {
namespace {

// A tile of so many elements a side has its lines of both orders in the cache.
constexpr uint64_t kTileElements = 32;

// An axis: how many elements it has, and how far apart they lie in either order, in bytes.
struct Axis {
  uint64_t count = 1;
  uint64_t column_major_stride = 0;
  uint64_t row_major_stride = 0;
};

std::vector<Axis> axes_of(const Shape& shape, uint64_t element_size) {
  std::vector<Axis> axes;
  uint64_t stride = element_size;
  for (const int64_t size : shape.dims()) {
    axes.push_back({static_cast<uint64_t>(size), stride, 0});
    stride *= static_cast<uint64_t>(size);
  }
  stride = element_size;
  for (size_t i = axes.size(); i-- > 0;) {
    axes[i].row_major_stride = stride;
    stride *= axes[i].count;
  }
  return axes;
}

template <class Copy>
void copy_plane(const std::byte* from, std::byte* to, const Axis& first, const Axis& last,
                Copy copy) {
  for (uint64_t top = 0; top < first.count; top += kTileElements) {
    const uint64_t bottom = std::min(first.count, top + kTileElements);
    for (uint64_t left = 0; left < last.count; left += kTileElements) {
      const uint64_t right = std::min(last.count, left + kTileElements);
      for (uint64_t i = top; i < bottom; ++i) {
        for (uint64_t k = left; k < right; ++k) {
          copy(to + i * first.row_major_stride + k * last.row_major_stride,
               from + i * first.column_major_stride + k * last.column_major_stride);
        }
      }
    }
  }
}

void copy_plane_of(const std::byte* from, std::byte* to, const Axis& first, const Axis& last,
                   uint64_t element_size) {
  const auto copy = [&](auto constant) {
    copy_plane(from, to, first, last, [](std::byte* target, const std::byte* source) {
      std::memcpy(target, source, decltype(constant)::value);
    });
  };
  switch (element_size) {
    case 1: return copy(std::integral_constant<size_t, 1>());
    case 2: return copy(std::integral_constant<size_t, 2>());
    case 4: return copy(std::integral_constant<size_t, 4>());
    case 8: return copy(std::integral_constant<size_t, 8>());
    default:
      return copy_plane(from, to, first, last, [&](std::byte* target, const std::byte* source) {
        std::memcpy(target, source, element_size);
      });
  }
}

}  // namespace

void to_row_major(std::span<const std::byte> column_major, std::span<std::byte> row_major,
                  const Shape& shape, uint64_t element_size) {
  if (column_major.empty()) return;
  std::vector<Axis> axes = axes_of(shape, element_size);
  // First and last axis span the planes that are copied tile by tile; the others count them.
  while (axes.size() < 2) axes.insert(axes.begin(), Axis());
  const Axis first = axes.front();
  const Axis last = axes.back();
  const std::span<const Axis> inner = std::span(axes).subspan(1, axes.size() - 2);
  std::vector<uint64_t> at(inner.size());
  for (bool is_done = false; !is_done;) {
    uint64_t from = 0;
    uint64_t to = 0;
    for (size_t i = 0; i < inner.size(); ++i) {
      from += at[i] * inner[i].column_major_stride;
      to += at[i] * inner[i].row_major_stride;
    }
    copy_plane_of(column_major.data() + from, row_major.data() + to, first, last, element_size);
    size_t axis = inner.size();
    while (axis > 0 && ++at[axis - 1] == inner[axis - 1].count) at[--axis] = 0;
    is_done = axis == 0;
  }
}

}  // namespace holdall
