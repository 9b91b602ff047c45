#include "holdall/status.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/message.h"
#include "base/try.h"

namespace holdall {
namespace {

TEST(Status, IsAPointerWide) {
  EXPECT_EQ(sizeof(Status), sizeof(void*));
  EXPECT_TRUE(Status().ok());
  EXPECT_TRUE(static_cast<bool>(Status()));
}

TEST(Status, CopiesItsError) {
  const Status original = corrupt("broken");
  Status copy = original;
  EXPECT_FALSE(copy.ok());
  EXPECT_EQ(copy.error().message, "broken");
  copy = Status();
  EXPECT_TRUE(copy.ok());
  EXPECT_EQ(original.error().code, Code::kCorrupt);
}

TEST(Result, HoldsAValueOrAnError) {
  Result<std::string> value = std::string("yes");
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(*value, "yes");
  EXPECT_EQ(value->size(), 3u);
  value = Result<std::string>(not_found("no"));
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.error().code, Code::kNotFound);
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> source = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = std::move(source).value();
  EXPECT_EQ(*taken, 7);
}

TEST(Error, TellsItsPlaceFromTheOutsideIn) {
  Error error = corrupt("it is broken");
  error = std::move(error).in_tensor("w").in_file("dir/m.index").in_scope("dna");
  EXPECT_EQ(error.to_string(), "scope 'dna': dir/m.index: tensor 'w': it is broken");
  error.place.rule = "strip x";
  EXPECT_EQ(error.to_string(),
            "scope 'dna': dir/m.index: rule 'strip x': tensor 'w': it is broken");
}

TEST(Error, KeepsThePlaceThatAnInnerLayerGave) {
  const Error error = corrupt("x").in_file("inner").in_file("outer").in_tensor("a").in_tensor("b");
  EXPECT_EQ(error.place.file, "inner");
  EXPECT_EQ(error.place.tensor, "a");
  EXPECT_EQ(corrupt("x").in_scope("s").in_scope("t").place.scope, "s");
}

TEST(Error, ShowsNamesInPrintableForm) {
  const Error error = corrupt("x").in_file("a\nb").in_tensor("c\x1b[31m'");
  EXPECT_EQ(error.to_string(), R"(a\nb: tensor 'c\x1b[31m\'': x)");
}

TEST(Code, HasAStableName) {
  EXPECT_EQ(code_name(Code::kNotFound), "not-found");
  EXPECT_EQ(code_name(Code::kInvalidArgument), "invalid-argument");
  EXPECT_EQ(code_name(Code::kCorrupt), "corrupt");
  EXPECT_EQ(code_name(Code::kUnsupported), "unsupported");
  EXPECT_EQ(code_name(Code::kIo), "io");
  EXPECT_EQ(code_name(Code::kExhausted), "exhausted");
}

Result<int> half_of(int number) {
  if (number % 2 != 0) return invalid_argument("{} is odd", number);
  return number / 2;
}

Result<int> quarter_of(int number) {
  HOLDALL_ASSIGN(const int half, half_of(number));
  HOLDALL_TRY(half < 100 ? Status() : Status(exhausted("{} is too much", half)));
  return half_of(half);
}

TEST(Try, ReturnsTheFirstError) {
  EXPECT_EQ(*quarter_of(12), 3);
  EXPECT_EQ(quarter_of(7).error().message, "7 is odd");
  EXPECT_EQ(quarter_of(6).error().message, "3 is odd");
  EXPECT_EQ(quarter_of(1000).error().message, "500 is too much");
}

}  // namespace
}  // namespace holdall
