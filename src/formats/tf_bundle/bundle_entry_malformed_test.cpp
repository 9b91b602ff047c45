// Malformed headers and entries in sound tables: wire format, counts, element types, places.
#include <climits>

#include "codec/proto_wire.h"
#include "formats/tf_bundle/malformed_bundle_testing.h"
#include "support/allocation_meter.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "tensor/tensor_factory.h"

namespace holdall::tf_bundle {
namespace {

std::string bytes(std::initializer_list<unsigned> values) {
  std::string out;
  for (const unsigned value : values) out += static_cast<char>(value);
  return out;
}

MalformedCase header_case(std::string name, std::string header, ExpectedVerdict expected) {
  return bundle_case("header_" + std::move(name), "checkpoint-loading",
                     index_with({{"w", encode_entry(w_entry())}}, header), std::move(expected));
}

std::string header_of(int64_t shard_count, std::string_view version = "\x08\x01",
                      int64_t byte_order = 0) {
  std::string header;
  ProtoWriter writer(header);
  writer.add_int(1, shard_count);
  writer.add_int_if_set(2, byte_order);
  writer.add_message(3, version);
  return header;
}

MalformedCases header_cases() {
  return {
      header_case("empty", "", not_opened("0 data files, at least 1 is expected")),
      header_case("of_no_shards", header_of(0), not_opened("0 data files, at least 1")),
      header_case("of_minus_one_shard", header_of(-1), not_opened("-1 data files")),
      header_case("of_2_31_shards", header_of(int64_t{1} << 31), not_opened("-2147483648 data")),
      header_case("of_2_40_shards", header_of(int64_t{1} << 40), not_opened("0 data files")),
      header_case("of_garbage", "\xff\xff\xff\xff", not_opened("the header cannot be used")),
      header_case("of_text", "header", not_opened("the header cannot be used")),
      header_case("with_a_group", bytes({0x0b, 0x0c}), not_opened("is a group")),
      header_case("with_field_0", bytes({0x00, 0x01}), not_opened("field number at byte 0 is 0")),
      header_case("with_wire_type_7", bytes({0x0f, 0x01}), not_opened("has wire type 7")),
      header_case("with_shards_as_text", bytes({0x0a, 0x01, 0x31}),
                  not_opened("has wire type 2, expected 0")),
      header_case("with_version_past_its_end", bytes({0x08, 0x01, 0x1a, 0x7f, 0x08}),
                  not_opened("takes 127 bytes, but its message has 1 left")),
      header_case("with_version_of_2_63_bytes",
                  bytes({0x08, 0x01, 0x1a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}),
                  not_opened("takes 9223372036854775807 bytes")),
      header_case("of_a_newer_reader", header_of(1, bytes({0x08, 0x02, 0x10, 0x02})),
                  not_opened(Code::kUnsupported, {"min consumer version 2 is above 1"})),
      header_case("against_this_reader", header_of(1, bytes({0x08, 0x02, 0x1a, 0x01, 0x01})),
                  not_opened(Code::kUnsupported, {"disallows readers of version 1"})),
      header_case(
          "of_a_producer_below_0",
          header_of(1, bytes({0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})),
          not_opened("producer version is -1")),
      header_case("of_byte_order_2", header_of(1, "\x08\x01", 2), not_opened("byte order is 2")),
      header_case("of_byte_order_minus_1", header_of(1, "\x08\x01", -1),
                  not_opened("byte order is -1")),
      header_case("twice_the_same_field", header_of(7) + header_of(1),
                  accepted("the last of several values counts, as protobuf has it")),
      header_case("with_unknown_fields", header_of(1) + bytes({0xf8, 0x07, 0x01}),
                  accepted("a later TensorFlow may write more fields")),
  };
}

MalformedCase wire_case(std::string name, std::string entry, std::string words) {
  return entry_case("entry_" + std::move(name), "protobuf", std::move(entry),
                    not_read("w", Code::kCorrupt, {"the entry cannot be used", std::move(words)}));
}

// Shapes are messages in the entry's field 2, sizes messages in theirs: wire faults at all depths.
MalformedCases wire_cases() {
  const std::string entry = encode_entry(w_entry());
  return {
      wire_case("of_garbage", "\xff\xff\xff\xff", "varint at byte 0 is cut short"),
      wire_case("of_a_long_varint", std::string(11, '\xff'), "does not fit 64 bits"),
      wire_case("with_field_0", entry + bytes({0x00, 0x00}), "must be from 1 to"),
      wire_case("with_a_great_field", entry + bytes({0x80, 0x80, 0x80, 0x80, 0x10, 0x00}),
                "must be from 1 to"),
      wire_case("with_a_group", entry + bytes({0x1b, 0x1c}), "is a group"),
      wire_case("with_a_group_end", entry + bytes({0x1c}), "is a group"),
      wire_case("with_wire_type_6", entry + bytes({0x16}), "has wire type 6"),
      wire_case("with_type_as_text", entry + bytes({0x0a, 0x00}), "has wire type 2, expected 0"),
      wire_case("with_shape_as_number", entry + bytes({0x10, 0x01}), "has wire type 0, expected 2"),
      wire_case("with_checksum_as_number", entry + bytes({0x30, 0x01}),
                "has wire type 0, expected 5"),
      wire_case("with_slice_as_number", entry + bytes({0x38, 0x01}), "has wire type 0, expected 2"),
      wire_case("with_shape_past_its_end", bytes({0x08, 0x01, 0x12, 0x05, 0x12}), "takes 5 bytes"),
      wire_case("with_size_past_its_end", bytes({0x12, 0x02, 0x12, 0x05}), "takes 5 bytes"),
      wire_case("with_shape_of_2_64_less_1",
                bytes({0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}),
                "takes 18446744073709551615 bytes"),
      wire_case("with_size_as_text", bytes({0x12, 0x04, 0x12, 0x02, 0x0a, 0x00}),
                "has wire type 2, expected 0"),
      wire_case("with_checksum_cut", entry + bytes({0x35, 0x01, 0x02}), "takes 4 bytes"),
      entry_case("entry_with_unknown_fields", "protobuf", entry + bytes({0xfa, 0x07, 0x01, 0xff}),
                 accepted("a later TensorFlow may write more fields")),
      entry_case("entry_with_names_of_sizes", "protobuf",
                 entry + bytes({0x12, 0x07, 0x12, 0x05, 0x08, 0x02, 0x12, 0x01, 0xff}),
                 accepted("a size has a name too, of which nothing depends on being UTF-8")),
  };
}

// Of the element type alone: elements of the file, 8 bytes of them.
MalformedCase type_case(std::string name, uint64_t code, Code expected, std::string words) {
  Entry entry = w_entry();
  entry.dtype_code = code;
  return entry_case("type_" + std::move(name), "slice-dtypes", entry,
                    not_read("w", expected, {std::move(words)}));
}

MalformedCases type_cases() {
  const std::string unknown = "is not known here";
  return {
      type_case("0", 0, Code::kUnsupported, unknown),
      type_case("resource", 20, Code::kUnsupported, "are TensorFlow objects"),
      type_case("variant", 21, Code::kUnsupported, "are TensorFlow objects"),
      type_case("34", 34, Code::kUnsupported, unknown),
      type_case("100", 100, Code::kUnsupported, unknown),
      type_case("float_ref", 101, Code::kUnsupported, "element type 101 " + unknown),
      type_case("string_ref", 107, Code::kUnsupported, unknown),
      type_case("300", 300, Code::kUnsupported, unknown),
      type_case("minus_1", UINT64_MAX, Code::kUnsupported, unknown),
      type_case("2_31_less_1", INT_MAX, Code::kUnsupported, unknown),
      type_case("2_31", uint64_t{1} << 31, Code::kUnsupported, unknown),
      type_case("2_32_and_1", (uint64_t{1} << 32) + 1, Code::kUnsupported, unknown),
      type_case("double", 2, Code::kCorrupt, "stored size 8; expected size 16 for float64 [2]"),
      type_case("string", 7, Code::kCorrupt, "string 1 is 32 bytes long, the whole entry has 8"),
      type_case("half", 19, Code::kCorrupt, "stored size 8; expected size 4 for float16 [2]"),
  };
}

MalformedCase place_case(std::string name, const Entry& entry, ExpectedVerdict expected) {
  return entry_case("place_" + std::move(name), "v1-v2-seeds", entry, std::move(expected));
}

Entry changed(Entry entry, int64_t offset, int64_t size_bytes) {
  entry.offset = offset;
  entry.size_bytes = size_bytes;
  return entry;
}

MalformedCases place_cases() {
  const auto in_shard = [](int64_t shard) {
    Entry entry = w_entry();
    entry.shard = shard;
    return entry;
  };
  Entry other_crc = w_entry();
  other_crc.masked_crc32c ^= 1;
  Entry no_crc = w_entry();
  no_crc.masked_crc32c = 0;
  const std::string past = "reach past the end of the file, which has 64 bytes";
  const std::string size = "Invalid size in bundle entry";
  return {
      place_case("before_the_file", changed(w_entry(), -1, 8), not_read("w", "offset -1")),
      place_case("at_minus_2_63", changed(w_entry(), INT64_MIN, 8), not_read("w", "has offset -9")),
      place_case("at_2_63_less_1", changed(w_entry(), INT64_MAX, 8), not_read("w", past)),
      place_case("whose_end_wraps", changed(w_entry(), INT64_MAX - 3, 8), not_read("w", past)),
      place_case("behind_the_file", changed(w_entry(), 64, 8), not_read("w", past)),
      place_case("across_the_end", changed(w_entry(), 57, 8), not_read("w", past)),
      place_case("of_minus_8_bytes", changed(w_entry(), 8, -8), not_read("w", "size -8")),
      place_case("of_minus_2_63_bytes", changed(w_entry(), 8, INT64_MIN), not_read("w", "size -9")),
      place_case("of_2_63_less_1_bytes", changed(w_entry(), 8, INT64_MAX), not_read("w", size)),
      place_case("of_no_bytes", changed(w_entry(), 8, 0), not_read("w", size)),
      place_case("of_one_byte_less", changed(w_entry(), 8, 7), not_read("w", size)),
      place_case("of_one_byte_more", changed(w_entry(), 8, 9), not_read("w", size)),
      place_case("of_other_elements", changed(w_entry(), 12, 8),
                 not_read("w", "Checksum does not match")),
      place_case("with_other_checksum", other_crc, not_read("w", "Checksum does not match")),
      place_case("without_checksum", no_crc, not_read("w", "Checksum does not match")),
      place_case("in_shard_minus_1", in_shard(-1),
                 not_read("w", "in data file -1, the checkpoint has 1")),
      place_case("in_shard_1", in_shard(1), not_read("w", "in data file 1, the checkpoint has 1")),
      place_case("in_shard_2_31_less_1", in_shard(INT_MAX),
                 not_read("w", "in data file 2147483647")),
  };
}

// As place_cases(), for shards of which there are more, or fewer, than the header says.
MalformedCases shard_cases() {
  const auto of_shards = [](std::string name, int64_t count, int64_t shard,
                            ExpectedVerdict expected) {
    Entry entry = w_entry();
    entry.shard = shard;
    MalformedCase one = bundle_case("shards_" + std::move(name), "v2-merge",
                                    index_with({{"w", encode_entry(entry)}}, header_of(count)),
                                    std::move(expected));
    one.files[1].path =
        "m.data-00000-of-" + std::string(count < 100 ? "000" : "00") + std::to_string(count);
    return one;
  };
  MalformedCase most =
      of_shards("2_31_less_1", INT_MAX, 0, accepted("files that hold nothing are not asked for"));
  most.files[1].path = "m.data-00000-of-2147483647";
  return {
      of_shards("used_by_nothing", 17, 0, accepted("files that hold nothing are not asked for")),
      of_shards("of_300_one_is_missing", 300, 299,
                not_read("w", Code::kNotFound, {"m.data-00299-of-00300"})),
      of_shards("beyond_the_count", 17, 17,
                not_read("w", "in data file 17, the checkpoint has 17")),
      most,
  };
}

MalformedCases all_entry_cases() {
  return join_cases({header_cases(), wire_cases(), type_cases(), place_cases(), shard_cases()});
}

// What a tensor takes in a catalog does not shrink with its entry: a limit on their number bounds
// it.
TEST(MalformedBundleEntry, UnusableEntriesCostAKibibyteEachAtMost) {
  if (!can_count_allocations()) GTEST_SKIP() << "the sanitizer has an allocator of its own";
  OwnedEntries entries;
  for (uint32_t i = 0; i < 20'000; ++i) {
    std::string key;
    append_fixed(key, swap_bytes(i + (1u << 24)));
    entries.push_back({key, ""});
  }
  const auto storage = make_memory_storage();
  const std::string index = index_with(entries);
  write_file(*storage, "m.index", index);
  const AllocationMeter meter;
  const auto checkpoint = Checkpoint::open("m", {storage});
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(checkpoint->catalog().count(), entries.size() + 1);
  EXPECT_LE(meter.peak_bytes(), 64 * 1024 + 8 * index.size() + 1024 * entries.size());
}

// Every number that a type can have, and those of references, which have 100 added.
TEST(MalformedBundleEntry, EveryElementTypeIsReadOrRefused) {
  for (uint64_t code = 0; code <= 300; ++code) {
    Entry entry = entry_at(8, {2});
    entry.dtype_code = code;
    const std::string name = "type_" + std::to_string(code);
    const DType dtype = dtype_of_tf_code(code);
    const auto size = tensor_size_bytes(dtype, Shape({2}));
    ExpectedVerdict expected = not_read("w", Code::kUnsupported, {});
    if (dtype == DType::kString) expected = not_read("w", "string 1 is 32 bytes long");
    if (size.ok() && dtype != DType::kUnknown && dtype != DType::kString &&
        dtype != DType::kVariant && dtype != DType::kResource) {
      expected = *size == 8 ? accepted("it is of 4 bytes") : not_read("w", "Invalid size");
    }
    expect_verdict(entry_case(name, "slice-dtypes", entry, expected));
  }
}

}  // namespace
}  // namespace holdall::tf_bundle

namespace holdall {

MalformedCases bundle_entry_cases() {
  return tf_bundle::all_entry_cases();
}

INSTANTIATE_TEST_SUITE_P(BundleEntries, MalformedCorpus, testing::ValuesIn(bundle_entry_cases()),
                         malformed_case_name);

}  // namespace holdall
