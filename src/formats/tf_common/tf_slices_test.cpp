#include "formats/tf_common/tf_slices.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "support/status_matchers.h"
#include "tensor/box_copy.h"

namespace holdall {
namespace {

TEST(CheckDisjoint, TakesBoxesThatTouch) {
  EXPECT_TRUE(is_ok(check_disjoint({})));
  const Box boxes[] = {{{0, 0}, {2, 5}}, {{2, 0}, {3, 2}}, {{2, 2}, {3, 3}}};
  EXPECT_TRUE(is_ok(check_disjoint(boxes)));
  const Box scalar[] = {{}};
  EXPECT_TRUE(is_ok(check_disjoint(scalar)));
}

TEST(CheckDisjoint, NamesTwoBoxesThatOverlap) {
  const Box boxes[] = {{{0, 0}, {2, 5}}, {{4, 0}, {1, 5}}, {{1, 4}, {2, 1}}};
  EXPECT_TRUE(fails(check_disjoint(boxes), Code::kCorrupt,
                    {"Overlapping slices: '0,2:0,5' and '1,2:4,1'"}));
  const Box twice[] = {{{1}, {1}}, {{1}, {1}}};
  EXPECT_TRUE(fails(check_disjoint(twice), Code::kCorrupt));
  const Box scalars[] = {{}, {}};
  EXPECT_TRUE(fails(check_disjoint(scalars), Code::kCorrupt, {"a scalar has 2"}));
}

TEST(CheckDisjoint, SeesNoElementInEmptyBoxes) {
  const Box boxes[] = {{{0, 0}, {4, 4}}, {{2, 2}, {0, 2}}, {{1, 1}, {1, 0}}};
  EXPECT_TRUE(is_ok(check_disjoint(boxes)));
}

Box random_box(std::mt19937_64& random, size_t rank) {
  Box box;
  for (size_t axis = 0; axis < rank; ++axis) {
    box.starts.push_back(static_cast<int64_t>(random() % 8));
    box.lengths.push_back(static_cast<int64_t>(random() % 4));
  }
  return box;
}

TEST(CheckDisjoint, AgreesWithComparingAllPairs) {
  std::mt19937_64 random(1);
  int overlapping = 0;
  for (int round = 0; round < 5000; ++round) {
    const size_t rank = 1 + random() % 3;
    std::vector<Box> boxes;
    while (boxes.size() < 2 + random() % 5) boxes.push_back(random_box(random, rank));
    bool is_disjoint = true;
    for (size_t i = 0; i < boxes.size(); ++i) {
      for (size_t j = 0; j < i; ++j) is_disjoint &= !intersect(boxes[i], boxes[j]);
    }
    ASSERT_EQ(check_disjoint(boxes).ok(), is_disjoint);
    overlapping += is_disjoint ? 0 : 1;
  }
  EXPECT_GT(overlapping, 500);
  EXPECT_LT(overlapping, 4500);
}

TEST(CheckDisjoint, TakesManySlicesOfHonestLayouts) {
  std::vector<Box> rows;
  for (int64_t i = 0; i < 200'000; ++i) rows.push_back({{0, i}, {7, 1}});
  EXPECT_TRUE(is_ok(check_disjoint(rows)));
  std::vector<Box> grid;
  for (int64_t i = 0; i < 150; ++i) {
    for (int64_t j = 0; j < 150; ++j) grid.push_back({{i * 3, j * 2}, {3, 2}});
  }
  std::shuffle(grid.begin(), grid.end(), std::mt19937_64(1));
  EXPECT_TRUE(is_ok(check_disjoint(grid)));
}

TEST(CheckDisjoint, GivesUpWhereBoxesWereMadeToBeSlow) {
  // All begin at different places of every axis, and none ends before the last has begun.
  std::vector<Box> boxes;
  constexpr int64_t kCount = 25'000;
  for (int64_t i = 0; i < kCount; ++i) {
    boxes.push_back({{i, kCount - i}, {kCount, 1}});
  }
  EXPECT_TRUE(fails(check_disjoint(boxes), Code::kUnsupported,
                    {"25000 slices are laid out so that comparing them would take too long"}));
}

}  // namespace
}  // namespace holdall
