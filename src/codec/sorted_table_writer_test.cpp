#include "codec/sorted_table_writer.h"

#include <gtest/gtest.h>

#include "codec/sorted_table_testing.h"

namespace holdall {
namespace {

// Keys and handles of the index block of a file that write_table() gave.
struct IndexEntry {
  std::string key;
  uint64_t offset_in_file;
  uint64_t size_bytes;
  bool operator==(const IndexEntry&) const = default;
};

std::vector<IndexEntry> read_index(std::string_view file) {
  ByteCursor footer(bytes_of(file.substr(file.size() - 48)));
  uint64_t handles[4] = {};
  for (uint64_t& number : handles) number = footer.read_varint64().value_or(0);
  const auto block = TableBlock::parse(bytes_of(file.substr(handles[2], handles[3])), handles[2]);
  std::vector<IndexEntry> entries;
  TableBlockCursor cursor(block.value());
  while (cursor.next().ok() && cursor.has_entry()) {
    ByteCursor handle(cursor.value());
    const uint64_t offset_in_file = handle.read_varint64().value_or(0);
    entries.push_back(
        {std::string(cursor.key()), offset_in_file, handle.read_varint64().value_or(0)});
  }
  return entries;
}

std::vector<IndexEntry> index_of(const OwnedEntries& entries, const TableWriterOptions& options) {
  const auto file = write_table(entries, options);
  if (!file.ok()) return {};
  const auto read = read_table(*file);
  EXPECT_TRUE(read.ok() && *read == entries);
  return read_index(*file);
}

std::vector<std::string> index_keys(const OwnedEntries& entries) {
  std::vector<std::string> keys;
  for (const IndexEntry& entry : index_of(entries, {.block_size_bytes = 1}))
    keys.push_back(entry.key);
  return keys;
}

TEST(SortedTableWriter, WritesATableWithoutEntries) {
  const auto file = write_table({});
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(*file, draft_table({}));
}

TEST(SortedTableWriter, SeparatesBlocksByAShortKey) {
  using Keys = std::vector<std::string>;
  EXPECT_EQ(index_keys({{"abc", ""}, {"axz", ""}}), (Keys{"ac", "b"}));
  EXPECT_EQ(index_keys({{"abc", ""}, {"acz", ""}}), (Keys{"abc", "b"}));
  EXPECT_EQ(index_keys({{"ab", ""}, {"abc", ""}}), (Keys{"ab", "b"}));
  EXPECT_EQ(index_keys({{"", ""}, {"a", ""}}), (Keys{"", "b"}));
  EXPECT_EQ(index_keys({{"a\x7f", ""}, {"a\x81", ""}}), (Keys{"a\x80", "b"}));
  EXPECT_EQ(index_keys({{"a\xfd", ""}, {"a\xff", ""}}), (Keys{"a\xfe", "b"}));
  EXPECT_EQ(index_keys({{"a\xfe", ""}, {"a\xff", ""}}), (Keys{"a\xfe", "b"}));
}

TEST(SortedTableWriter, EndsTheIndexWithAShortKey) {
  using Keys = std::vector<std::string>;
  EXPECT_EQ(index_keys({{"counter", ""}}), (Keys{"d"}));
  EXPECT_EQ(index_keys({{"_CHECKPOINTABLE_OBJECT_GRAPH", ""}}), (Keys{"`"}));
  EXPECT_EQ(index_keys({{from_hex("0062000100"), ""}}), (Keys{"\x01"}));
  EXPECT_EQ(index_keys({{"", ""}}), (Keys{""}));
  EXPECT_EQ(index_keys({{"\xff\xff", ""}}), (Keys{"\xff\xff"}));
  EXPECT_EQ(index_keys({{"\xff\x61zz", ""}}), (Keys{"\xff\x62"}));
}

// An entry takes 3 + 1 + value bytes, the restarts 8: with 52 bytes of value a block has 64.
TEST(SortedTableWriter, EndsABlockOnceItHasItsSize) {
  const OwnedEntries entries = {{"a", std::string(52, 'v')}, {"b", std::string(52, 'v')}};
  using Index = std::vector<IndexEntry>;
  EXPECT_EQ(index_of(entries, {.block_size_bytes = 64}), (Index{{"a", 0, 64}, {"c", 69, 64}}));
  EXPECT_EQ(index_of(entries, {.block_size_bytes = 65}), (Index{{"c", 0, 120}}));
}

TEST(SortedTableWriter, BeginsABlockWithALargeEntry) {
  using Index = std::vector<IndexEntry>;
  const auto with_value = [](size_t value_size_bytes) {
    return OwnedEntries{{"a", ""}, {"b", std::string(value_size_bytes, 'v')}, {"c", ""}};
  };
  // Key and value of 199 and 200 bytes, that is below and at twice the block size.
  EXPECT_EQ(index_of(with_value(198), {.block_size_bytes = 100}),
            (Index{{"b", 0, 215}, {"d", 220, 12}}));
  EXPECT_EQ(index_of(with_value(199), {.block_size_bytes = 100}),
            (Index{{"a", 0, 12}, {"b", 17, 212}, {"d", 234, 12}}));
}

TEST(SortedTableWriter, BeginsATableWithALargeEntryToo) {
  using Index = std::vector<IndexEntry>;
  EXPECT_EQ(index_of({{"a", std::string(1000, 'v')}}, {.block_size_bytes = 100}),
            (Index{{"b", 0, 1013}}));
}

TEST(SortedTableWriter, StartsAnewAtEachRestart) {
  const OwnedEntries entries = {{"xa", "1"}, {"xb", "2"}, {"xc", "3"}, {"xd", "4"}, {"xe", "5"}};
  const auto file = write_table(entries, {.restart_interval = 2});
  ASSERT_TRUE(file.ok());
  const std::string block =
      draft_block(draft_entry(0, "xa", "1") + draft_entry(1, "b", "2") + draft_entry(0, "xc", "3") +
                      draft_entry(1, "d", "4") + draft_entry(0, "xe", "5"),
                  {0, 11, 22});
  EXPECT_EQ(file->substr(0, block.size()), block);
}

TEST(SortedTableWriter, StoresABlockRawUnlessSnappySavesAnEighth) {
  const TableWriterOptions snappy = {.compression = TableCompression::kSnappy};
  // Noise that Snappy cannot shrink and a run of which little is left: at some length of the run an
  // eighth of the whole is saved.
  std::string noise;
  for (uint32_t i = 0; i < 1000; ++i) noise += static_cast<char>(i * i * 7919 >> 5);
  int raw = 0;
  int compressed = 0;
  for (size_t run = 0; run < 300; ++run) {
    const OwnedEntries entries = {{"a", noise + std::string(run, 'x')}};
    const std::string file = write_table(entries, snappy).value();
    const auto read = read_table(file);
    ASSERT_TRUE(read.ok() && *read == entries) << run;
    const std::string plain = write_table(entries).value();
    const uint64_t raw_bytes = read_index(plain)[0].size_bytes;
    const uint64_t stored_bytes = read_index(file)[0].size_bytes;
    const char type = file[stored_bytes];
    EXPECT_EQ(type == 0 ? stored_bytes == raw_bytes : stored_bytes < raw_bytes - raw_bytes / 8,
              true);
    ++(type == 0 ? raw : compressed);
  }
  EXPECT_GT(raw, 0);
  EXPECT_GT(compressed, 0);
}

TEST(SortedTableWriter, ReadsBackManyShapesOfTables) {
  OwnedEntries entries = {{"", "header"}};
  for (int i = 1000; i < 3000; ++i) {
    entries.push_back({"scope/layer_" + std::to_string(i / 100) + "/" + std::to_string(i),
                       std::string(static_cast<size_t>(i % 50), static_cast<char>(i))});
  }
  for (const uint64_t block_size_bytes : {0u, 1u, 100u, 1000u, 4096u, 1u << 20}) {
    for (const uint32_t restart_interval : {1u, 2u, 16u, 5000u}) {
      for (const auto compression : {TableCompression::kNone, TableCompression::kSnappy}) {
        const auto file = write_table(entries, {block_size_bytes, restart_interval, compression});
        ASSERT_TRUE(file.ok());
        const auto read = read_table(*file);
        ASSERT_TRUE(read.ok()) << read.error().message;
        EXPECT_TRUE(*read == entries) << block_size_bytes << " " << restart_interval;
      }
    }
  }
}

Status ignore(std::span<const std::byte>) {
  return {};
}

TEST(SortedTableWriter, RefusesKeysOutOfOrder) {
  std::string file;
  SortedTableWriter writer([&file](std::span<const std::byte> bytes) -> Status {
    file += text_of(bytes);
    return {};
  });
  ASSERT_TRUE(writer.add("b", {}).ok());
  for (const char* key : {"b", "a", ""}) {
    const Status status = writer.add(key, {});
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, Code::kInvalidArgument);
    EXPECT_EQ(status.error().message,
              "table key '" + std::string(key) +
                  "' is not above 'b', added before it; keys must be in order and "
                  "unique");
  }
  EXPECT_EQ(writer.entry_count(), 1u);
  ASSERT_TRUE(writer.add("c", {}).ok());
  ASSERT_TRUE(writer.finish().ok());
  EXPECT_EQ(file, write_table({{"b", ""}, {"c", ""}}).value());
}

TEST(SortedTableWriter, RefusesASecondEmptyKey) {
  SortedTableWriter writer(ignore);
  ASSERT_TRUE(writer.add("", {}).ok());
  EXPECT_FALSE(writer.add("", {}).ok());
}

TEST(SortedTableWriter, RefusesSizesThatTheFormatCannotState) {
  const char byte = 'x';
  const size_t too_many = size_t{1} << 32;  // of which none is looked at
  SortedTableWriter writer(ignore);
  const Status key = writer.add({&byte, too_many}, {});
  ASSERT_FALSE(key.ok());
  EXPECT_EQ(key.error().code, Code::kInvalidArgument);
  EXPECT_EQ(key.error().message,
            "table entry has 4294967296 bytes of key and 0 of value, each can have 4294967295");
  const Status value = writer.add("a", bytes_of({&byte, too_many}));
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.error().message,
            "table entry has 1 bytes of key and 4294967296 of value, each can have 4294967295");
}

