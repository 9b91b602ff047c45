#include "tensor/transpose.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace holdall {
namespace {

// The place of element number `i` of the row-major order in the column-major one.
uint64_t column_major_place(uint64_t i, const Shape& shape) {
  std::vector<uint64_t> at(shape.rank());
  for (size_t axis = shape.rank(); axis-- > 0;) {
    at[axis] = i % static_cast<uint64_t>(shape[axis]);
    i /= static_cast<uint64_t>(shape[axis]);
  }
  uint64_t place = 0;
  for (size_t axis = shape.rank(); axis-- > 0;) {
    place = place * static_cast<uint64_t>(shape[axis]) + at[axis];
  }
  return place;
}

TEST(ToRowMajor, PutsEveryElementInItsPlace) {
  std::mt19937_64 random(1);
  for (const Shape& shape : {Shape({}), Shape({7}), Shape({0, 3}), Shape({3, 0}), Shape({2, 3}),
                             Shape({70, 33}), Shape({32, 64}), Shape({2, 3, 4}), Shape({5, 1, 40}),
                             Shape({1, 4, 1, 3}), Shape({3, 2, 4, 2, 5})}) {
    for (const uint64_t size : {1u, 2u, 4u, 8u, 16u, 3u}) {
      std::vector<std::byte> from(*shape.element_count() * size);
      for (std::byte& byte : from) byte = static_cast<std::byte>(random());
      std::vector<std::byte> expected;
      for (uint64_t i = 0; i < *shape.element_count(); ++i) {
        const auto element = std::span(from).subspan(column_major_place(i, shape) * size, size);
        expected.insert(expected.end(), element.begin(), element.end());
      }
      std::vector<std::byte> to(from.size());
      to_row_major(from, to, shape, size);
      EXPECT_EQ(to, expected) << shape.to_string() << ' ' << size;
    }
  }
}

}  // namespace
}  // namespace holdall
