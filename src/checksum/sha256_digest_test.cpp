#include "checksum/sha256_digest.h"

#include <gtest/gtest.h>

#include <string_view>

#include "support/sha256.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

std::string digest_of(std::string_view text, size_t piece_bytes) {
  auto digest = Sha256::begin();
  EXPECT_TRUE(is_ok(digest));
  for (size_t at = 0; at < text.size(); at += piece_bytes)
    EXPECT_TRUE(is_ok(digest->add(std::as_bytes(std::span(text.substr(at, piece_bytes))))));
  return *digest->finish();
}

// FIPS 180-4's examples.
TEST(Sha256, GivesTheDigestsOfTheStandard) {
  EXPECT_EQ(digest_of("", 1), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest_of("abc", 3),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest_of(std::string(1'000'000, 'a'), 4096),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// The other implementation is that of the tests, without a library.
TEST(Sha256, AgreesWithAnotherHoweverItIsCut) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    for (const size_t piece : {size_t{1}, size_t{63}, size_t{64}, size_t{1000}})
      ASSERT_EQ(digest_of(text, piece), sha256_hex(text)) << i;
    text += static_cast<char>(i * 7);
  }
}

}  // namespace
}  // namespace holdall
