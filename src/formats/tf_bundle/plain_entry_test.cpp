#include "formats/tf_bundle/plain_entry.h"

#include <gtest/gtest.h>

#include "codec/sorted_table_layout.h"
#include "formats/tf_bundle/tf_bundle_layout.h"

namespace holdall::tf_bundle {
namespace {

Entry entry_of(std::vector<int64_t> dims) {
  Entry entry;
  entry.dtype_code = 1;
  entry.shape = Shape(std::move(dims));
  entry.shard = 3;
  entry.offset = int64_t{1} << 40;
  entry.size_bytes = 24;
  entry.masked_crc32c = 0xdeadbeef;
  return entry;
}

std::optional<PlainEntry> parse(const std::string& message) {
  PlainEntry entry;
  if (!parse_plain_entry(bytes_of(message), entry)) return std::nullopt;
  return entry;
}

TEST(PlainEntry, ReadsWhatTheWriterWrites) {
  const auto entry = parse(encode_entry(entry_of({2, 0, 300})));
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->dtype_code, 1u);
  EXPECT_EQ(Shape(entry->shape()), Shape({2, 0, 300}));
  EXPECT_EQ(entry->shard, 3u);
  EXPECT_EQ(entry->offset, uint64_t{1} << 40);
  EXPECT_EQ(entry->size_bytes, 24u);
  EXPECT_EQ(entry->masked_crc32c, 0xdeadbeef);
}

TEST(PlainEntry, TakesWhatIsLeftOutForZero) {
  const auto entry = parse("");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->dtype_code, 0u);
  EXPECT_EQ(entry->rank, 0u);
  EXPECT_EQ(entry->masked_crc32c, 0u);
}

TEST(PlainEntry, LeavesToOthersWhatIsNotPlain) {
  EXPECT_FALSE(parse(encode_entry(entry_of({1, 1, 1, 1, 1, 1, 1, 1, 1}))));  // nine dimensions
  Entry sliced = entry_of({4});
  sliced.slices.push_back({{0}, {2}});
  EXPECT_FALSE(parse(encode_entry(sliced)));
  const std::string plain = encode_entry(entry_of({4}));
  EXPECT_FALSE(parse(plain + plain));
  EXPECT_FALSE(parse("\x20\x01\x18\x01"));                              // out of order
  EXPECT_FALSE(parse("\x48\x01"));                                      // a later field
  EXPECT_FALSE(parse("\x0a\x01\x01"));                                  // a number as bytes
  EXPECT_FALSE(parse("\x12\x02\x18\x01"));                              // of unknown rank
  EXPECT_FALSE(parse("\x12\x06\x12\x04\x08\x01\x12\x00"));              // a dim with a name
  EXPECT_FALSE(parse("\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));  // a negative offset
  EXPECT_FALSE(parse("\x18\xff\xff\xff\xff\x0f"));                      // a negative shard
}

TEST(PlainEntry, RefusesEveryCutEntryThatEndsInAField) {
  const std::string whole = encode_entry(entry_of({300, 2}));
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    if (!parse(cut)) continue;
    const auto slowly = parse_entry(bytes_of(cut));
    EXPECT_TRUE(slowly.ok()) << size;
  }
  EXPECT_FALSE(parse(whole.substr(0, whole.size() - 1)));
}

}  // namespace
}  // namespace holdall::tf_bundle
