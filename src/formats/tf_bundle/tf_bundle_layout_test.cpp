#include "formats/tf_bundle/tf_bundle_layout.h"

#include <gtest/gtest.h>

#include "codec/proto_wire.h"
#include "codec/sorted_table_testing.h"  // from_hex
#include "formats/tf_common/tf_shape_proto.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall::tf_bundle {
namespace {

Result<Header> header_of(std::string_view hex) {
  return parse_header(bytes_of(from_hex(hex)));
}
Result<Entry> entry_of(std::string_view hex) {
  return parse_entry(bytes_of(from_hex(hex)));
}

TEST(TfBundleFileNames, HaveAtLeastFiveDigits) {
  EXPECT_EQ(data_file_path("d/m", 0, 1), "d/m.data-00000-of-00001");
  EXPECT_EQ(data_file_path("m", 6, 100'000), "m.data-00006-of-100000");
  EXPECT_EQ(data_file_path("m", 123'456, 1'000'000), "m.data-123456-of-1000000");
}

TEST(TfBundleFileNames, AreStrippedToThePrefix) {
  EXPECT_EQ(strip_data_suffix("d/m.data-00000-of-00001"), "d/m");
  EXPECT_EQ(strip_data_suffix("m.data-00006-of-100000"), "m");
  EXPECT_EQ(strip_data_suffix("m.data-0-of-1.data-2-of-3"), "m.data-0-of-1");
  for (const std::string_view path :
       {"m", "m.data-", "m.data-0-of-", "m.data--of-1", "m.data-0of-1", "m.data-0-of-1x",
        "mdata-0-of-1", "0-of-1", ""}) {
    EXPECT_EQ(strip_data_suffix(path), "") << path;
  }
}

TEST(TfBundleHeader, IsWrittenAsTensorFlowWritesIt) {
  EXPECT_EQ(hex_of(encode_header({1, ByteOrder::kLittle})), "08011a020801");
  EXPECT_EQ(hex_of(encode_header({1, ByteOrder::kBig})), "080110011a020801");
  EXPECT_EQ(hex_of(encode_header({100'000, ByteOrder::kLittle})), "08a08d061a020801");
}

TEST(TfBundleHeader, IsReadWithWhatALaterTensorFlowAdds) {
  const auto header = header_of("0803 1001 1a020801 2005 3a03616263");
  ASSERT_TRUE(is_ok(header));
  EXPECT_EQ(header->shard_count, 3);
  EXPECT_EQ(header->byte_order, ByteOrder::kBig);
}

TEST(TfBundleHeader, MayLackTheVersionOrHaveANewerProducer) {
  EXPECT_TRUE(is_ok(header_of("0801")));
  EXPECT_TRUE(is_ok(header_of("0801 1a00")));
  EXPECT_TRUE(is_ok(header_of("0801 1a020863")));
  EXPECT_TRUE(is_ok(header_of("0801 1a04 0801 1001")));
  EXPECT_TRUE(is_ok(header_of("0801 1a06 0801 1a02 0203")));
}

TEST(TfBundleHeader, IsRefusedForVersionsThatRuleUsOut) {
  EXPECT_TRUE(fails(header_of("0801 1a04 0801 1002"), Code::kUnsupported,
                    {"min consumer version 2 is above 1", "update Holdall"}));
  EXPECT_TRUE(fails(header_of("0801 1a05 0801 1a0101"), Code::kUnsupported,
                    {"disallows readers of version 1"}));
  EXPECT_TRUE(fails(header_of("0801 1a04 0801 1801"), Code::kUnsupported,
                    {"disallows readers of version 1"}));
  EXPECT_TRUE(fails(header_of("0801 1a0b 08ffffffffffffffffff01"), Code::kCorrupt,
                    {"producer version is -1"}));
}

TEST(TfBundleHeader, IsRefusedWhereItMakesNoSense) {
  EXPECT_TRUE(fails(header_of(""), Code::kCorrupt, {"0 data files, at least 1"}));
  EXPECT_TRUE(fails(header_of("08ffffffffffffffffff01"), Code::kCorrupt, {"says -1 data files"}));
  EXPECT_TRUE(fails(header_of("0801 1002"), Code::kCorrupt,
                    {"byte order is 2, known are 0 (little) and 1 (big)"}));
  EXPECT_TRUE(fails(header_of("0a00"), Code::kCorrupt));
  EXPECT_TRUE(fails(header_of("0801 1a"), Code::kCorrupt));
  EXPECT_TRUE(fails(header_of("0801 1a0108"), Code::kCorrupt));
}

TEST(TfBundleEntry, IsWrittenAsTensorFlowWritesIt) {
  EXPECT_EQ(hex_of(encode_entry({1, Shape({}), 0, 0, 4, 0x3a117ba6, {}})),
            "08011200280435a67b113a");
  EXPECT_EQ(hex_of(encode_entry({1, Shape({0, 4}), 0, 13, 0, 0xa282ead8, {}})),
            "08011206120012020804200d35d8ea82a2");
  EXPECT_EQ(hex_of(encode_entry({9, Shape({}), 1, 0, 8, 0x119fd7bb, {}})),
            "080912001801280835bbd79f11");
  EXPECT_EQ(hex_of(encode_entry({1, Shape({5, 10}), 0, 0, 0, 0, {{{0, 0}, {Box::kAll, 1}}}})),
            "08011208120208051202080a3a060a000a021001");
}

TEST(TfBundleEntry, IsReadBack) {
  const Entry entry{7,
                    Shape({3, 0, 70'000}),
                    2,
                    int64_t{1} << 40,
                    300,
                    0xdeadbeef,
                    {{{0, 5}, {Box::kAll, 5}}, {{1, 0}, {2, 0}}}};
  const auto again = parse_entry(bytes_of(encode_entry(entry)));
  ASSERT_TRUE(is_ok(again));
  EXPECT_EQ(again->dtype_code, 7u);
  EXPECT_EQ(again->shape, entry.shape);
  EXPECT_EQ(again->shard, 2);
  EXPECT_EQ(again->offset, entry.offset);
  EXPECT_EQ(again->size_bytes, 300);
  EXPECT_EQ(again->masked_crc32c, 0xdeadbeefu);
  EXPECT_EQ(again->slices, entry.slices);
}

TEST(TfBundleEntry, SkipsFieldsOfALaterTensorFlow) {
  const auto entry = entry_of("0801 4a0161 1204 1202 0802 50ff01 2808");
  ASSERT_TRUE(is_ok(entry));
  EXPECT_EQ(entry->shape, Shape({2}));
  EXPECT_EQ(entry->size_bytes, 8);
}

TEST(TfBundleEntry, IsRefusedForShapesThatCannotBe) {
  EXPECT_TRUE(fails(entry_of("0801 120d 120b 08feffffffffffffffff01"), Code::kCorrupt,
                    {"Invalid tensor shape: [-2] has a negative dimension"}));
  EXPECT_TRUE(fails(entry_of("0801 1202 1801"), Code::kCorrupt,
                    {"Invalid tensor shape: its rank is said to be unknown"}));
  EXPECT_TRUE(fails(entry_of("0801 1210 1206 0880808080 10 1206 0880808080 10"), Code::kCorrupt,
                    {"Invalid tensor shape: [4294967296,4294967296]", "too many elements"}));
  const std::string dims254 = encode_shape_proto(Shape(std::vector<int64_t>(254, 1)));
  const std::string dims255 = encode_shape_proto(Shape(std::vector<int64_t>(255, 1)));
  EXPECT_TRUE(is_ok(parse_shape_proto(ProtoReader(bytes_of(dims254)))));
  EXPECT_TRUE(fails(parse_shape_proto(ProtoReader(bytes_of(dims255))), Code::kCorrupt,
                    {"more than 254 dimensions"}));
}

TEST(TfBundleEntry, IsRefusedForSlicesThatCannotBe) {
  EXPECT_TRUE(fails(entry_of("0801 1200 3a0d 0a0b 10ffffffffffffffffff01"), Code::kCorrupt,
                    {"a slice has length -1"}));
  std::string slice;
  for (int i = 0; i < 255; ++i) slice += std::string("\x0a\x00", 2);
  EXPECT_TRUE(fails(parse_slice_proto(ProtoReader(bytes_of(slice))), Code::kCorrupt,
                    {"a slice has more than 254 dimensions"}));
}

TEST(TfBundleEntry, IsRefusedWhereItIsNoMessage) {
  for (const std::string_view hex :
       {"07", "08", "1205", "12031208 01", "35 0102", "3a010a", "0d"}) {
    EXPECT_TRUE(fails(entry_of(hex), Code::kCorrupt)) << hex;
  }
}

}  // namespace
}  // namespace holdall::tf_bundle
