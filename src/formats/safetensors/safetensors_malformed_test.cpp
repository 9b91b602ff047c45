// Malformed safetensors: one row for each rule of the format, and for each way around one that a
// reader of it once left open.
#include "base/endian.h"
#include "support/malformed_corpus.h"

namespace holdall {
namespace {

// Sixteen bytes are in every file.
constexpr std::string_view kData = "0123456789abcdef";

std::string draft(std::string_view header, std::string_view data = kData) {
  std::string bytes(8, '\0');
  store_le<uint64_t>(reinterpret_cast<std::byte*>(bytes.data()), header.size());
  return bytes.append(header).append(data);
}

MalformedCase file_case(std::string name, std::string line, std::string bytes,
                        ExpectedVerdict expected) {
  return {"safetensors_" + std::move(name),
          std::move(line),
          "m.safetensors",
          {{"m.safetensors", std::move(bytes)}},
          std::move(expected)};
}

MalformedCase header_case(std::string name, std::string_view header, std::string words) {
  return file_case(std::move(name), "safetensors-format", draft(header),
                   not_opened(std::move(words)));
}

// Of a tensor "w" in the second half of the data: its entry, in place of what is right.
MalformedCase entry_case(std::string name, std::string_view entry, std::string words) {
  return header_case(
      "entry_" + std::move(name),
      R"({"ok":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":)" + std::string(entry) + "}",
      std::move(words));
}

std::string entry_of(std::string_view dtype, std::string_view shape, std::string_view offsets) {
  return "{\"dtype\":" + std::string(dtype) + ",\"shape\":" + std::string(shape) +
         ",\"data_offsets\":" + std::string(offsets) + "}";
}

MalformedCase number_case(std::string name, std::string_view shape, std::string words,
                          std::string_view offsets = "[8,16]") {
  MalformedCase one =
      entry_case("of_" + std::move(name), entry_of("\"F32\"", shape, offsets), std::move(words));
  one.line = "safetensors-ports";
  return one;
}

// What other languages' readers take for a number, or multiply until it fits.
MalformedCases number_cases() {
  const std::string plain = "plain integer";
  const std::string no_size = "gives no size in bytes";
  return {
      number_case("shape_wrapping_to_4", "[4194305,4194305,211106198978564]", no_size),
      number_case("shape_wrapping_to_0", "[4294967296,4294967296]", no_size, "[8,8]"),
      number_case("shape_of_bits_that_wrap", "[2305843009213693,1000]", no_size),
      number_case("shape_of_zero_behind_a_wrap", "[4503599627370496,4503599627370496,0]", no_size,
                  "[8,8]"),
      number_case("shape_beyond_2_53", "[9007199254740992]", "a dimension has 9007199254740992"),
      number_case("shape_beyond_2_64", "[18446744073709551616]", "a number exceeds 64 bits"),
      number_case("shape_of_minus_2", "[-2]", plain),
      number_case("shape_of_minus_0", "[-0]", plain),
      number_case("shape_of_plus_2", "[+2]", plain),
      number_case("shape_of_fractions", "[2.0]", plain),
      number_case("shape_of_powers", "[2e0]", plain),
      number_case("shape_of_1e3", "[1e3]", plain),
      number_case("shape_of_nan", "[NaN]", plain),
      number_case("shape_of_infinity", "[Infinity]", plain),
      number_case("shape_of_text", "[\"2\"]", plain),
      number_case("shape_of_hexadecimal", "[0x2]", "']' is expected"),
      number_case("shape_of_leading_zero", "[02]", plain),
      number_case("shape_of_nothing", "null", "'[' is expected"),
      number_case("shape_of_one_number", "2", "'[' is expected"),
      number_case("shape_of_booleans", "[true]", plain),
      number_case("shape_too_large", "[3]", "it has 8 bytes, F32 of shape [3] take 12"),
      number_case("shape_too_small", "[1]", "it has 8 bytes, F32 of shape [1] take 4"),
      number_case("offset_of_minus_8", "[2]", plain, "[-8,0]"),
      number_case("offset_of_fractions", "[2]", plain, "[8,16.0]"),
      number_case("offset_of_powers", "[2]", plain, "[8,16e0]"),
      number_case("offset_beyond_2_64", "[2]", "a number exceeds 64 bits",
                  "[8,18446744073709551632]"),
      number_case("offsets_backwards", "[2]", "its bytes end at 8, before they begin at 16",
                  "[16,8]"),
      number_case("offsets_whose_difference_wraps", "[2]", "it has 18446744073709551607 bytes",
                  "[8,18446744073709551615]"),
      number_case("offsets_of_one_number", "[2]", "',' is expected", "[8]"),
      number_case("offsets_of_three_numbers", "[2]", "']' is expected", "[8,16,16]"),
      number_case("offsets_of_text", "[2]", plain, "[\"8\",\"16\"]"),
  };
}

