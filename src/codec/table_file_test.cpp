#include "codec/table_file.h"

#include <gtest/gtest.h>

#include "codec/sorted_table_testing.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

OwnedEntries many_entries() {
  OwnedEntries entries;
  for (int i = 1000; i < 1300; ++i) entries.push_back({std::to_string(i), std::string(20, 'v')});
  return entries;
}

class TableFileTest : public testing::Test {
 protected:
  std::unique_ptr<Reader> open(std::string_view bytes) {
    write_file(*storage_, "t", bytes);
    return *storage_->open_reader("t");
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(TableFileTest, GivesTheEntriesOfEachBlock) {
  const OwnedEntries entries = many_entries();
  for (const auto compression : {TableCompression::kNone, TableCompression::kSnappy}) {
    const auto file =
        open(*write_table(entries, {.block_size_bytes = 512, .compression = compression}));
    const auto table = TableFile::open(*file);
    ASSERT_TRUE(is_ok(table));
    OwnedEntries found;
    size_t block_count = 0;
    for (auto at = table->blocks(); at.next().ok() && at.has_entry(); ++block_count) {
      const auto block = table->load(at);
      ASSERT_TRUE(is_ok(block));
      EXPECT_EQ(block->is_compressed(), compression == TableCompression::kSnappy);
      TableBlockCursor cursor(block->decoded.block);
      while (cursor.next().ok() && cursor.has_entry())
        found.push_back({std::string(cursor.key()), std::string(text_of(cursor.value()))});
    }
    EXPECT_GT(block_count, 10u);
    EXPECT_EQ(found, entries);
  }
}

TEST_F(TableFileTest, RefusesWhatSortedTableRefuses) {
  const std::string whole = *write_table(many_entries(), {.block_size_bytes = 512});
  for (size_t size = 0; size < whole.size(); size += 97) {
    const auto file = open(whole.substr(0, size));
    const auto table = TableFile::open(*file);
    ASSERT_TRUE(fails(table, Code::kCorrupt));
    EXPECT_EQ(table.error().message,
              SortedTable::open(bytes_of(whole).first(size)).error().message);
  }
}

TEST_F(TableFileTest, TellsWhichBlockIsDamaged) {
  std::string bytes = *write_table(many_entries(), {.block_size_bytes = 512});
  bytes[700] = static_cast<char>(bytes[700] ^ 1);
  const auto file = open(bytes);
  const auto table = TableFile::open(*file);
  ASSERT_TRUE(is_ok(table));
  auto at = table->blocks();
  ASSERT_TRUE(at.next().ok());
  EXPECT_TRUE(is_ok(table->load(at)));
  ASSERT_TRUE(at.next().ok());
  const auto damaged = table->load(at);
  EXPECT_TRUE(fails(damaged, Code::kCorrupt, {"block checksum mismatch at byte "}));
}

TEST_F(TableFileTest, FindsEntriesAndNothingElse) {
  const OwnedEntries entries = many_entries();
  for (const auto compression : {TableCompression::kNone, TableCompression::kSnappy}) {
    const auto file =
        open(*write_table(entries, {.block_size_bytes = 512, .compression = compression}));
    const auto table = TableFile::open(*file);
    TableFinder finder(*table);
    for (const auto& [key, value] : entries) {
      const auto found = finder.find(key);
      ASSERT_TRUE(found.ok() && *found);
      EXPECT_EQ(text_of(**found), value);
    }
    for (const std::string_view key : {"", "0", "1000 ", "1150a", "12", "1299~", "2"})
      EXPECT_FALSE(*finder.find(key)) << key;
  }
}

TEST_F(TableFileTest, FindsEntriesBesideADamagedBlock) {
  std::string bytes = *write_table(many_entries(), {.block_size_bytes = 512});
  bytes[700] = static_cast<char>(bytes[700] ^ 1);
  const auto file = open(bytes);
  const auto table = TableFile::open(*file);
  TableFinder finder(*table);
  EXPECT_TRUE(*finder.find("1000"));
  EXPECT_TRUE(fails(finder.find("1025"), Code::kCorrupt, {"block checksum mismatch at byte "}));
  EXPECT_TRUE(fails(finder.find("1025"), Code::kCorrupt, {"block checksum mismatch at byte "}));
  EXPECT_TRUE(*finder.find("1299"));
}

}  // namespace
}  // namespace holdall
