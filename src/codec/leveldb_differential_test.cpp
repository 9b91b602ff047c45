// Our tables against those of LevelDB, from which TensorFlow took its own: equal bytes from both
// writers, equal entries to both readers.
#include <gtest/gtest.h>
#include <leveldb/env.h>
#include <leveldb/iterator.h>
#include <leveldb/options.h>
#include <leveldb/table.h>
#include <leveldb/table_builder.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>

#include "codec/sorted_table_testing.h"

namespace holdall {
namespace {

class StringSink : public leveldb::WritableFile {
 public:
  leveldb::Status Append(const leveldb::Slice& data) override {
    contents.append(data.data(), data.size());
    return {};
  }
  leveldb::Status Close() override { return {}; }
  leveldb::Status Flush() override { return {}; }
  leveldb::Status Sync() override { return {}; }

  std::string contents;
};

class StringSource : public leveldb::RandomAccessFile {
 public:
  explicit StringSource(std::string_view contents) : contents_(contents) {}

  leveldb::Status Read(uint64_t offset, size_t n, leveldb::Slice* result,
                       char* scratch) const override {
    if (offset > contents_.size()) return leveldb::Status::IOError("read past the end");
    const size_t size_bytes = std::min(n, contents_.size() - offset);
    std::memcpy(scratch, contents_.data() + offset, size_bytes);
    *result = leveldb::Slice(scratch, size_bytes);
    return {};
  }

 private:
  std::string_view contents_;
};

leveldb::Slice slice_of(std::string_view text) {
  return {text.data(), text.size()};
}

// With TensorFlow's own rule, that a large entry begins a block, put in from outside.
std::string write_by_leveldb(const OwnedEntries& entries, const TableWriterOptions& options) {
  leveldb::Options theirs;
  theirs.block_size = options.block_size_bytes;
  theirs.block_restart_interval = static_cast<int>(options.restart_interval);
  theirs.compression = options.compression == TableCompression::kSnappy
                           ? leveldb::kSnappyCompression
                           : leveldb::kNoCompression;
  StringSink sink;
  leveldb::TableBuilder builder(theirs, &sink);
  for (const OwnedEntry& entry : entries) {
    const uint64_t size_bytes = entry.key.size() + entry.value.size();
    if (builder.NumEntries() > 0 && size_bytes >= 2 * options.block_size_bytes) builder.Flush();
    builder.Add(slice_of(entry.key), slice_of(entry.value));
  }
  EXPECT_TRUE(builder.Finish().ok());
  return sink.contents;
}

// Nothing if LevelDB refuses the file, in part or as a whole. Each key is sought, too.
std::optional<OwnedEntries> read_by_leveldb(std::string_view file) {
  leveldb::Options options;
  options.paranoid_checks = true;
  leveldb::ReadOptions read_options;
  read_options.verify_checksums = true;
  StringSource source(file);
  leveldb::Table* opened = nullptr;
  if (!leveldb::Table::Open(options, &source, file.size(), &opened).ok()) return std::nullopt;
  const std::unique_ptr<leveldb::Table> table(opened);
  const std::unique_ptr<leveldb::Iterator> iterator(table->NewIterator(read_options));
  OwnedEntries entries;
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    entries.push_back({iterator->key().ToString(), iterator->value().ToString()});
  }
  for (const OwnedEntry& entry : entries) {
    iterator->Seek(slice_of(entry.key));
    EXPECT_TRUE(iterator->Valid() && iterator->value() == slice_of(entry.value));
  }
  if (!iterator->status().ok()) return std::nullopt;
  return entries;
}

class RandomEntries {
 public:
  explicit RandomEntries(uint64_t seed) : random_(seed) {}

  uint64_t below(uint64_t limit) { return random_() % limit; }

  OwnedEntries make(uint64_t block_size_bytes) {
    std::vector<std::string> keys;
    const std::string prefix = make_bytes(below(3) == 0 ? 300 : 12);
    const uint64_t count = below(3) == 0 ? below(4) : below(400);
    for (uint64_t i = 0; i < count; ++i) keys.push_back(make_key(prefix));
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    OwnedEntries entries;
    for (const std::string& key : keys) entries.push_back({key, make_value(key, block_size_bytes)});
    return entries;
  }

