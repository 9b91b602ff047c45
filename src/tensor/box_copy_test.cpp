#include "tensor/box_copy.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>

#include "support/status_matchers.h"
#include "support/test_values.h"
#include "tensor/convert.h"

namespace holdall {
namespace {

TEST(BoxCopy, ResolvesWholeDimensions) {
  EXPECT_EQ(*resolve_box({{0, 1}, {Box::kAll, 2}}, {5, 3}), (Box{{0, 1}, {5, 2}}));
  EXPECT_EQ(*resolve_box({}, {}), Box{});
  EXPECT_EQ(*resolve_box({{0}, {Box::kAll}}, {0}), (Box{{0}, {0}}));
  EXPECT_EQ(*resolve_box({{5}, {0}}, {5}), (Box{{5}, {0}}));
}

TEST(BoxCopy, RefusesBoxesThatDoNotFit) {
  EXPECT_TRUE(fails(resolve_box({{0}, {1}}, {2, 2}), Code::kInvalidArgument,
                    {"box '0,1' has 1 dimensions, shape [2,2] has 2"}));
  EXPECT_TRUE(fails(resolve_box({{0, 0}, {1}}, {2}), Code::kInvalidArgument));
  EXPECT_TRUE(fails(resolve_box({{0}, {1, 1}}, {2}), Code::kInvalidArgument));
  for (const auto& [start, length] :
       std::vector<std::pair<int64_t, int64_t>>{{0, 6},
                                                {5, 1},
                                                {6, 0},
                                                {-1, 1},
                                                {0, -2},
                                                {1, Box::kAll},
                                                {INT64_MAX, INT64_MAX},
                                                {1, INT64_MAX}}) {
    EXPECT_TRUE(fails(resolve_box({{0, start}, {1, length}}, {1, 5}), Code::kInvalidArgument,
                      {"leaves dimension 1 of shape [1,5]"}))
        << start << ' ' << length;
  }
}

TEST(BoxCopy, Intersects) {
  EXPECT_EQ(intersect({{0, 0}, {3, 3}}, {{1, 2}, {5, 5}}), (Box{{1, 2}, {2, 1}}));
  EXPECT_FALSE(intersect({{0, 0}, {3, 3}}, {{3, 0}, {1, 3}}));
  EXPECT_FALSE(intersect({{0}, {3}}, {{1}, {0}}));
  EXPECT_EQ(intersect({}, {}), Box{});
}

TEST(BoxCopy, GivesEachSharedRowOnce) {
  std::vector<std::array<uint64_t, 3>> runs;
  for_each_shared_run({{0, 1}, {3, 4}}, {{1, 0}, {2, 3}},
                      [&](uint64_t in_a, uint64_t in_b, uint64_t count) {
                        runs.push_back({in_a, in_b, count});
                      });
  EXPECT_EQ(runs, (std::vector<std::array<uint64_t, 3>>{{4, 1, 2}, {8, 4, 2}}));
}

TEST(BoxCopy, CopiesAScalar) {
  const std::byte source[] = {std::byte{7}};
  std::byte target[] = {std::byte{0}};
  copy_shared(source, {}, target, {}, 1);
  EXPECT_EQ(target[0], std::byte{7});
}

Box random_box(std::mt19937_64& random, const Shape& shape) {
  Box box;
  for (const int64_t size : shape.dims()) {
    const auto start = static_cast<int64_t>(random() % static_cast<uint64_t>(size + 1));
    box.starts.push_back(start);
    box.lengths.push_back(static_cast<int64_t>(random() % static_cast<uint64_t>(size - start + 1)));
  }
  return box;
}

bool is_inside(const Box& box, const std::vector<int64_t>& at) {
  for (size_t i = 0; i < at.size(); ++i) {
    if (at[i] < box.starts[i] || at[i] >= box.starts[i] + box.lengths[i]) return false;
  }
  return true;
}

// Where the element `at` lies among those of the box, by counting them up one by one.
std::map<std::vector<int64_t>, size_t> places_in(const Box& box) {
  std::map<std::vector<int64_t>, size_t> places;
  if (*Shape(box.lengths).element_count() == 0) return places;
  std::vector<int64_t> at = box.starts;
  for (;;) {
    places.emplace(at, places.size());
    size_t axis = at.size();
    while (axis > 0 && ++at[axis - 1] == box.starts[axis - 1] + box.lengths[axis - 1]) {
      at[axis - 1] = box.starts[axis - 1];
      --axis;
    }
    if (axis == 0) return places;
  }
}

TEST(BoxCopy, DoesWhatALoopOverElementsDoes) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::vector<int64_t> dims(random() % 5);
    for (int64_t& dim : dims) dim = static_cast<int64_t>(random() % 6);
    const Shape shape(dims);
    const Box from = random_box(random, shape);
    const Box to = random_box(random, shape);
    const Tensor source = random_tensor(random, DType::kI16, Shape(from.lengths));
    const Tensor before = random_tensor(random, DType::kI16, Shape(to.lengths));
    std::vector<int16_t> target(before.view<int16_t>()->begin(), before.view<int16_t>()->end());
    std::vector<int16_t> expected = target;
    const auto target_places = places_in(to);
    for (const auto& [at, place] : places_in(from)) {
      if (is_inside(to, at)) expected[target_places.at(at)] = (*source.view<int16_t>())[place];
    }
    copy_shared(source.bytes(), from, std::as_writable_bytes(std::span(target)), to, 2);
    ASSERT_EQ(target, expected) << from.to_string() << " to " << to.to_string();
  }
}

std::string reversed(std::string text, uint64_t group_bytes) {
  reverse_byte_groups(std::as_writable_bytes(std::span(text)), group_bytes);
  return text;
}

TEST(Convert, ReversesEachGroup) {
  EXPECT_EQ(reversed("abcdefgh", 1), "abcdefgh");
  EXPECT_EQ(reversed("abcdefgh", 2), "badcfehg");
  EXPECT_EQ(reversed("abcdefgh", 4), "dcbahgfe");
  EXPECT_EQ(reversed("abcdefghABCDEFGH", 8), "hgfedcbaHGFEDCBA");
  EXPECT_EQ(reversed("", 8), "");
}

}  // namespace
}  // namespace holdall