TEST(SortedTableWriter, RefusesCallsAfterTheEnd) {
  SortedTableWriter writer(ignore);
  ASSERT_TRUE(writer.add("a", {}).ok());
  ASSERT_TRUE(writer.finish().ok());
  for (const Status& status : {writer.add("b", {}), writer.finish()}) {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, Code::kInvalidArgument);
    EXPECT_EQ(status.error().message, "table with 1 entries is finished already");
  }
}

// Whichever write fails, its error comes back then and from every later call, and nothing follows.
TEST(SortedTableWriter, PassesOnAnErrorOfItsSink) {
  int writes_left = 0;
  int writes_after_failure = 0;
  const auto sink = [&](std::span<const std::byte>) -> Status {
    if (writes_left == 0) return Error{Code::kIo, {}, {}, "disk is full"};
    if (writes_left < 0) ++writes_after_failure;
    --writes_left;
    return {};
  };
  // Three data blocks, the metaindex and the index block, each with its trailer; and the footer.
  for (int failing_write = 0; failing_write < 11; ++failing_write) {
    writes_left = failing_write;
    SortedTableWriter writer(sink, {.block_size_bytes = 1});
    Status status;
    for (const char* key : {"a", "b", "c"}) {
      if (status.ok()) status = writer.add(key, {});
    }
    if (status.ok()) status = writer.finish();
    ASSERT_FALSE(status.ok()) << failing_write;
    writes_left = -1;
    for (const Status& later : {status, writer.add("d", {}), writer.finish()}) {
      ASSERT_FALSE(later.ok());
      EXPECT_EQ(later.error().code, Code::kIo);
      EXPECT_EQ(later.error().message, "disk is full");
    }
  }
  EXPECT_EQ(writes_after_failure, 0);
  writes_left = 11;
  SortedTableWriter writer(sink, {.block_size_bytes = 1});
  for (const char* key : {"a", "b", "c"}) EXPECT_TRUE(writer.add(key, {}).ok());
  EXPECT_TRUE(writer.finish().ok());
}

}  // namespace
}  // namespace holdall
