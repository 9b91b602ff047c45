#include "codec/sorted_table_reader.h"

#include <gtest/gtest.h>

#include <array>

#include "codec/snappy_block.h"
#include "codec/sorted_table_testing.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

// One entry is 5 bytes, so a block of it has 13, and 18 with its trailer.
std::string one_entry_block(std::string_view key) {
  return draft_block(draft_entry(0, key, "v"), {0});
}

// Blocks at bytes 0, 18 and 36 with the keys a, c and e.
std::vector<DraftBlock> three_blocks() {
  return {{"b", one_entry_block("a")}, {"d", one_entry_block("c")}, {"f", one_entry_block("e")}};
}

const OwnedEntries kThreeEntries = {{"a", "v"}, {"c", "v"}, {"e", "v"}};

struct Verdict {
  Code code;
  std::string reason;
  std::string message;
};

Verdict read(std::string_view file) {
  const auto entries = read_table(file);
  if (entries.ok()) return {Code{}, "", "no error"};
  return {entries.error().code, std::string(entries.error().reason), entries.error().message};
}

void expect_corrupt(std::string_view file, const std::string& message) {
  const Verdict verdict = read(file);
  EXPECT_EQ(verdict.code, Code::kCorrupt);
  EXPECT_EQ(verdict.message, message);
}

void expect_same(std::string_view file, const OwnedEntries& expected) {
  const auto entries = read_table(file);
  ASSERT_TRUE(entries.ok()) << entries.error().message;
  EXPECT_EQ(*entries, expected);
  const auto table = SortedTable::open(bytes_of(file));
  OwnedEntries visited;
  EXPECT_TRUE(
      is_ok(table->visit(0, table->block_count(), [&](const TableBlockCursor& entry) -> Status {
        visited.push_back({std::string(entry.key()), std::string(text_of(entry.value()))});
        return {};
      })));
  EXPECT_EQ(visited, expected);
}

TEST(SortedTableReader, ReadsSeveralBlocks) {
  expect_same(draft_table(three_blocks()), kThreeEntries);
}

TEST(SortedTableReader, ReadsATableWithoutEntries) {
  expect_same(draft_table({}), {});
  expect_same(draft_table({{"a", draft_block("", {})}, {"b", draft_block("", {0})}}), {});
}

TEST(SortedTableReader, StepsOverBlocksWithoutEntries) {
  std::vector<DraftBlock> blocks = three_blocks();
  blocks.insert(blocks.begin() + 1, {"b2", draft_block("", {})});
  blocks.push_back({"g", draft_block("", {0})});
  expect_same(draft_table(blocks), kThreeEntries);
}

TEST(SortedTableReader, ReadsSnappyInAnyBlock) {
  std::vector<DraftBlock> blocks = three_blocks();
  blocks[1].stored = snappy_compress(bytes_of(blocks[1].stored));
  blocks[1].type = 1;
  expect_same(draft_table(blocks), kThreeEntries);
}

TEST(SortedTableReader, TakesABlockKeyEqualToItsLastKey) {
  expect_same(draft_table({{"a", one_entry_block("a")}, {"c", one_entry_block("c")}}),
              {{"a", "v"}, {"c", "v"}});
}

TEST(SortedTableReader, TakesBytesAfterAHandle) {
  std::vector<DraftBlock> blocks = three_blocks();
  blocks[2].index_value = draft_handle(36, 13) + "more";
  expect_same(draft_table(blocks), kThreeEntries);
}

TEST(SortedTableReader, EndsAVisitWithTheVisitorsError) {
  const std::string file = draft_table(three_blocks());
  const auto table = SortedTable::open(bytes_of(file));
  int seen = 0;
  const auto status = table->visit(0, table->block_count(), [&](const TableBlockCursor&) -> Status {
    if (++seen == 2) return Error{Code::kCorrupt, "", {}, "not this one"};
    return {};
  });
  EXPECT_TRUE(fails(status, Code::kCorrupt, {"not this one"}));
  EXPECT_EQ(seen, 2);
}

TEST(SortedTableReader, FindsWhatIsThereAndNothingElse) {
  const std::string file = draft_table(three_blocks());
  const auto table = SortedTable::open(bytes_of(file));
  ASSERT_TRUE(table.ok());
  TableCursor cursor = table->cursor();
  for (const char* key : {"e", "a", "c", "c"}) {
    const auto value = cursor.find(key);
    ASSERT_TRUE(value.ok() && value->has_value()) << key;
    EXPECT_EQ(text_of(**value), "v");
    EXPECT_EQ(cursor.key(), key);
  }
  for (const char* key : {"", "A", "aa", "b", "bb", "d", "f", "g"}) {
    const auto value = cursor.find(key);
    ASSERT_TRUE(value.ok()) << key;
    EXPECT_FALSE(value->has_value()) << key;
    EXPECT_FALSE(cursor.has_entry());
  }
}

