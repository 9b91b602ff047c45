#include "codec/table_salvage.h"

#include <gtest/gtest.h>

#include "base/message.h"
#include "codec/sorted_table_testing.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

// Entries of which each fills a block.
OwnedEntries entries_of(const std::vector<std::string>& keys) {
  OwnedEntries entries;
  for (const std::string& key : keys) entries.push_back({key, std::string(40, '.')});
  return entries;
}

const OwnedEntries kEntries = entries_of({"a", "b", "c", "d", "e"});

struct Found {
  OwnedEntries entries;
  std::vector<LostTableRange> lost;
};

Found visit(const std::string& file) {
  Found found;
  const auto table = SortedTable::open(bytes_of(file));
  EXPECT_TRUE(is_ok(table));
  if (!table.ok()) return found;
  found.lost = visit_sound_entries(*table, [&](std::string_view key, auto value) {
    found.entries.push_back({std::string(key), std::string(text_of(value))});
  });
  return found;
}

// The table with a byte in the values of these entries changed.
std::string damaged_at(const std::vector<size_t>& indexes) {
  std::string file = *write_table(kEntries, {.block_size_bytes = 16});
  size_t at = 0;
  for (size_t i = 0; i < kEntries.size(); ++i) {
    at = file.find(std::string(40, '.'), at + 1);
    if (std::find(indexes.begin(), indexes.end(), i) != indexes.end()) file[at + 7] = '!';
    at += 39;
  }
  return file;
}

OwnedEntries without(const std::vector<size_t>& indexes) {
  OwnedEntries left;
  for (size_t i = 0; i < kEntries.size(); ++i) {
    if (std::find(indexes.begin(), indexes.end(), i) == indexes.end()) left.push_back(kEntries[i]);
  }
  return left;
}

TEST(TableSalvage, LosesNothingOfASoundTable) {
  const Found found = visit(damaged_at({}));
  EXPECT_EQ(found.entries, kEntries);
  EXPECT_TRUE(found.lost.empty());
}

TEST(TableSalvage, StepsOverEachBlockInTurn) {
  for (size_t i = 0; i < kEntries.size(); ++i) {
    const Found found = visit(damaged_at({i}));
    EXPECT_EQ(found.entries, without({i}));
    ASSERT_EQ(found.lost.size(), 1u) << i;
    const LostTableRange& lost = found.lost.front();
    EXPECT_EQ(lost.block_count, 1u);
    EXPECT_EQ(lost.key_before, i > 0 ? std::optional(kEntries[i - 1].key) : std::nullopt);
    EXPECT_EQ(lost.key_after, i < 4 ? std::optional(kEntries[i + 1].key) : std::nullopt);
    EXPECT_TRUE(is_error(lost.cause, Code::kCorrupt, {"block checksum mismatch at byte "}));
  }
}

TEST(TableSalvage, TellsBlocksInARowAsOneRange) {
  const Found found = visit(damaged_at({0, 2, 3}));
  EXPECT_EQ(found.entries, without({0, 2, 3}));
  ASSERT_EQ(found.lost.size(), 2u);
  EXPECT_EQ(found.lost[1].block_count, 2u);
  EXPECT_EQ(found.lost[1].key_before, "b");
  EXPECT_EQ(found.lost[1].key_after, "e");
}

TEST(TableSalvage, EndsWhereAllIsLost) {
  const Found found = visit(damaged_at({0, 1, 2, 3, 4}));
  EXPECT_TRUE(found.entries.empty());
  ASSERT_EQ(found.lost.size(), 1u);
  EXPECT_EQ(found.lost[0].block_count, 5u);
  EXPECT_EQ(found.lost[0].key_before, std::nullopt);
  EXPECT_EQ(found.lost[0].key_after, std::nullopt);
}

Found visit_leading(const std::string& file) {
  Found found;
  found.lost =
      visit_leading_entries(bytes_of(file), corrupt("why"), [&](std::string_view key, auto value) {
        found.entries.push_back({std::string(key), std::string(text_of(value))});
      });
  return found;
}

TEST(TableSalvage, NeedsNoFooterForWhatIsInFrontOfTheFirstDamage) {
  for (const auto compression : {TableCompression::kNone, TableCompression::kSnappy}) {
    std::string whole =
        *write_table(kEntries, {.block_size_bytes = 16, .compression = compression});
    whole.resize(whole.size() - 48);
    EXPECT_EQ(visit_leading(whole).entries, kEntries);
    EXPECT_TRUE(visit_leading(whole).lost.empty());
  }
  for (size_t i = 0; i < kEntries.size(); ++i) {
    const Found found = visit_leading(damaged_at({i}));
    EXPECT_EQ(found.entries,
              OwnedEntries(kEntries.begin(), kEntries.begin() + static_cast<int>(i)));
    ASSERT_EQ(found.lost.size(), 1u);
    EXPECT_EQ(found.lost[0].key_before, i > 0 ? std::optional(kEntries[i - 1].key) : std::nullopt);
    EXPECT_EQ(found.lost[0].cause.message, "why");
  }
  // The same block again is no block behind it.
  const std::string file = damaged_at({1});
  EXPECT_EQ(visit_leading(file.substr(0, file.find('b') - 3) + file).entries.size(), 1u);
}

TEST(TableSalvage, SkipsNoBlockThatIsSound) {
  const std::string file = damaged_at({1});
  const auto table = SortedTable::open(bytes_of(file));
  TableCursor cursor = table->cursor();
  EXPECT_FALSE(cursor.skip_block());
  ASSERT_TRUE(is_ok(cursor.next()));
  EXPECT_TRUE(fails(cursor.next(), Code::kCorrupt));
  // The error stays until the block is given up.
  EXPECT_TRUE(fails(cursor.next(), Code::kCorrupt));
  EXPECT_TRUE(cursor.skip_block());
  ASSERT_TRUE(is_ok(cursor.next()));
  EXPECT_EQ(cursor.key(), "c");
}

}  // namespace
}  // namespace holdall
