// Indexes put together entry by entry: what TensorFlow never writes, some of it legal.
#include "formats/tf_bundle/tf_bundle_reader.h"

#include <gtest/gtest.h>

#include "checksum/crc32c.h"
#include "codec/sorted_table_layout.h"
#include "codec/sorted_table_testing.h"  // from_hex
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_common/tf_slice_key.h"
#include "holdall/checkpoint.h"
#include "support/allocation_meter.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using tf_bundle::Entry;

constexpr uint64_t kFloat = 1;
constexpr uint64_t kString = 7;

std::string floats(int first, int count) {
  const Tensor tensor = counting_tensor({count}, static_cast<float>(first));
  return std::string(text_of(tensor.bytes()));
}

// The entry of all of `bytes`, which stand `offset` bytes into the first data file.
Entry entry_of(uint64_t dtype_code, Shape shape, std::string_view bytes, int64_t offset = 0) {
  return {dtype_code, std::move(shape),  0,
          offset,     std::ssize(bytes), crc32c_mask(crc32c(bytes_of(bytes))),
          {}};
}

class TfBundleReader : public testing::Test {
 protected:
  void add(const std::string& key, const Entry& entry) {
    entries_.emplace(key, tf_bundle::encode_entry(entry));
  }

  // A part of the partitioned tensor `name`.
  void add_slice(const std::string& name, const Box& slice, const Entry& entry) {
    add(encode_slice_key(name, slice), entry);
  }

  Result<Checkpoint> open() const {
    write_file(*storage_, "m.index", draft_index({entries_.begin(), entries_.end()}));
    write_file(*storage_, "m.data-00000-of-00001", data_);
    return Checkpoint::open("m", {storage_});
  }