TEST(SortedTableReader, GoesOnFromWhatItFound) {
  const std::string file = draft_table(three_blocks());
  const auto table = SortedTable::open(bytes_of(file));
  ASSERT_TRUE(table.ok());
  TableCursor cursor = table->cursor();
  ASSERT_TRUE(cursor.find("c").ok());
  ASSERT_TRUE(cursor.next().ok());
  EXPECT_EQ(cursor.key(), "e");
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(cursor.next().ok());
    EXPECT_FALSE(cursor.has_entry());
  }
  ASSERT_TRUE(cursor.find("b").ok());
  ASSERT_TRUE(cursor.next().ok());
  EXPECT_FALSE(cursor.has_entry());
  ASSERT_TRUE(cursor.find("a").ok());
  EXPECT_TRUE(cursor.has_entry());
}

TEST(SortedTableReader, KeepsCursorsValidWhenMoved) {
  std::string file = draft_table(three_blocks());
  auto table = SortedTable::open(bytes_of(file));
  ASSERT_TRUE(table.ok());
  TableCursor cursor = table->cursor();
  ASSERT_TRUE(cursor.next().ok());
  const SortedTable moved_table = std::move(table).value();
  TableCursor moved_cursor = std::move(cursor);
  EXPECT_EQ(moved_cursor.key(), "a");
  ASSERT_TRUE(moved_cursor.next().ok());
  EXPECT_EQ(moved_cursor.key(), "c");
}

// TensorFlow goes on with the next block and never tells.
TEST(SortedTableReader, StopsAtADamagedBlockForGood) {
  std::string file = draft_table(three_blocks());
  file[18] = 'x';
  const auto table = SortedTable::open(bytes_of(file));
  ASSERT_TRUE(table.ok());
  TableCursor cursor = table->cursor();
  ASSERT_TRUE(cursor.next().ok());
  EXPECT_EQ(cursor.key(), "a");
  for (int i = 0; i < 3; ++i) {
    const Status status = cursor.next();
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().message.find("block checksum mismatch at byte 18: "),
              std::string::npos);
    EXPECT_FALSE(cursor.has_entry());
  }
}

TEST(SortedTableReader, FindsKeysOfTheOtherBlocksBesideADamagedOne) {
  std::string file = draft_table(three_blocks());
  file[18] = 'x';
  const auto table = SortedTable::open(bytes_of(file));
  ASSERT_TRUE(table.ok());
  TableCursor cursor = table->cursor();
  for (int i = 0; i < 2; ++i) {
    for (const char* key : {"bb", "c", "d"}) EXPECT_FALSE(cursor.find(key).ok()) << key;
    EXPECT_FALSE(cursor.next().ok());
    for (const char* key : {"a", "e"}) EXPECT_TRUE(cursor.find(key).value().has_value()) << key;
    EXPECT_TRUE(cursor.next().ok());
  }
}

TEST(SortedTableReader, RefusesFilesShorterThanAFooter) {
  const std::string file = draft_table({});
  for (size_t size_bytes = 0; size_bytes < 48; ++size_bytes) {
    const Verdict verdict = read(file.substr(file.size() - size_bytes));
    EXPECT_EQ(verdict.code, Code::kCorrupt);
    EXPECT_EQ(verdict.reason, "cut-short");
    EXPECT_EQ(verdict.message, "file is too short to be an sstable: it has " +
                                   std::to_string(size_bytes) +
                                   " bytes, the footer alone has 48; file may be cut short");
  }
}

TEST(SortedTableReader, RefusesAnotherMagic) {
  std::string file = draft_table({});
  file.back() = '\x5b';
  expect_corrupt(
      file,
      "not an sstable (bad magic number): the last 8 bytes are 0x5b4775248b80fb57, expected "
      "0xdb4775248b80fb57; file may be cut short, or be no table");
}

TEST(SortedTableReader, RefusesAFooterWithoutHandles) {
  const std::string blocks(100, '\0');
  for (const std::string& handles :
       {std::string(40, '\x80'), draft_handle(0, 8) + std::string(38, '\x80'),
        draft_handle(0, 8) + from_hex("00") + std::string(10, '\xff') + std::string(20, '\0')}) {
    expect_corrupt(blocks + draft_footer(handles),
                   "bad block handle: footer at byte 100 does not begin with two handles");
  }
}

