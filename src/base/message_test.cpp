#include "base/message.h"

#include <gtest/gtest.h>

#include "base/guard.h"

namespace holdall {
namespace {

TEST(Message, PutsArgumentsInTheirPlaces) {
  const std::string name = "w";
  EXPECT_EQ(message("{} of {}: {}{}", uint8_t{200}, int64_t{-3}, name, "!"), "200 of -3: w!");
  EXPECT_EQ(message("{:.1f} {:04}", 2.25, 7), "2.2 0007");
  EXPECT_EQ(message("{}", UINT64_MAX), "18446744073709551615");
}

TEST(Message, TakesBracesInArgumentsAsText) {
  EXPECT_EQ(message("'{}'", "{} {0} {x"), "'{} {0} {x'");
}

TEST(Message, ShowsAPatternThatDoesNotFit) {
  EXPECT_EQ(message("{} and {}", 1), "{} and {}");
  EXPECT_EQ(message("{", 1), "{");
}

TEST(Message, MakesErrorsOfEachKind) {
  EXPECT_EQ(not_found("{}", 1).code, Code::kNotFound);
  EXPECT_EQ(invalid_argument("x").code, Code::kInvalidArgument);
  EXPECT_EQ(corrupt("x").code, Code::kCorrupt);
  EXPECT_EQ(unsupported("x").code, Code::kUnsupported);
  EXPECT_EQ(exhausted("x").code, Code::kExhausted);
  const Error error = make_error(Code::kIo, reason::kStalePlan, "{} left", 2);
  EXPECT_EQ(error.code, Code::kIo);
  EXPECT_EQ(error.reason, "stale-plan");
  EXPECT_EQ(error.message, "2 left");
}

TEST(Guard, TurnsLackOfMemoryIntoAnError) {
  EXPECT_TRUE(guarded([]() -> Status { return {}; }).ok());
  const Status no_memory = guarded([]() -> Status { throw std::bad_alloc(); });
  EXPECT_EQ(no_memory.error().code, Code::kExhausted);
  EXPECT_EQ(no_memory.error().message, "out of memory");
  const Status too_long = guarded([]() -> Status {
    std::vector<int64_t> values;
    values.reserve(values.max_size() + 1);
    return {};
  });
  EXPECT_EQ(too_long.error().code, Code::kExhausted);
}

}  // namespace
}  // namespace holdall