  Result<Tensor> read(const std::string& name) const {
    const auto checkpoint = open();
    EXPECT_TRUE(is_ok(checkpoint));
    return checkpoint->read(name);
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
  std::map<std::string, std::string> entries_ = {{"", std::string(kPlainHeader)}};
  std::string data_ = floats(0, 12);
};

TEST_F(TfBundleReader, NeedsAHeader) {
  entries_.clear();
  EXPECT_TRUE(fails(open(), Code::kCorrupt, {"m.index: the index has no entries"}));
  add("a", entry_of(kFloat, {1}, floats(0, 1)));
  EXPECT_TRUE(fails(open(), Code::kCorrupt, {"the index begins with key 'a'"}));
  entries_[""] = "\x08";
  EXPECT_TRUE(fails(open(), Code::kCorrupt, {"m.index: the header cannot be used: varint"}));
}

TEST_F(TfBundleReader, ListsWhatItCannotReadAndReadsTheRest) {
  add("good", entry_of(kFloat, {2}, floats(1, 2), 4));
  add("later", entry_of(77, {2}, floats(0, 2)));
  add("none", entry_of(0, {2}, floats(0, 2)));
  add("variant", entry_of(21, {}, "12345"));
  add("resource", entry_of(20, {}, "12345"));
  entries_["garbage"] = "\xff";
  const auto checkpoint = open();
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(checkpoint->catalog().count(), 6u);
  EXPECT_EQ(*checkpoint->read("good"), counting_tensor({2}, 1));
  EXPECT_TRUE(fails(checkpoint->read("later"), Code::kUnsupported,
                    {"m.index: tensor 'later': TensorFlow's element type 77 is not known here"}));
  EXPECT_TRUE(fails(checkpoint->read("none"), Code::kUnsupported, {"element type 0"}));
  EXPECT_TRUE(fails(checkpoint->read("variant"), Code::kUnsupported,
                    {"elements of dtype variant are TensorFlow objects"}));
  EXPECT_TRUE(fails(checkpoint->read("resource"), Code::kUnsupported, {"dtype resource"}));
  EXPECT_TRUE(fails(checkpoint->read("garbage"), Code::kCorrupt, {"the entry cannot be used"}));
  EXPECT_EQ(checkpoint->catalog().find("later")->dtype, DType::kUnknown);
  EXPECT_EQ(checkpoint->catalog().find("variant")->shape, Shape({}));
}

TEST_F(TfBundleReader, RefusesExtentsThatCannotBe) {
  const auto changed = [&](auto&& change) {
    Entry entry = entry_of(kFloat, {2}, floats(0, 2));
    change(entry);
    return tf_bundle::encode_entry(entry);
  };
  entries_["negative"] = changed([](Entry& entry) { entry.offset = -8; });
  entries_["size"] = changed([](Entry& entry) { entry.size_bytes = -8; });
  entries_["larger"] = changed([](Entry& entry) { entry.size_bytes = 9; });
  entries_["smaller"] = changed([](Entry& entry) { entry.size_bytes = 4; });
  entries_["shard"] = changed([](Entry& entry) { entry.shard = 1; });
  entries_["shard_below"] = changed([](Entry& entry) { entry.shard = -1; });
  entries_["far"] = changed([](Entry& entry) { entry.offset = INT64_MAX; });
  entries_["end"] = changed([](Entry& entry) { entry.offset = 41; });
  EXPECT_TRUE(fails(read("negative"), Code::kCorrupt, {"the entry has offset -8 and size 8"}));
  EXPECT_TRUE(fails(read("size"), Code::kCorrupt, {"offset 0 and size -8"}));
  EXPECT_TRUE(fails(read("larger"), Code::kCorrupt,
                    {"Invalid size in bundle entry: stored size 9; expected size 8"}));
  EXPECT_TRUE(fails(read("smaller"), Code::kCorrupt, {"stored size 4; expected size 8"}));
  EXPECT_TRUE(fails(read("shard"), Code::kCorrupt, {"in data file 1, the checkpoint has 1"}));
  EXPECT_TRUE(fails(read("shard_below"), Code::kCorrupt, {"in data file -1"}));
  EXPECT_TRUE(fails(read("far"), Code::kCorrupt,
                    {"its 8 bytes at byte 9223372036854775807 reach past the end"}));
  EXPECT_TRUE(fails(read("end"), Code::kCorrupt, {"which has 48 bytes"}));
}

TEST_F(TfBundleReader, RefusesShapesThatTheFileCannotHold) {
  Entry large = entry_of(kFloat, {int64_t{1} << 40}, "");
  large.size_bytes = int64_t{1} << 42;
  add("large", large);
  add("wrapping", entry_of(kFloat, {int64_t{1} << 62}, ""));
  Entry many_strings = entry_of(kString, {int64_t{1} << 40}, "");
  many_strings.size_bytes = (int64_t{1} << 40) + 4;
  add("strings", many_strings);
  const AllocationMeter meter;
  EXPECT_TRUE(fails(read("large"), Code::kCorrupt, {"reach past the end of the file"}));
  EXPECT_TRUE(fails(read("wrapping"), Code::kCorrupt,
                    {"shape [4611686018427387904] of float32 is negative or too large"}));
  EXPECT_TRUE(fails(read("strings"), Code::kCorrupt, {"reach past the end of the file"}));
  EXPECT_LT(meter.peak_bytes(), 64u * 1024);
}

TEST_F(TfBundleReader, ComparesAChecksumThatIsAbsentWithZero) {
  Entry entry = entry_of(kFloat, {2}, floats(0, 2));
  entry.masked_crc32c = 0;
  add("a", entry);
  EXPECT_TRUE(fails(read("a"), Code::kCorrupt, {"Checksum does not match: stored"}));
}

TEST_F(TfBundleReader, ReadsEntriesOverTheSameBytes) {
  add("a", entry_of(kFloat, {12}, floats(0, 12)));
  add("b", entry_of(kFloat, {3, 2}, floats(2, 6), 8));
  add("c", entry_of(4, {3}, std::string_view(data_).substr(5, 3), 5));
  EXPECT_EQ(*read("a"), counting_tensor({12}));
  EXPECT_EQ(*read("b"), counting_tensor({3, 2}, 2));
  EXPECT_EQ(read("c")->dtype(), DType::kU8);
}

TEST_F(TfBundleReader, NamesOnlyTheDataFilesThatAreUsed) {
  entries_[""] = tf_bundle::encode_header({100'000, ByteOrder::kLittle});
  Entry entry = entry_of(kFloat, {2}, floats(1, 2));
  entry.shard = 70'000;
  add("a", entry);
  write_file(*storage_, "m.data-70000-of-100000", floats(1, 2));
  EXPECT_EQ(open()->catalog().files(), std::vector<std::string>{"m.data-70000-of-100000"});
  EXPECT_EQ(*read("a"), counting_tensor({2}, 1));
}

// How TensorFlow spells one string, "hello".
constexpr std::string_view kHello = "05d9c69c4368656c6c6f";

TEST_F(TfBundleReader, WantsStringsToFillTheirEntry) {
  data_ = from_hex(kHello) + "more";
  Entry entry = entry_of(kString, {}, from_hex(kHello));
  entry.masked_crc32c = 0x29c0e0ec;
  add("exact", entry);
  entry.size_bytes = 11;
  add("longer", entry);
  entry.size_bytes = 9;
  add("shorter", entry);
  entry.size_bytes = 4;
  add("tiny", entry);
  EXPECT_EQ(*read("exact"), strings_tensor({}, {"hello"}));
  EXPECT_TRUE(fails(read("longer"), Code::kCorrupt,
                    {"m.data-00000-of-00001: tensor 'longer': the strings' lengths add up to 5 "
                     "bytes, the entry has 6 for them"}));
  EXPECT_TRUE(fails(read("shorter"), Code::kCorrupt, {"add up to 5 bytes, the entry has 4"}));
  EXPECT_TRUE(fails(read("tiny"), Code::kCorrupt,
                    {"Invalid size in bundle entry: stored size 4; expected size is at least 5"}));
}

TEST_F(TfBundleReader, TakesNoStringsStoredAsNoBytes) {
  add("a", {kString, Shape({0}), 0, 0, 0, 0, {}});
  add("b", {kString, Shape({2, 0}), 0, 0, 4, 0x640cc1f6, {}});
  data_ = from_hex("d8ea82a2");
  EXPECT_EQ(*read("a"), strings_tensor({0}, {}));
  EXPECT_EQ(*read("b"), strings_tensor({2, 0}, {}));
}

// Strings whose lengths, checksum and all, are right and still do not fit.
TEST_F(TfBundleReader, BelievesNoLengthBeyondTheEntry) {
  std::string lengths;
  append_varint(lengths, uint64_t{1} << 40);
  append_varint(lengths, UINT64_MAX - 2);
  data_ = lengths + std::string(20, '\0');
  add("a", entry_of(kString, {1}, data_));
  add("b", entry_of(kString, {2}, data_));
  EXPECT_TRUE(fails(read("a"), Code::kCorrupt,
                    {"string 0 is 1099511627776 bytes long, the whole entry has"}));
  EXPECT_TRUE(fails(read("b"), Code::kCorrupt, {"string 0 is 1099511627776 bytes long"}));
}

class TfBundleSlices : public TfBundleReader {
 protected:
  // [4,3] in two parts, 0..5 and 6..11, of which `change` may make something else.
  template <class Change>
  void add_partitioned(Change&& change) {
    Entry whole{kFloat, Shape({4, 3}), 0, 0, 0, 0, {kUpper, kLower}};
    Entry upper = entry_of(kFloat, {2, 3}, floats(0, 6));
    Entry lower = entry_of(kFloat, {2, 3}, floats(6, 6), 24);
    change(whole, upper, lower);
    add("p", whole);
    add_slice("p", kUpper, upper);
    add_slice("p", kLower, lower);
  }

  inline static const Box kUpper{{0, 0}, {2, 3}};
  inline static const Box kLower{{2, 0}, {2, 3}};
};

TEST_F(TfBundleSlices, MakeUpTheTensor) {
  // The shard of a partitioned tensor's own entry means nothing; merging leaves one there.
  add_partitioned([](Entry& whole, Entry&, Entry&) { whole.shard = 7; });
  EXPECT_EQ(*read("p"), counting_tensor({4, 3}));
  EXPECT_EQ(open()->catalog().count(), 1u);
  EXPECT_EQ(open()->catalog().find("p")->size_bytes, 48u);
}

TEST_F(TfBundleSlices, AreNotTrustedToAgree) {
  add_partitioned([](Entry&, Entry& upper, Entry&) { upper.dtype_code = 3; });
  EXPECT_TRUE(fails(read("p"), Code::kCorrupt,
                    {"tensor 'p': its slice '0,2:0,3' is stored as element type 3 of shape [2,3], "
                     "expected 1 of [2,3]"}));
  entries_.clear();
  entries_[""] = kPlainHeader;
  add_partitioned([](Entry&, Entry&, Entry& lower) { lower.shape = Shape({3, 2}); });
  EXPECT_TRUE(fails(read("p"), Code::kCorrupt,
                    {"its slice '2,2:0,3' is stored as element type 1 of shape [3,2]"}));
}

TEST_F(TfBundleSlices, DoNotShareBytes) {
  add_partitioned([](Entry&, Entry&, Entry& lower) { lower.offset = 20; });
  EXPECT_TRUE(fails(read("p"), Code::kCorrupt, {"two of its slices share the bytes at byte 20"}));
}

TEST_F(TfBundleSlices, AreRefusedWhereTheirEntriesAre) {
  add_partitioned([](Entry&, Entry&, Entry&) {});
  entries_[encode_slice_key("p", kLower)] = "\xff";
  EXPECT_TRUE(fails(read("p"), Code::kCorrupt, {"tensor 'p': "}));
  Entry far = entry_of(kFloat, {2, 3}, floats(6, 6), -1);
  entries_[encode_slice_key("p", kLower)] = tf_bundle::encode_entry(far);
  EXPECT_TRUE(fails(read("p"), Code::kCorrupt, {"the entry has offset -1"}));
  entries_.erase(encode_slice_key("p", kLower));
  EXPECT_TRUE(fails(read("p"), Code::kCorrupt, {"slice '2,2:0,3' is listed but not stored"}));
}

TEST_F(TfBundleSlices, OfUnknownTypesAreListedOnly) {
  add_partitioned([](Entry& whole, Entry& upper, Entry& lower) {
    whole.dtype_code = upper.dtype_code = lower.dtype_code = 77;
  });
  EXPECT_TRUE(fails(read("p"), Code::kUnsupported, {"element type 77 is not known"}));
}

TEST_F(TfBundleSlices, MayBeTheWholeTensorAsVeryOldReleasesWroteIt) {
  const Box all{{0, 0}, {Box::kAll, Box::kAll}};
  add("p", {kFloat, Shape({4, 3}), 0, 0, 0, 0, {all}});
  add_slice("p", all, entry_of(kFloat, {4, 3}, floats(0, 12)));
  EXPECT_EQ(*read("p"), counting_tensor({4, 3}));
}

TEST_F(TfBundleSlices, MayBelongToAScalar) {
  add("p", {kFloat, Shape({}), 0, 0, 0, 0, {Box{}}});
  add_slice("p", {}, entry_of(kFloat, {}, floats(3, 1), 12));
  EXPECT_EQ(*read("p"), counting_tensor({}, 3));
}

TEST_F(TfBundleSlices, KeepTheSpellingOfTheirExtents) {
  const Box named{{0, 0}, {2, Box::kAll}};
  const Box counted{{2, 0}, {2, 3}};
  add("p", {kFloat, Shape({4, 3}), 0, 0, 0, 0, {named, counted}});
  add_slice("p", named, entry_of(kFloat, {2, 3}, floats(0, 6)));
  add_slice("p", counted, entry_of(kFloat, {2, 3}, floats(6, 6), 24));
  EXPECT_EQ(*read("p"), counting_tensor({4, 3}));
}

// A slice that no tensor lists is a tensor with an odd name, as it is to TensorFlow.
TEST_F(TfBundleSlices, AreTensorsIfNobodyClaimsThem) {
  add_partitioned([](Entry& whole, Entry&, Entry&) { whole.slices.pop_back(); });
  const auto checkpoint = open();
  EXPECT_EQ(checkpoint->catalog().count(), 2u);
  EXPECT_EQ(*checkpoint->read(encode_slice_key("p", kLower)), counting_tensor({2, 3}, 6));
  EXPECT_EQ(*checkpoint->read_box("p", kUpper), counting_tensor({2, 3}));
}

TEST_F(TfBundleSlices, NeedTheDataFilesOfAllThatAreRead) {
  entries_[""] = tf_bundle::encode_header({2, ByteOrder::kLittle});
  add_partitioned([](Entry&, Entry&, Entry& lower) { lower.shard = 1; });
  write_file(*storage_, "m.data-00000-of-00002", data_);
  EXPECT_TRUE(fails(read("p"), Code::kNotFound, {"m.data-00001-of-00002: tensor 'p'"}));
}

}  // namespace
}  // namespace holdall
