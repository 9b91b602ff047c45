// The outline and SortedTableWriter make the same bytes, whatever is left out at first.
#include "codec/table_outline.h"

#include <gtest/gtest.h>

#include <random>

#include "checksum/crc32c.h"
#include "codec/sorted_table_testing.h"

namespace holdall {
namespace {

// `gap_of[i]`: bytes at the end of value i that are not at hand.
std::string write_with_gaps(const OwnedEntries& entries, const std::vector<size_t>& gap_of,
                            const TableWriterOptions& options) {
  TableOutline outline(options);
  std::vector<std::string_view> gaps;
  for (size_t i = 0; i < entries.size(); ++i) {
    const std::string_view value = entries[i].value;
    const std::string_view head = value.substr(0, value.size() - gap_of[i]);
    if (gap_of[i] == 0) {
      outline.add(entries[i].key, bytes_of(head));
      continue;
    }
    outline.add(entries[i].key, bytes_of(head), gap_of[i]);
    gaps.push_back(value.substr(head.size()));
  }
  outline.finish();
  EXPECT_EQ(outline.gap_count(), gaps.size());
  std::string file;
  for (size_t i = 0; i <= gaps.size(); ++i) {
    file += outline.text(i, [&](size_t gap) {
      EXPECT_LT(gap, i);
      return crc32c(bytes_of(gaps[gap]));
    });
    if (i < gaps.size()) file += gaps[i];
  }
  EXPECT_EQ(file.size(), outline.size_bytes());
  return file;
}

TEST(TableOutline, MakesTheBytesOfTheWriter) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    const TableWriterOptions options{.block_size_bytes = 64 + random() % 400,
                                     .restart_interval = 1 + static_cast<uint32_t>(random() % 4)};
    OwnedEntries entries;
    std::vector<size_t> gap_of;
    std::string key;
    for (size_t i = random() % 40; i > 0; --i) {
      key = key.substr(0, random() % (key.size() + 1));
      key += static_cast<char>('a' + entries.size());
      if (!entries.empty() && key <= entries.back().key) key = entries.back().key + "x";
      std::string value(random() % (random() % 5 == 0 ? 2000 : 60), '\0');
      for (char& c : value) c = static_cast<char>(random());
      gap_of.push_back(random() % 3 == 0 ? 0 : random() % (value.size() + 1));
      entries.push_back({key, std::move(value)});
    }
    const auto expected = write_table(entries, options);
    ASSERT_TRUE(expected.ok());
    ASSERT_EQ(write_with_gaps(entries, gap_of, options), *expected) << round;
  }
}

TEST(TableOutline, BeginsABlockWithALargeEntryOfWhichLittleIsAtHand) {
  const OwnedEntries entries = {{"a", "1"}, {"b", std::string(600'000, 'x')}, {"c", "2"}};
  const auto expected = write_table(entries);
  ASSERT_TRUE(expected.ok());
  EXPECT_EQ(write_with_gaps(entries, {1, 599'990, 0}, {}), *expected);
}

}  // namespace
}  // namespace holdall
