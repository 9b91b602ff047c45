#include "base/quote.h"

#include <gtest/gtest.h>

namespace holdall {
namespace {

TEST(Quote, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(quote("dna/conv1/weights:0"), "'dna/conv1/weights:0'");
  EXPECT_EQ(quote("é 模型 😀"), "'é 模型 😀'");
  EXPECT_EQ(quote(""), "''");
}

TEST(Quote, EscapesWhatATerminalCouldActOn) {
  EXPECT_EQ(printable("\n\r\t'\\"), R"(\n\r\t\'\\)");
  EXPECT_EQ(printable(std::string_view("\0\x1b\x7f", 3)), R"(\x00\x1b\x7f)");
  EXPECT_EQ(printable("\"%s{}"), "\"%s{}");
}

TEST(Quote, EscapesControlsThatAreValidUtf8) {
  EXPECT_EQ(printable("a\u0085b"), R"(a\xc2\x85b)");      // next line
  EXPECT_EQ(printable("a\u202eb"), R"(a\xe2\x80\xaeb)");  // right-to-left override
  EXPECT_EQ(printable("a\u200bb"), R"(a\xe2\x80\x8bb)");  // zero-width space
  EXPECT_EQ(printable("a\u2066b"), R"(a\xe2\x81\xa6b)");  // isolate
  EXPECT_EQ(printable("a\ufeffb"), R"(a\xef\xbb\xbfb)");  // byte order mark
  EXPECT_EQ(printable("\u00a0\u2027\u202f\u2070"), "\u00a0\u2027\u202f\u2070");  // their neighbours
}

TEST(Quote, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("a\xff\x80z"), R"(a\xff\x80z)");
  EXPECT_EQ(printable("\xc3"), R"(\xc3)");
  EXPECT_EQ(printable("\xc3z"), R"(\xc3z)");
  EXPECT_EQ(printable("\xe6\xa8"), R"(\xe6\xa8)");
}

TEST(Utf8SequenceLength, TakesEachLength) {
  EXPECT_EQ(utf8_sequence_length("az"), 1u);
  EXPECT_EQ(utf8_sequence_length("éz"), 2u);
  EXPECT_EQ(utf8_sequence_length("模z"), 3u);
  EXPECT_EQ(utf8_sequence_length("😀z"), 4u);
  EXPECT_EQ(utf8_sequence_length("\xf4\x8f\xbf\xbf"), 4u);  // U+10FFFF
  EXPECT_EQ(utf8_sequence_length("\xed\x9f\xbf"), 3u);      // U+D7FF
}

TEST(Utf8SequenceLength, IsZeroForWhatIsNoCharacter) {
  for (const std::string_view bytes :
       {"", "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3\xc3", "\xe6\xa8z", "\xf0\x9f\x98"}) {
    EXPECT_EQ(utf8_sequence_length(bytes), 0u) << printable(bytes);
  }
}

}  // namespace
}  // namespace holdall