std::string bounds_message(uint64_t size_bytes, uint64_t offset_in_file, uint64_t footer_offset) {
  return "bad block handle: block of " + std::to_string(size_bytes) + " bytes at byte " +
         std::to_string(offset_in_file) +
         " and its trailer of 5 do not end before the footer, at byte " +
         std::to_string(footer_offset);
}

const std::vector<TableBlockHandle> kHandlesOutside = {
    {0, 96},         {0, 100},        {0, 148},        {96, 0},         {101, 0},
    {0, 1ull << 32}, {0, 1ull << 62}, {0, 1ull << 63}, {0, ~0ull - 4},  {0, ~0ull},
    {1ull << 63, 8}, {~0ull, 8},      {~0ull, ~0ull},  {~0ull - 12, 8}, {~0ull - 4, ~0ull},
};

TEST(SortedTableReader, RefusesFooterHandlesThatLeadOutside) {
  const std::string blocks(100, '\0');
  for (const auto& [offset_in_file, size_bytes] : kHandlesOutside) {
    const std::string outside = draft_handle(offset_in_file, size_bytes);
    const std::string message = bounds_message(size_bytes, offset_in_file, 100);
    expect_corrupt(blocks + draft_footer(draft_handle(0, 8) + outside), message);
    expect_corrupt(blocks + draft_footer(outside + draft_handle(0, 8)), message);
  }
}

TEST(SortedTableReader, RefusesAFooterAlone) {
  expect_corrupt(draft_footer(draft_handle(0, 8) + draft_handle(13, 8)), bounds_message(8, 0, 0));
}

TEST(SortedTableReader, RefusesIndexHandlesThatLeadOutside) {
  for (const auto& [offset_in_file, size_bytes] : kHandlesOutside) {
    const DraftBlock block = {"b", one_entry_block("a"), 0,
                              draft_handle(offset_in_file, size_bytes)};
    const std::string file = draft_table({block});
    // The footer may be elsewhere than the list was made for, so that the smallest still fit.
    if (offset_in_file < 200 && size_bytes < 200) continue;
    expect_corrupt(file, bounds_message(size_bytes, offset_in_file, file.size() - 48));
  }
  const std::string file = draft_table(three_blocks());
  const uint64_t most = file.size() - 48 - 36 - 5;
  std::vector<DraftBlock> blocks = three_blocks();
  blocks[2].index_value = draft_handle(36, most + 1);
  expect_corrupt(draft_table(blocks), bounds_message(most + 1, 36, file.size() - 48));
  blocks[2].index_value = draft_handle(36, most);
  EXPECT_NE(read(draft_table(blocks)).message.find("block checksum mismatch"), std::string::npos);
}

TEST(SortedTableReader, RefusesIndexEntriesWithoutAHandle) {
  for (const char* hex : {"", "00", "80", "0080", "80808080808080808080ff00"}) {
    const DraftBlock block = {"b", one_entry_block("a"), 0, from_hex(hex)};
    expect_corrupt(draft_table({block}), "bad block handle in block at byte 31: the " +
                                             std::to_string(from_hex(hex).size()) +
                                             " bytes of entry 'b' do not begin with one");
  }
}

TEST(SortedTableReader, RefusesBlocksThatOverlapOrGoBack) {
  std::vector<DraftBlock> blocks = three_blocks();
  blocks[1].index_value = draft_handle(0, 13);
  expect_corrupt(
      draft_table(blocks),
      "bad block handle: block at byte 0 begins before byte 18, where the one before it ends");
  blocks[1].index_value = draft_handle(17, 13);
  expect_corrupt(
      draft_table(blocks),
      "bad block handle: block at byte 17 begins before byte 18, where the one before it ends");
}

TEST(SortedTableReader, RefusesWrongChecksums) {
  const std::string file = draft_table({{"b", one_entry_block("a")}});
  for (const size_t offset : {0u, 12u, 13u, 14u, 17u, 31u}) {
    std::string damaged = file;
    damaged[offset] = static_cast<char>(damaged[offset] ^ 4);
    const Verdict verdict = read(damaged);
    EXPECT_EQ(verdict.code, Code::kCorrupt);
    EXPECT_EQ(verdict.reason, "checksum-mismatch");
    const std::string start = "block checksum mismatch at byte " +
                              std::to_string(offset < 18 ? 0 : 31) + ": CRC-32C of the block's 1";
    EXPECT_EQ(verdict.message.substr(0, start.size()), start);
  }
  std::string damaged = file;
  damaged.replace(14, 4, 4, '\0');
  expect_corrupt(damaged,
                 "block checksum mismatch at byte 0: CRC-32C of the block's 13 bytes and type is "
                 "0x0e37f735, the file says 0x8a942ebe");
}