MalformedCases entry_cases() {
  const std::string sound = entry_of("\"F32\"", "[2]", "[8,16]");
  const auto with = [&](std::string_view more) {
    return sound.substr(0, sound.size() - 1) + std::string(more) + "}";
  };
  return {
      entry_case("of_a_number", "1", "'{' is expected, found '1'"),
      entry_case("of_nothing", "null", "'{' is expected"),
      entry_case("empty", "{}", "lacks one of dtype, shape"),
      entry_case("without_offsets", R"({"dtype":"F32","shape":[2]})", "lacks one of"),
      entry_case("without_shape", R"({"dtype":"F32","data_offsets":[8,16]})", "lacks one of"),
      entry_case("without_dtype", R"({"shape":[2],"data_offsets":[8,16]})", "lacks one of"),
      entry_case("with_more", with(",\"x\":1"), "key 'x'"),
      entry_case("with_dtype_twice", with(",\"dtype\":\"F32\""), "key 'dtype' occurs twice"),
      entry_case("with_shape_twice", with(",\"shape\":[2]"), "key 'shape' occurs twice"),
      entry_case("with_offsets_twice", with(",\"data_offsets\":[8,16]"),
                 "key 'data_offsets' occurs twice"),
      entry_case("with_a_comma_behind", with(","), "is expected"),
      entry_case("of_a_dtype_number", entry_of("4", "[2]", "[8,16]"), "'\"' is expected"),
      entry_case("of_half_bytes_cut", entry_of("\"F4\"", "[3]", "[8,16]"),
                 "gives no size in bytes"),
      entry_case("of_half_bytes_that_wrap", entry_of("\"F4\"", "[4503599627370496,4096]", "[8,16]"),
                 "gives no size in bytes"),
  };
}

// Every byte belongs to one tensor.
MalformedCases place_cases() {
  const auto places = [](std::string name, std::string_view first, std::string_view second,
                         std::string words) {
    return header_case("places_" + std::move(name),
                       "{\"a\":" + std::string(first) + ",\"b\":" + std::string(second) + "}",
                       std::move(words));
  };
  const auto u8 = [](int begin, int end) {
    return entry_of("\"U8\"", "[" + std::to_string(end - begin) + "]",
                    "[" + std::to_string(begin) + "," + std::to_string(end) + "]");
  };
  return {
      places("with_a_hole_in_front", u8(1, 8), u8(8, 16),
             "begin at 1 of the data, the bytes before it end at 0"),
      places("with_a_hole", u8(0, 7), u8(8, 16), "tensor 'b': its bytes begin at 8"),
      places("with_a_hole_behind", u8(0, 8), u8(8, 15),
             "1 bytes follow the last tensor, none are expected"),
      places("overlapping", u8(0, 9), u8(8, 16), "tensor 'b': its bytes begin at 8"),
      places("shared", u8(0, 16), u8(0, 16), "tensor 'b': its bytes begin at 0"),
      places("past_the_end", u8(0, 8), u8(8, 17),
             "the tensors take 17 bytes, 16 follow the header; the file may be cut short"),
      places("of_nothing_outside", u8(0, 16), u8(17, 17), "tensor 'b': its bytes begin at 17"),
      places("of_nothing_inside", u8(0, 16), u8(8, 8), "its bytes begin at 8"),
      file_case("places_of_another_file_behind", "safetensors-format",
                draft(R"({"a":{"dtype":"U8","shape":[16],"data_offsets":[0,16]}})",
                      "0123456789abcdefPK\x03\x04"),
                not_opened("4 bytes follow the last tensor, none are expected")),
  };
}

