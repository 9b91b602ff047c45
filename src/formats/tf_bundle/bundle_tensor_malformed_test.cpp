// Sound entries of tensors that cannot be: shapes, strings, byte order, data files; and slices.
#include <climits>

#include "codec/proto_wire.h"
#include "codec/tf_strings.h"
#include "formats/tf_bundle/malformed_bundle_testing.h"
#include "formats/tf_common/tf_shape_proto.h"
#include "formats/tf_common/tf_slice_key.h"
#include "support/test_values.h"

namespace holdall::tf_bundle {
namespace {

// Sizes as the file has them, also those that no Shape can have.
std::string entry_of_sizes(const std::vector<int64_t>& sizes, int64_t size_bytes = 8,
                           DType dtype = DType::kF32) {
  Entry entry = w_entry();
  entry.shape = Shape();
  entry.dtype_code = tf_code_of(dtype);
  entry.size_bytes = size_bytes;
  std::string shape;
  for (const int64_t size : sizes) {
    std::string dim;
    ProtoWriter(dim).add_int(1, size);
    ProtoWriter(shape).add_message(2, dim);
  }
  std::string message = encode_entry(entry);
  ProtoWriter(message).add_message(2, shape);
  return message;
}

MalformedCase shape_case(std::string name, const std::vector<int64_t>& sizes, std::string words,
                         int64_t size_bytes = 8) {
  return entry_case("shape_" + std::move(name), "shape-product", entry_of_sizes(sizes, size_bytes),
                    not_read("w", std::move(words)));
}

MalformedCases shape_cases() {
  constexpr int64_t k31 = int64_t{1} << 31;
  constexpr int64_t k62 = int64_t{1} << 62;
  const std::string invalid = "Invalid tensor shape";
  std::string unknown_rank = encode_entry(w_entry());
  ProtoWriter(unknown_rank).add_message(2, "\x18\x01");
  return {
      shape_case("minus_1", {-1}, invalid),
      shape_case("minus_2", {-2}, invalid),
      shape_case("minus_2_63", {INT64_MIN}, invalid),
      shape_case("two_minus", {-2, -1}, invalid),
      shape_case("0", {0}, "stored size 8; expected size 0"),
      shape_case("0_and_minus_1", {0, -1}, invalid),
      shape_case("2_31", {k31}, "stored size 8; expected size 8589934592"),
      shape_case("2_62", {k62}, invalid),
      shape_case("2_63_less_1", {INT64_MAX}, invalid),
      shape_case("wraps_to_0", {k31, k31, 4}, invalid, 0),
      shape_case("wraps_to_2", {6, 3074457345618258603}, invalid),
      shape_case("wraps_to_4", {4194305, 4194305, 211106198978564}, invalid, 16),
      shape_case("bytes_wrap_to_8", {k62 + 2}, invalid),
      shape_case("bytes_wrap_to_0", {k62}, invalid, 0),
      shape_case("2_31_twice", {k31, k31}, invalid),
      shape_case("of_one_element_less", {1}, "stored size 8; expected size 4"),
      shape_case("of_no_sizes", {}, "stored size 8; expected size 4"),
      shape_case("255_sizes", std::vector<int64_t>(255, 1), "more than 254 dimensions"),
      shape_case("million_sizes", std::vector<int64_t>(1'000'000, 1), "more than 254 dimensions"),
      entry_case("shape_of_unknown_rank", "shape-product", unknown_rank,
                 not_read("w", "its rank is said to be unknown")),
      entry_case(
          "shape_254_sizes", "shape-product",
          [] {
            std::vector<int64_t> sizes(254, 1);
            sizes[100] = 2;
            return entry_of_sizes(sizes);
          }(),
          accepted("TensorFlow's shapes have up to 254 sizes")),
  };
}

// What a string tensor's bytes are, in place of the data file's second half.
MalformedCase string_case(std::string name, std::string stored, std::vector<int64_t> sizes,
                          ExpectedVerdict expected, std::optional<uint32_t> crc = {}) {
  std::string data = bundle_data().substr(0, 8) + stored;
  std::string entry = entry_of_sizes(sizes, static_cast<int64_t>(stored.size()), DType::kString);
  ProtoWriter(entry).add_fixed32(6, crc32c_mask(crc.value_or(0)));
  return bundle_case("strings_" + std::move(name), "v2-lengths", index_with({{"w", entry}}),
                     std::move(expected), std::move(data));
}

std::string with_length_crc(std::string lengths, const std::vector<uint64_t>& values,
                            std::string_view text = "") {
  uint32_t crc = 0;
  for (const uint64_t value : values) {
    std::string number;
    if (value > UINT32_MAX)
      append_fixed(number, value);
    else
      append_fixed(number, static_cast<uint32_t>(value));
    crc = crc32c_extend(crc, bytes_of(number));
  }
  append_fixed(lengths, crc32c_mask(crc));
  return lengths += text;
}

std::string varints(std::initializer_list<uint64_t> values) {
  std::string out;
  for (const uint64_t value : values) append_varint(out, value);
  return out;
}

MalformedCases string_cases() {
  const auto lengths = [](std::initializer_list<uint64_t> values, std::string_view text = "") {
    return with_length_crc(varints(values), values, text);
  };
  constexpr uint64_t k40 = uint64_t{1} << 40;
  const std::string room(1024, 'x');
  return {
      string_case("of_2_40_bytes", lengths({k40, 1}, room), {2},
                  not_read("w", "string 0 is 1099511627776 bytes long, the whole entry has")),
      string_case("of_2_64_less_1", lengths({UINT64_MAX, 1}, room), {2},
                  not_read("w", "string 0 is 18446744073709551615 bytes long")),
      string_case("whose_sum_wraps", lengths({2, UINT64_MAX}, room), {2},
                  not_read("w", "string 1 is 18446744073709551615 bytes long")),
      string_case("whose_sum_wraps_to_what_is_there", lengths({2, UINT64_MAX}, "1"), {2},
                  not_read("w", "string 1 is 18446744073709551615 bytes long")),
      string_case("that_are_longer", lengths({3, 4}, "123456"), {2},
                  not_read("w", "add up to 7 bytes, the entry has 6")),
      string_case("that_are_shorter", lengths({3, 2}, "123456"), {2},
                  not_read("w", "add up to 5 bytes, the entry has 6")),
      string_case("of_other_lengths", with_length_crc(varints({2, 4}), {3, 3}, "123456"), {2},
                  not_read("w", "length checksum does not match")),
      string_case("of_other_text", lengths({3, 3}, "123456"), {2},
                  not_read("w", "Checksum does not match")),
      string_case("without_the_checksum", varints({0, 0}) + "123", {2},
                  not_read("w", "expected size is at least 6")),
      string_case("of_a_varint_without_end", std::string(6, '\xff'), {2},
                  not_read("w", "the length of string 0 is not a varint")),
      string_case("of_a_varint_of_11_bytes", std::string(20, '\xff'), {2},
                  not_read("w", "the length of string 0 is not a varint")),
      string_case("whose_lengths_take_all", varints({0x4000, 0}) + "123", {2},
                  not_read("w", "string 0 is 16384 bytes long")),
      string_case("2_40_of_them", lengths({0, 0}), {int64_t{1} << 40},
                  not_read("w", "expected size is at least 1099511627780")),
      string_case("2_62_of_them", lengths({0, 0}), {int64_t{1} << 62},
                  not_read("w", "expected size is at least")),
      string_case("of_negative_count", lengths({0, 0}), {-2},
                  not_read("w", "Invalid tensor shape")),
      string_case("none_of_3_bytes", "123", {0}, not_read("w", "expected size is at least 4")),
      string_case("none_of_no_bytes", "", {0},
                  accepted("TensorFlow writes no bytes where there are no strings")),
  };
}

// TensorFlow's objects are never made from bytes of a file.
MalformedCases object_cases() {
  const auto of_type = [](std::string name, uint64_t code, ExpectedVerdict expected) {
    Entry entry = w_entry();
    entry.dtype_code = code;
    entry.size_bytes = 24;
    entry.shape = Shape({1});
    return entry_case("object_" + std::move(name), "object-dtypes", entry, std::move(expected));
  };
  return {
      of_type("of_type_variant", 21, not_read("w", Code::kUnsupported, {"are TensorFlow objects"})),
      of_type("of_type_resource", 20,
              not_read("w", Code::kUnsupported, {"are TensorFlow objects"})),
      of_type("string_of_pointers", 7, not_read("w", Code::kCorrupt, {"tensor 'w'"})),
  };
}

MalformedCases data_file_cases() {
  const std::string index = index_with({{"w", encode_entry(w_entry())}});
  const auto with_data = [&](std::string name, std::string data, ExpectedVerdict expected) {
    return bundle_case("data_" + std::move(name), "checkpoint-loading", index, std::move(expected),
                       std::move(data));
  };
  std::string flipped = bundle_data();
  flipped[9] = static_cast<char>(flipped[9] ^ 0x10);
  return {
      with_data("cut_within", bundle_data().substr(0, 15), not_read("w", "may be cut short")),
      with_data("cut_at_w", bundle_data().substr(0, 8), not_read("w", "may be cut short")),
      with_data("flipped", flipped, not_read("w", "Checksum does not match")),
      with_data("zeroed", bundle_data().substr(0, 8) + std::string(56, '\0'),
                not_read("w", "Checksum does not match")),
  };
}

// The flag of byte order alone: it is an honest file of another machine to every reader.
MalformedCases byte_order_cases() {
  const std::string big = {"\x08\x01\x10\x01\x1a\x02\x08\x01", 8};
  const TfStringsHead head = encode_tf_strings_head(std::vector<uint64_t>{3}, ByteOrder::kLittle);
  std::string entry =
      entry_of_sizes({}, static_cast<int64_t>(head.bytes.size()) + 3, DType::kString);
  ProtoWriter(entry).add_fixed32(6, crc32c_mask(crc32c_extend(head.crc32c, bytes_of("abc"))));
  return {
      bundle_case(
          "big_endian_numbers", "byte-order", index_with({{"w", encode_entry(w_entry())}}, big),
          accepted("checksums are of bytes: values come out swapped, and nothing can tell")),
      bundle_case("big_endian_strings", "byte-order", index_with({{"w", entry}}, big),
                  not_read("w", "length checksum does not match"),
                  bundle_data().substr(0, 8) + head.bytes + "abc"),
  };
}

MalformedCases all_tensor_cases() {
  return join_cases(
      {shape_cases(), string_cases(), object_cases(), data_file_cases(), byte_order_cases()});
}

}  // namespace
}  // namespace holdall::tf_bundle

namespace holdall {

MalformedCases bundle_tensor_cases() {
  return tf_bundle::all_tensor_cases();
}

INSTANTIATE_TEST_SUITE_P(BundleTensors, MalformedCorpus, testing::ValuesIn(bundle_tensor_cases()),
                         malformed_case_name);

}  // namespace holdall
