#include "codec/table_block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "codec/sorted_table_testing.h"
#include "codec/table_block_builder.h"

namespace holdall {
namespace {

constexpr uint64_t kOffsetInFile = 4096;

// Every key and value, or the message of what is wrong.
std::string walk(std::string_view bytes) {
  const auto block = TableBlock::parse(bytes_of(bytes), kOffsetInFile);
  if (!block.ok()) return block.error().message;
  TableBlockCursor cursor(*block);
  std::string seen;
  while (true) {
    if (const Status status = cursor.next(); !status.ok()) return status.error().message;
    if (!cursor.has_entry()) return seen;
    seen += std::string(cursor.key()) + "=" + std::string(text_of(cursor.value())) + " ";
  }
}

TEST(TableBlock, GivesEntriesWithTheKeysTheyShare) {
  const std::string entries =
      draft_entry(0, "layer/bias", "1") + draft_entry(6, "kernel", "2") + draft_entry(0, "m", "");
  EXPECT_EQ(walk(draft_block(entries, {0})), "layer/bias=1 layer/kernel=2 m= ");
}

TEST(TableBlock, MayHaveNoEntries) {
  EXPECT_EQ(walk(draft_block("", {})), "");
  EXPECT_EQ(walk(draft_block("", {0})), "");
}

TEST(TableBlock, BeginsWithTheEmptyKeyIfThereIsOne) {
  EXPECT_EQ(walk(draft_block(draft_entry(0, "", "header") + draft_entry(0, "a", "1"), {0})),
            "=header a=1 ");
}

TEST(TableBlock, RefusesBlocksShorterThanTheirRestartCount) {
  for (const size_t size_bytes : {0u, 1u, 2u, 3u}) {
    EXPECT_EQ(walk(std::string(size_bytes, '\0')), "bad block contents at byte 4096: block has " +
                                                       std::to_string(size_bytes) +
                                                       " bytes, its restart count alone has 4");
  }
}

TEST(TableBlock, RefusesMoreRestartsThanItHasRoomFor) {
  EXPECT_EQ(walk(from_hex("00000000 02000000")),
            "bad block contents at byte 4096: restart count is 2, 4 bytes have room for 1");
  EXPECT_EQ(
      walk(from_hex("00000000 ffffffff")),
      "bad block contents at byte 4096: restart count is 4294967295, 4 bytes have room for 1");
}

TEST(TableBlock, RefusesEntriesWithoutARestart) {
  EXPECT_EQ(
      walk(draft_block(draft_entry(0, "a", "1"), {})),
      "bad block contents at byte 4096: restart count is 0, but there are 5 bytes of entries");
}

TEST(TableBlock, RefusesAFirstRestartThatIsNotTheFirstEntry) {
  const std::string entries = draft_entry(0, "a", "1") + draft_entry(0, "b", "2");
  EXPECT_EQ(
      walk(draft_block(entries, {5})),
      "bad block contents at byte 4096: first restart is byte 5 of the block, expected byte 0");
  EXPECT_EQ(
      walk(draft_block("", {1})),
      "bad block contents at byte 4096: first restart is byte 1 of the block, expected byte 0");
}

TEST(TableBlock, RefusesRestartsWhereNoEntryBegins) {
  const std::string entries = draft_entry(0, "a", "1") + draft_entry(0, "b", "2");
  const auto expect_refused = [&](const std::vector<uint32_t>& restarts, const std::string& which) {
    EXPECT_EQ(walk(draft_block(entries, restarts)), "bad block contents at byte 4096: restart " +
                                                        which +
                                                        " of the block, where no entry begins");
  };
  expect_refused({0, 4}, "1 is byte 4");
  expect_refused({0, 0}, "1 is byte 0");
  expect_refused({0, 5, 5}, "2 is byte 5");
  expect_refused({0, 5, 0}, "2 is byte 0");
  expect_refused({0, 10}, "1 is byte 10");
  expect_refused({0, 0xffffffff}, "1 is byte 4294967295");
  EXPECT_EQ(
      walk(draft_block("", {0, 0})),
      "bad block contents at byte 4096: restart 0 is byte 0 of the block, where no entry begins");
}

TEST(TableBlock, RefusesRestartsThatShare) {
  EXPECT_EQ(
      walk(draft_block(draft_entry(0, "ab", "1") + draft_entry(1, "c", "2"), {0, 6})),
      "bad entry in block at byte 4096: entry at byte 6 of it is a restart, but shares 1 bytes "
      "with the key before it");
  EXPECT_EQ(
      walk(draft_block(draft_entry(1, "b", "1"), {0})),
      "bad entry in block at byte 4096: entry at byte 0 of it is a restart, but shares 1 bytes "
      "with the key before it");
}

TEST(TableBlock, RefusesEntriesThatShareMoreThanThereIs) {
  EXPECT_EQ(
      walk(draft_block(draft_entry(0, "ab", "1") + draft_entry(3, "c", "2"), {0})),
      "bad entry in block at byte 4096: entry at byte 6 of it shares 3 bytes with a key of 2");
}

TEST(TableBlock, RefusesEntriesWithoutThreeSizes) {
  for (const char* hex : {"00", "00 80", "00 01 80", "ff ff ff ff 7f 00 00", "80 80 80 80 80 80"}) {
    EXPECT_EQ(
        walk(draft_block(from_hex(hex), {0})),
        "bad entry in block at byte 4096: entry at byte 0 of it does not begin with three sizes")
        << hex;
  }
}

TEST(TableBlock, RefusesEntriesThatDoNotFit) {
  const auto expect_refused = [](const std::string& entry, const std::string& why) {
    EXPECT_EQ(walk(draft_block(draft_entry(0, "a", "1") + entry, {0})),
              "bad entry in block at byte 4096: entry at byte 5 of it needs " + why);
  };
  expect_refused(from_hex("00 01 01 62"), "1 bytes of key and 1 of value, 1 are left");
  expect_refused(from_hex("00 02 00 62"), "2 bytes of key and 0 of value, 1 are left");
  expect_refused(from_hex("00 01 02 62 62"), "1 bytes of key and 2 of value, 2 are left");
}

// LevelDB adds the two sizes in 32 bits; here they give 0x10, which is less than what is left.
TEST(TableBlock, RefusesSizesWhoseSumWrapsIn32Bits) {
  const std::string entry = from_hex("00 f0ffffff0f 20") + std::string(64, 'x');
  EXPECT_EQ(
      walk(draft_block(entry, {0})),
      "bad entry in block at byte 4096: entry at byte 0 of it needs 4294967280 bytes of key and 32 "
      "of value, 64 are left");
}

TEST(TableBlock, RefusesKeysThatDoNotIncrease) {
  const auto expect_refused = [](const std::string& entry, const std::string& keys) {
    const std::string first = draft_entry(0, "ab", "");
    EXPECT_EQ(walk(draft_block(first + entry, {0})),
              "bad entry in block at byte 4096: key " + keys);
  };
  expect_refused(draft_entry(2, "", ""), "'ab' does not come after 'ab'");
  expect_refused(draft_entry(0, "ab", ""), "'ab' does not come after 'ab'");
  expect_refused(draft_entry(1, "", ""), "'a' does not come after 'ab'");
  expect_refused(draft_entry(1, "a", ""), "'aa' does not come after 'ab'");
  expect_refused(draft_entry(0, "", ""), "'' does not come after 'ab'");
}

TEST(TableBlock, OrdersKeysAsUnsignedBytes) {
  EXPECT_EQ(walk(draft_block(draft_entry(0, "\x7f", "1") + draft_entry(0, "\x80", "2"), {0})),
            "\x7f=1 \x80=2 ");
  EXPECT_EQ(walk(draft_block(draft_entry(0, "\x80", "1") + draft_entry(0, "\x7f", "2"), {0})),
            "bad entry in block at byte 4096: key '\\x7f' does not come after '\\x80'");
}

TEST(TableBlock, ShowsOnlyTheFrontOfLongKeys) {
  const std::string entry = draft_entry(0, std::string(100000, 'k'), "");
  EXPECT_EQ(walk(draft_block(entry + entry, {0})),
            "bad entry in block at byte 4096: key '" + std::string(200, 'k') +
                "'... does not come after '" + std::string(200, 'k') + "'...");
}

// Keys k, of 2 digits each, whose number is even; some with a long common prefix.
std::string make_even_keys(uint32_t restart_interval, std::vector<std::string>& keys) {
  TableBlockBuilder builder(restart_interval);
  for (int i = 10; i < 100; i += 2) {
    keys.push_back((i >= 50 && i < 70 ? "5" + std::string(30, 'x') : "") + std::to_string(i));
    if (i >= 40 && i < 50) keys.back() += "\xff";
  }
  std::sort(keys.begin(), keys.end());
  for (const std::string& key : keys) builder.add(key, bytes_of("=" + key));
  return builder.finish();
}

TEST(TableBlock, SeeksTheFirstKeyThatIsNotBelow) {
  for (const uint32_t restart_interval : {1u, 2u, 3u, 16u, 1000u}) {
    std::vector<std::string> keys;
    const std::string bytes = make_even_keys(restart_interval, keys);
    const auto block = TableBlock::parse(bytes_of(bytes), kOffsetInFile);
    ASSERT_TRUE(block.ok());
    std::vector<std::string> targets = {"", "\xff", "5", "5xx", "5" + std::string(31, 'x')};
    for (const std::string& key : keys) {
      for (const char* more : {"", "0", "\xff"}) targets.push_back(key + more);
      targets.push_back(key.substr(0, key.size() - 1));
    }
    TableBlockCursor cursor(*block);
    for (const std::string& target : targets) {
      const auto expected = std::lower_bound(keys.begin(), keys.end(), target);
      ASSERT_TRUE(cursor.seek(target).ok());
      ASSERT_EQ(cursor.has_entry(), expected != keys.end()) << target;
      if (!cursor.has_entry()) continue;
      EXPECT_EQ(cursor.key(), *expected) << target;
      EXPECT_EQ(text_of(cursor.value()), "=" + *expected);
      const std::string before = expected == keys.begin() ? "" : *(expected - 1);
      EXPECT_EQ(cursor.previous_key_is_below(before + "0"), true) << target;
      EXPECT_EQ(cursor.previous_key_is_below(before), expected == keys.begin()) << target;
      EXPECT_EQ(cursor.previous_key_is_below(before.substr(0, 1)), expected == keys.begin())
          << target;
    }
  }
}

std::string big_endian(uint32_t number) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

// A key of 1 MiB, which 100000 others share: compared or copied anew each time, that is 100 GB.
TEST(TableBlock, TakesTimeInProportionToItsBytes) {
  const std::string prefix(1 << 20, 'p');
  std::string entries = draft_entry(0, prefix, "");
  for (uint32_t i = 0; i < 100000; ++i) {
    entries += draft_entry(1 << 20, big_endian(i), "");
  }
  const std::string bytes = draft_block(entries, {0});
  const auto start = std::chrono::steady_clock::now();
  const auto block = TableBlock::parse(bytes_of(bytes), kOffsetInFile);
  ASSERT_TRUE(block.ok());
  TableBlockCursor cursor(*block);
  do {
    ASSERT_TRUE(cursor.next().ok());
  } while (cursor.has_more());
  const std::string last(cursor.key());
  ASSERT_TRUE(cursor.seek(last).ok());
  EXPECT_TRUE(cursor.has_entry());
  EXPECT_EQ(cursor.key(), last);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(TableBlock, SeeksWithinItsBytesWhateverTheRestartsSay) {
  const std::string entries = draft_entry(0, "a", "1") + draft_entry(0, "b", "2");
  for (const uint32_t restart : {3u, 4u, 10u, 11u, 0xffffffffu}) {
    const std::string bytes = draft_block(entries, {0, restart});
    const auto block = TableBlock::parse(bytes_of(bytes), kOffsetInFile);
    ASSERT_TRUE(block.ok());
    const Status status = TableBlockCursor(*block).seek("c");
    ASSERT_FALSE(status.ok()) << restart;
    if (restart < entries.size()) continue;
    EXPECT_EQ(status.error().message, "bad block contents at byte 4096: restart 1 is byte " +
                                          std::to_string(restart) +
                                          " of the block, where no entry begins");
  }
}

}  // namespace
}  // namespace holdall
