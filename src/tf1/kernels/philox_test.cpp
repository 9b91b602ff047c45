#include "tf1/kernels/philox.h"

#include <gtest/gtest.h>

namespace holdall::tf1 {
namespace {

using Block = Philox::Block;

TEST(Philox, GivesThePublishedAnswers) {
  // From the test values published with the generator: key and counter of zeros.
  EXPECT_EQ(Philox(0, 0).next(), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
}

TEST(Philox, TakesTensorFlowsSeedsAsKeyAndUpperCounter) {
  EXPECT_EQ(Philox(87654321, 1).next(), (Block{0xab1e98c7, 0xcdf5cfa7, 0xf1867731, 0x4c3f748e}));
  EXPECT_NE(Philox(uint64_t{1} << 32, 0).next(), Philox(1, 0).next());
  EXPECT_NE(Philox(0, uint64_t{1} << 32).next(), Philox(0, 1).next());
}

TEST(Philox, SkipsAsIfBlocksHadBeenTaken) {
  Philox walked(3, 4);
  for (int i = 0; i < 1000; ++i) (void)walked.next();
  Philox skipped(3, 4);
  skipped.skip(400);
  skipped.skip(600);
  EXPECT_EQ(skipped.next(), walked.next());
  skipped.skip(0);
  EXPECT_EQ(skipped.next(), walked.next());
}

TEST(Philox, CarriesFromEachWordOfTheCounterIntoTheNext) {
  // The block after 2^32 - 1 others, and the one after 2^64 - 1.
  Philox low(3, 4);
  low.skip(0xffffffff);
  (void)low.next();
  Philox straight(3, 4);
  straight.skip(uint64_t{1} << 32);
  EXPECT_EQ(low.next(), straight.next());

  Philox high(3, 4);
  high.skip(UINT64_MAX);
  (void)high.next();
  EXPECT_EQ(high.next(), Philox(3, 5).next());

  Philox top(3, 0xffffffff);
  top.skip(UINT64_MAX);
  top.skip(1);
  EXPECT_EQ(top.next(), Philox(3, uint64_t{1} << 32).next());
}

}  // namespace
}  // namespace holdall::tf1