 private:
  std::string make_bytes(uint64_t max_size_bytes) {
    const uint64_t letters = below(2) == 0 ? 3 : 256;
    std::string bytes(below(max_size_bytes + 1), '\0');
    for (char& c : bytes) c = static_cast<char>(below(4) == 0 ? 0xff - below(2) : below(letters));
    return bytes;
  }

  std::string make_key(const std::string& prefix) {
    switch (below(4)) {
      case 0: return make_bytes(4);
      case 1: return prefix.substr(0, below(prefix.size() + 1));
      case 2: return prefix + make_bytes(20);
      default: return "layer_" + std::to_string(below(1000)) + "/weights";
    }
  }

  // At times just below, at or above the size from which on an entry begins a block.
  std::string make_value(const std::string& key, uint64_t block_size_bytes) {
    const uint64_t threshold = 2 * block_size_bytes;
    switch (below(20)) {
      case 0: return std::string(threshold - std::min(threshold, key.size() + below(2)), 'v');
      case 1: return make_bytes(threshold + 10);
      case 2: return std::string(block_size_bytes, 'v');
      default: return make_bytes(40);
    }
  }

  std::mt19937_64 random_;
};

constexpr uint64_t kBlockSizes[] = {1, 20, 100, 512, 4096, 262144};
constexpr uint32_t kRestartIntervals[] = {1, 2, 16, 1000};

class LevelDbDifferential : public testing::TestWithParam<TableCompression> {};

TEST_P(LevelDbDifferential, WritersGiveEqualBytesAndReadersEqualEntries) {
  size_t entry_count = 0;
  for (uint64_t seed = 0; seed < 600; ++seed) {
    RandomEntries random(seed);
    const TableWriterOptions options = {.block_size_bytes = kBlockSizes[seed % 6],
                                        .restart_interval = kRestartIntervals[random.below(4)],
                                        .compression = GetParam()};
    const OwnedEntries entries = random.make(std::min<uint64_t>(options.block_size_bytes, 4096));
    const auto ours = write_table(entries, options);
    const std::string theirs = write_by_leveldb(entries, options);
    ASSERT_TRUE(ours.ok());
    ASSERT_TRUE(*ours == theirs) << "seed " << seed;
    const auto read_by_us = read_table(theirs);
    ASSERT_TRUE(read_by_us.ok()) << "seed " << seed << ": " << read_by_us.error().message;
    ASSERT_TRUE(*read_by_us == entries) << "seed " << seed;
    const auto read_by_them = read_by_leveldb(*ours);
    ASSERT_TRUE(read_by_them && *read_by_them == entries) << "seed " << seed;
    entry_count += entries.size();
  }
  EXPECT_GT(entry_count, 20000u);
}

// At TensorFlow's own block size, where the sizes above do not come near the threshold.
TEST_P(LevelDbDifferential, AgreeAboutLargeEntriesAtTheDefaultBlockSize) {
  for (const size_t size_bytes : {524286u, 524287u, 524288u, 1048576u}) {
    const OwnedEntries entries = {
        {"a", "first"}, {"b", std::string(size_bytes - 1, 'v')}, {"c", "last"}};
    const TableWriterOptions options = {.compression = GetParam()};
    const auto ours = write_table(entries, options);
    ASSERT_TRUE(ours.ok());
    EXPECT_TRUE(*ours == write_by_leveldb(entries, options)) << size_bytes;
    EXPECT_EQ(read_by_leveldb(*ours), entries);
  }
}

// What LevelDB still reads of a damaged file, we read too, and to the same entries.
TEST_P(LevelDbDifferential, ReadersAgreeAboutDamageThatGoesUnnoticed) {
  RandomEntries random(7);
  const OwnedEntries entries = random.make(100);
  const std::string file = write_table(entries, {100, 16, GetParam()}).value();
  size_t unnoticed = 0;
  for (size_t offset = 0; offset < file.size(); ++offset) {
    std::string damaged = file;
    damaged[offset] = static_cast<char>(damaged[offset] ^ 1 << random.below(8));
    const auto theirs = read_by_leveldb(damaged);
    if (!theirs) continue;
    ++unnoticed;
    const auto ours = read_table(damaged);
    EXPECT_TRUE(ours.ok() && *ours == *theirs) << offset;
  }
  EXPECT_GT(unnoticed, 0u);
}

INSTANTIATE_TEST_SUITE_P(Compression, LevelDbDifferential,
                         testing::Values(TableCompression::kNone, TableCompression::kSnappy));

}  // namespace
}  // namespace holdall
