#include "holdall/slice.h"

#include <gtest/gtest.h>

#include "support/status_matchers.h"

namespace holdall {
namespace {

// "box -> shape" of a slice of [4,5,6].
std::string slice_of(std::string_view text) {
  const auto slice = parse_slice(text, Shape{4, 5, 6});
  EXPECT_TRUE(is_ok(slice)) << text;
  return slice.ok() ? slice->box.to_string() + " -> " + slice->shape.to_string() : "";
}

TEST(Slice, IsSpelledAsInNumPy) {
  EXPECT_EQ(slice_of("0:2,:,3"), "0,2:0,5:3,1 -> [2,5]");
  EXPECT_EQ(slice_of(" 1 , 2 , 3 "), "1,1:2,1:3,1 -> []");
  EXPECT_EQ(slice_of("-1"), "3,1:0,5:0,6 -> [5,6]");
  EXPECT_EQ(slice_of("-3:-1"), "1,2:0,5:0,6 -> [2,5,6]");
  EXPECT_EQ(slice_of("2:"), "2,2:0,5:0,6 -> [2,5,6]");
  EXPECT_EQ(slice_of(":2"), "0,2:0,5:0,6 -> [2,5,6]");
  EXPECT_EQ(slice_of("..."), "0,4:0,5:0,6 -> [4,5,6]");
  EXPECT_EQ(slice_of("...,0"), "0,4:0,5:0,1 -> [4,5]");
  EXPECT_EQ(slice_of("0,..."), "0,1:0,5:0,6 -> [5,6]");
  EXPECT_EQ(slice_of("0,...,1:3"), "0,1:0,5:1,2 -> [5,2]");
  EXPECT_EQ(slice_of("0,...,1,2"), "0,1:1,1:2,1 -> []");
  EXPECT_EQ(slice_of("3:1"), "3,0:0,5:0,6 -> [0,5,6]");
  EXPECT_EQ(slice_of("2:99,-99:1"), "2,2:0,1:0,6 -> [2,1,6]");
  EXPECT_EQ(slice_of("99:"), "4,0:0,5:0,6 -> [0,5,6]");
  EXPECT_EQ(parse_slice("...", {})->shape.to_string(), "[]");
}

TEST(Slice, PointsAtWhatIsWrong) {
  const auto refuses = [](std::string_view text, std::string_view what, std::string_view mark) {
    return fails(parse_slice(text, Shape{4, 5, 6}), Code::kInvalidArgument, {what, mark});
  };
  EXPECT_TRUE(
      refuses("0,x", "column 3 of the slice: found 'x', expected a number", "\n  0,x\n    ^"));
  EXPECT_TRUE(refuses("1:2y", "column 4 of the slice: found 'y'", "\n     ^"));
  EXPECT_TRUE(refuses("::2", "column 2 of the slice: steps are not supported", "\n   ^"));
  EXPECT_TRUE(refuses("", "column 1 of the slice: found nothing, expected an index", "\n  ^"));
  EXPECT_TRUE(refuses("0,,1", "column 3 of the slice: found nothing", "\n    ^"));
  EXPECT_TRUE(
      refuses("0,5", "column 3 of the slice: index 5 leaves dimension 1 of shape [4,5,6]", "^"));
  EXPECT_TRUE(refuses("-5", "column 1 of the slice: index -5 leaves dimension 0", "^"));
  EXPECT_TRUE(refuses("0,0,0,:", "column 7 of the slice: 4 dimensions are given", "has 3"));
  EXPECT_TRUE(refuses("...,0,...", "column 7 of the slice: '...' stands here a second time", "^"));
  EXPECT_TRUE(
      refuses("99999999999999999999", "column 1 of the slice: the number is too large", "^"));
  EXPECT_TRUE(refuses("1.5", "column 2 of the slice: found '.5'", "^"));
  EXPECT_TRUE(fails(parse_slice("0", {}), Code::kInvalidArgument, {"shape [] has 0"}));
}

TEST(Slice, DoesNotWrap) {
  EXPECT_EQ(slice_of("-9223372036854775808:9223372036854775807"), "0,4:0,5:0,6 -> [4,5,6]");
  EXPECT_TRUE(fails(parse_slice("-9223372036854775808", Shape{4}), Code::kInvalidArgument));
}

}  // namespace
}  // namespace holdall