TEST(SortedTableReader, RefusesUnknownBlockTypes) {
  for (const uint8_t type : std::to_array<uint8_t>({2, 7, 255})) {
    expect_corrupt(draft_table({{"b", one_entry_block("a"), type}}),
                   "bad block type at byte 0: block type is " + std::to_string(type) +
                       ", known are 0 (none) and 1 (Snappy)");
  }
}

TEST(SortedTableReader, RefusesDamagedSnappy) {
  expect_corrupt(
      draft_table({{"b", from_hex("03 08 61 62"), 1}}),
      "corrupted compressed block contents at byte 0: Snappy data of 4 bytes is damaged or does "
      "not give the 3 bytes it claims");
}

TEST(SortedTableReader, RefusesSnappyThatClaimsTooMuch) {
  expect_corrupt(
      draft_table({{"b", from_hex("ff ff ff ff 0f 00"), 1}}),
      "corrupted compressed block contents at byte 0: Snappy data of 6 bytes claims to give "
      "4294967295 bytes, it can give at most 132");
}

TEST(SortedTableReader, NamesTheBlockThatIsWrong) {
  std::vector<DraftBlock> blocks = three_blocks();
  blocks[1].stored = from_hex("00 00");
  expect_corrupt(draft_table(blocks),
                 "bad block contents at byte 18: block has 2 bytes, its restart count alone has 4");
  blocks[1].stored = draft_block(from_hex("00 f0ffffff0f 20") + std::string(64, 'x'), {0});
  expect_corrupt(
      draft_table(blocks),
      "bad entry in block at byte 18: entry at byte 0 of it needs 4294967280 bytes of key and 32 "
      "of value, 64 are left");
}

TEST(SortedTableReader, GivesNoEntryOfABlockThatIsWrongFurtherOn) {
  const std::string entries = draft_entry(0, "a", "v") + draft_entry(0, "c", "v");
  for (const std::string& block :
       {draft_block(entries + draft_entry(0, "b", "v"), {0}), draft_block(entries, {0, 10})}) {
    const std::string file = draft_table({{"d", block}});
    const auto table = SortedTable::open(bytes_of(file));
    ASSERT_TRUE(table.ok());
    TableCursor cursor = table->cursor();
    EXPECT_FALSE(cursor.next().ok());
    EXPECT_FALSE(cursor.find("a").ok());
  }
}

// As another process can do to a mapped file, after all checks.
TEST(SortedTableReader, NoticesSizesThatChangeUnderIt) {
  std::string file =
      draft_table({{"d", draft_block(draft_entry(0, "a", "v") + draft_entry(0, "c", "v"), {0})}});
  const auto table = SortedTable::open(bytes_of(file));
  ASSERT_TRUE(table.ok());
  TableCursor cursor = table->cursor();
  ASSERT_TRUE(cursor.next().ok());
  file[5 + 2] = '\x7f';
  EXPECT_FALSE(cursor.next().ok());
  EXPECT_FALSE(cursor.has_entry());
}

TEST(SortedTableReader, RefusesAnIndexOutOfOrder) {
  std::vector<DraftBlock> blocks = three_blocks();
  blocks[1].index_key = "b";
  expect_corrupt(draft_table(blocks),
                 "bad entry in block at byte 67: key 'b' does not come after 'b'");
}

TEST(SortedTableReader, RefusesKeysBelowWhatTheIndexSays) {
  std::vector<DraftBlock> blocks = three_blocks();
  for (const char* key : {"b", "a", "A"}) {
    blocks[1].stored = one_entry_block(key);
    expect_corrupt(draft_table(blocks), "bad entry in block at byte 18: first key '" +
                                            std::string(key) +
                                            "' is not above the index key of the block before");
  }
}

TEST(SortedTableReader, RefusesKeysAboveWhatTheIndexSays) {
  std::vector<DraftBlock> blocks = three_blocks();
  blocks[1].stored = one_entry_block("e");
  expect_corrupt(draft_table(blocks),
                 "bad entry in block at byte 18: last key 'e' is above the block's index key 'd'");
  // So does a search that comes to the block; what it decoded there is not taken for another block.
  const std::string file = draft_table(blocks);
  const auto table = SortedTable::open(bytes_of(file));
  ASSERT_TRUE(table.ok());
  TableCursor cursor = table->cursor();
  for (const char* key : {"a", "a", "e", "e"}) {
    EXPECT_TRUE(cursor.find(key).value().has_value()) << key;
    EXPECT_EQ(cursor.key(), key);
    EXPECT_FALSE(cursor.find("d").ok());
  }
}

}  // namespace
}  // namespace holdall