MalformedCases json_cases() {
  const std::string_view tail = R"("a":{"dtype":"U8","shape":[16],"data_offsets":[0,16]}})";
  const auto metadata = [&](std::string name, std::string_view value, std::string words) {
    return header_case("metadata_" + std::move(name),
                       "{\"__metadata__\":" + std::string(value) + "," + std::string(tail),
                       std::move(words));
  };
  return {
      header_case("behind_a_space", " {}", "its header does not begin with '{'"),
      header_case("of_a_list", "[]", "its header does not begin with '{'"),
      header_case("without_end", "{", "it ends where"),
      header_case("of_no_tensor", "{}", "16 bytes follow the last tensor"),
      header_case("with_more_behind", "{},", "something follows the value"),
      header_case("with_a_comma_behind",
                  std::string("{") + std::string(tail.substr(0, tail.size() - 1)) + ",}",
                  "is expected"),
      header_case(
          "with_a_tensor_twice",
          R"({"a":{"dtype":"U8","shape":[16],"data_offsets":[0,16]},"a":{"dtype":"U8","shape":[0],"data_offsets":[16,16]}})",
          "two tensors are called 'a'"),
      metadata("of_numbers", R"({"a":1})", "'\"' is expected, found '1'"),
      metadata("of_lists", R"({"a":["b"]})", "'\"' is expected, found '['"),
      metadata("of_nothing", "null", "'{' is expected"),
      metadata("twice_the_same", R"({"a":"","a":""})", "metadata 'a' occurs twice"),
      metadata("twice", R"({},"__metadata__":{})", "'__metadata__' occurs twice"),
      header_case("name_not_utf8", "{\"\xff\":{}}", "not valid UTF-8"),
      header_case("name_of_overlong_utf8", "{\"\xc0\xaf\":{}}", "not valid UTF-8"),
      header_case("name_of_a_coded_surrogate", "{\"\xed\xa0\x80\":{}}", "not valid UTF-8"),
      header_case("name_with_a_line_end", "{\"\n\":{}}", "control character"),
      header_case("name_with_half_a_pair", R"({"\ud800":{}})", "surrogate"),
      header_case("name_with_the_other_half", R"({"\udc00":{}})", "surrogate"),
      header_case("name_with_half_a_pair_and_more", R"({"\ud800\u0041":{}})", "surrogate"),
      header_case("name_with_an_unknown_escape", R"({"\x":{}})", "escape"),
      header_case("name_with_an_escape_of_letters", R"({"\u00g0":{}})", "escape"),
      header_case("name_without_end", R"({"a)", "no end"),
      header_case("nested_deeply", "{\"a\":" + std::string(100'000, '['),
                  "'{' is expected, found '['"),
  };
}

// The eight bytes before the header.
MalformedCases length_cases() {
  const auto with_length = [](std::string name, uint64_t length, std::string words) {
    std::string bytes = draft("{}", "");
    store_le<uint64_t>(reinterpret_cast<std::byte*>(bytes.data()), length);
    return file_case("header_of_" + std::move(name), "safetensors-format", bytes,
                     not_opened(std::move(words)));
  };
  return {
      file_case("empty", "safetensors-format", "", not_opened("m.safetensors: ")),
      file_case("of_7_bytes", "safetensors-format", "1234567", not_opened("m.safetensors: ")),
      file_case("of_8_zeros", "safetensors-format", std::string(8, '\0'),
                not_opened("m.safetensors: ")),
      with_length("more_than_there_is", 3, "should take 3 bytes, 2 are there"),
      with_length("less_than_there_is", 1, "it ends where"),
      with_length("0_bytes", 0, "m.safetensors: "),
      with_length("the_limit_and_1", 100'000'001,
                  "should take 100000001 bytes, the limit is 100000000"),
      with_length("2_63_bytes", uint64_t{1} << 63, "the limit is 100000000"),
      with_length("2_64_less_1", UINT64_MAX, "should take 18446744073709551615 bytes"),
      with_length("2_64_less_8", UINT64_MAX - 7, "should take 18446744073709551608 bytes"),
  };
}

MalformedCases unknown_cases() {
  const auto of_code = [](std::string code) {
    return "{\"ok\":" + entry_of("\"U8\"", "[8]", "[0,8]") +
           ",\"w\":" + entry_of("\"" + code + "\"", "[8]", "[8,16]") + "}";
  };
  return {
      file_case("of_a_new_dtype", "safetensors-format", draft(of_code("Q7")),
                not_read("w", Code::kUnsupported, {"'Q7'"})),
      file_case("of_a_dtype_in_lower_case", "safetensors-format", draft(of_code("u8")),
                not_read("w", Code::kUnsupported, {"'u8'"})),
      file_case("of_no_dtype", "safetensors-format", draft(of_code("")),
                not_read("w", Code::kUnsupported, {"''"})),
  };
}

MalformedCase index_case(std::string name, std::string line, std::string index,
                         ExpectedVerdict expected) {
  return {"safetensors_index_" + std::move(name),
          std::move(line),
          "d/m.safetensors.index.json",
          {{"d/m.safetensors.index.json", std::move(index)},
           {"d/a.safetensors", draft(R"({"a":{"dtype":"U8","shape":[16],"data_offsets":[0,16]}})")},
           {"a.safetensors", draft(R"({"a":{"dtype":"U8","shape":[16],"data_offsets":[0,16]}})")}},
          std::move(expected)};
}

// The file that an index names for tensor "a". One of that content lies in the folder above.
MalformedCase walk_case(std::string name, const std::string& file) {
  return index_case(
      "file_" + std::move(name), "sharded-index", "{\"weight_map\":{\"a\":\"" + file + "\"}}",
      not_opened(Code::kCorrupt, {"tensor 'a'", "the plain name of a file beside the index"}));
}

MalformedCases walk_cases() {
  return {
      walk_case("above", "../a.safetensors"),
      walk_case("above_and_back", "../d/a.safetensors"),
      walk_case("two_above", "../../a.safetensors"),
      walk_case("in_a_folder", "x/a.safetensors"),
      walk_case("in_this_folder", "./a.safetensors"),
      walk_case("absolute", "/etc/passwd"),
      walk_case("absolute_twice", "//etc/passwd"),
      walk_case("of_two_dots", ".."),
      walk_case("of_one_dot", "."),
      walk_case("of_no_name", ""),
      walk_case("with_a_backslash", "..\\\\a.safetensors"),
      walk_case("of_a_drive", "C:\\\\a.safetensors"),
      walk_case("with_a_zero", "a.safetensors\\u0000"),
      walk_case("with_an_escaped_slash", "..\\u002fa.safetensors"),
      index_case("file_with_a_dot_behind", "sharded-index",
                 R"({"weight_map":{"a":"a.safetensors."}})",
                 not_opened(Code::kNotFound, {"a.safetensors."})),
      index_case("file_of_percents", "sharded-index",
                 R"({"weight_map":{"a":"%2e%2e%2fa.safetensors"}})",
                 not_opened(Code::kNotFound, {"%2e%2e%2fa.safetensors"})),
      index_case("file_of_4_kib", "sharded-index",
                 R"({"weight_map":{"a":")" + std::string(4096, 'n') + "\"}}",
                 not_opened(Code::kNotFound, {"nnnn"})),
      index_case("file_that_is_the_index", "sharded-index",
                 R"({"weight_map":{"a":"m.safetensors.index.json"}})",
                 not_opened("m.safetensors.index.json: ")),
  };
}

MalformedCases index_cases() {
  const auto refused = [](std::string name, std::string index, Code code, std::string words) {
    return index_case(std::move(name), "safetensors-format", std::move(index),
                      not_opened(code, {std::move(words)}));
  };
  const Code bad = Code::kCorrupt;
  return {
      refused("empty", "", bad, "it ends where"),
      refused("of_nothing", "{}", bad, "0 'weight_map'"),
      refused("of_two_maps", R"({"weight_map":{},"weight_map":{}})", bad, "2 'weight_map'"),
      refused("of_a_list", R"({"weight_map":[]})", bad, "'{' is expected"),
      refused("of_a_list_of_files", R"({"weight_map":{"a":["a.safetensors"]}})", bad,
              "'\"' is expected"),
      refused("with_more_behind", R"({"weight_map":{"a":"a.safetensors"}} x)", bad,
              "something follows"),
      refused("with_nan", R"({"metadata":{"x":NaN},"weight_map":{}})", bad, "a value is expected"),
      refused("nested_deeply", "{\"x\":" + std::string(100'000, '['), Code::kUnsupported,
              "nested deeper than 64 levels"),
      refused("of_a_tensor_that_is_not_there", R"({"weight_map":{"b":"a.safetensors"}})", bad,
              "which has no such tensor"),
      refused("of_a_tensor_twice", R"({"weight_map":{"a":"a.safetensors","a":"a.safetensors"}})",
              bad, "lists tensor 'a' twice"),
      refused("of_a_file_that_is_not_there", R"({"weight_map":{"a":"b.safetensors"}})",
              Code::kNotFound, "b.safetensors"),
      index_case(
          "of_another_size", "safetensors-format",
          R"({"metadata":{"total_size":99},"weight_map":{"a":"a.safetensors"}})",
          accepted("what the index says of sizes is only noted", "take 99 bytes, they take 16")),
  };
}

}  // namespace

MalformedCases safetensors_header_cases() {
  return join_cases({number_cases(), entry_cases(), place_cases(), json_cases(), length_cases(),
                     unknown_cases()});
}

MalformedCases safetensors_index_cases() {
  return join_cases({walk_cases(), index_cases()});
}

INSTANTIATE_TEST_SUITE_P(SafetensorsHeaders, MalformedCorpus,
                         testing::ValuesIn(safetensors_header_cases()), malformed_case_name);
INSTANTIATE_TEST_SUITE_P(SafetensorsIndexes, MalformedCorpus,
                         testing::ValuesIn(safetensors_index_cases()), malformed_case_name);

}  // namespace holdall
