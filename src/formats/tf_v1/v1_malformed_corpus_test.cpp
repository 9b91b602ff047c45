// V1 files for the corpus. "ok" is sound in every row; "w" is the one that a row is about.
#include <climits>

#include "formats/tf_v1/saved_file_testing.h"
#include "support/malformed_corpus.h"

namespace holdall::tf_v1 {
namespace {

const Box kAll{{0}, {Box::kAll}};

MalformedCase v1_case(std::string name, std::string line, std::string file,
                      ExpectedVerdict expected) {
  return {
      "v1_" + std::move(name), std::move(line), "m", {{"m", std::move(file)}}, std::move(expected)};
}

std::string file_with(const std::vector<SavedTensor>& tensors, OwnedEntries entries) {
  std::vector<SavedTensor> all = {draft_tensor("ok", DType::kF32, Shape({}))};
  all.insert(all.end(), tensors.begin(), tensors.end());
  entries.push_back(draft_slice("ok", {{}, {}}, floats_field({7})));
  return draft_saved_file(all, std::move(entries));
}

MalformedCase tensor_case(std::string name, std::string line, const SavedTensor& tensor,
                          OwnedEntries entries, ExpectedVerdict expected) {
  return v1_case(std::move(name), std::move(line), file_with({tensor}, std::move(entries)),
                 std::move(expected));
}

MalformedCase value_case(std::string name, const SavedTensor& tensor, const std::string& fields,
                         std::string words) {
  return tensor_case("values_" + std::move(name), "v1-v2-seeds", tensor,
                     {draft_slice("w", kAll, fields)}, not_read("w", std::move(words)));
}

MalformedCases value_cases() {
  const SavedTensor floats = draft_tensor("w", DType::kF32, {2});
  const SavedTensor ints = draft_tensor("w", DType::kI32, {2});
  std::string one_string;
  ProtoWriter(one_string).add_bytes(8, "only one of them");
  std::string odd;
  ProtoWriter(odd).add_bytes(5, "seven b");
  std::string cut = floats_field({1, 2});
  cut.pop_back();
  return {
      value_case("of_none", floats, "", "the 0 bytes that are stored hold 0 at most"),
      value_case("of_one", floats, floats_field({1}), "hold 1 at most"),
      value_case("of_three", floats, floats_field({1, 2, 3}), "3 values of float32 are stored"),
      value_case("of_another_field", floats, ints_field({1, 2, 3, 4, 5, 6}), "0 values of float32"),
      value_case("of_odd_bytes", floats, odd + odd, "packs values of 4 bytes, but is 7 bytes long"),
      value_case("past_their_end", floats, cut, "7 are left"),
      value_case("of_three_ints", ints, ints_field({1, 2, 3}), "3 values of int32"),
      value_case("of_an_int_without_end", ints, std::string("\x3a\x02\x01\xff", 4), "is cut short"),
      value_case("of_one_string", draft_tensor("w", DType::kString, {2}), one_string,
                 "1 strings are stored"),
      value_case("for_2_50_elements", draft_tensor("w", DType::kF32, {int64_t{1} << 50}),
                 floats_field({1}), "1125899906842624 elements"),
      value_case("for_2_40_strings", draft_tensor("w", DType::kString, {int64_t{1} << 40}), "",
                 "the 0 bytes that are stored hold 0 at most"),
  };
}

MalformedCases type_cases() {
  const OwnedEntries entries = {draft_slice("w", kAll, floats_field({1}))};
  const auto of_code = [&](std::string name, uint64_t code, std::string words) {
    SavedTensor tensor = draft_tensor("w", DType::kF32, {1});
    tensor.dtype_code = code;
    return tensor_case("type_" + std::move(name), "slice-dtypes", tensor, entries,
                       not_read("w", Code::kUnsupported, {std::move(words)}));
  };
  return {
      of_code("0", 0, "element type 0"),
      of_code("uint32", 22, "no field for elements of dtype uint32"),
      of_code("resource", 20, "no field for elements of dtype resource"),
      of_code("variant", 21, "no field for elements of dtype variant"),
      of_code("float_ref", 101, "element type 101"),
      of_code("999", 999, "element type 999"),
      of_code("minus_1", UINT64_MAX, "element type 18446744073709551615"),
      of_code("2_31_less_1", INT_MAX, "element type 2147483647"),
  };
}

MalformedCases shape_cases() {
  constexpr int64_t k31 = int64_t{1} << 31;
  const auto of_shape = [&](std::string name, Shape shape, std::string words) {
    return tensor_case("shape_" + std::move(name), "shape-product",
                       draft_tensor("w", DType::kF32, std::move(shape), {kAll}),
                       {draft_slice("w", kAll, floats_field({1}))},
                       not_read("w", std::move(words)));
  };
  return {
      of_shape("minus_1", {-1}, "Invalid tensor shape"),
      of_shape("minus_2_63", {INT64_MIN}, "Invalid tensor shape"),
      of_shape("wraps_to_0", {k31, k31, 4}, "Invalid tensor shape"),
      of_shape("wraps_to_4", {4194305, 4194305, 211106198978564}, "Invalid tensor shape"),
      of_shape("of_255_sizes", Shape(std::vector<int64_t>(255, 1)), "more than 254 dimensions"),
      of_shape("of_two_sizes", {1, 1}, "a slice does not fit"),
  };
}

MalformedCases entry_cases() {
  const SavedTensor tensor = draft_tensor("w", DType::kF32, {1});
  const std::string key = encode_slice_key("w", kAll);
  OwnedEntry other = draft_slice("v", kAll, floats_field({1}));
  other.key = key;
  const auto entry_of = [&](std::string name, std::string value, std::string words) {
    return tensor_case("entry_" + std::move(name), "v1-reader", tensor, {{key, std::move(value)}},
                       not_read("w", std::move(words)));
  };
  return {
      entry_of("empty", "", "the entry holds no slice"),
      entry_of("of_garbage", "\xff", "no field of a protobuf message"),
      entry_of("past_its_end", "\x12\x7f", "has 127 bytes, 0 are left"),
      entry_of("without_values", "\x12\x03\x0a\x01w", "the slice holds no values"),
      entry_of("of_2_63_bytes", "\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "bytes, 0 are left"),
      entry_of("of_a_group", "\x13\x14", "no field of a protobuf message"),
      tensor_case("entry_of_another_tensor", "v1-reader", tensor, {other},
                  not_read("w", "listed but not stored")),
      tensor_case("entry_missing", "v1-v2-seeds", tensor, {},
                  not_read("w", "its slice '-' is listed but not stored")),
      tensor_case(
          "entry_nobody_asks_for", "v1-reader", tensor,
          {draft_slice("w", kAll, floats_field({1})), draft_slice("x", kAll, floats_field({1}))},
          accepted("what no tensor lists is not looked at")),
  };
}

Box rows(int64_t start, int64_t count) {
  return {{start}, {count}};
}

MalformedCase slice_case(std::string name, const std::vector<Box>& slices, std::string words) {
  OwnedEntries entries;
  for (const Box& slice : slices) {
    const auto count = std::clamp<int64_t>(slice.lengths.empty() ? 1 : slice.lengths[0], 1, 9);
    OwnedEntry entry =
        draft_slice("w", slice, floats_field(std::vector<float>(static_cast<size_t>(count))));
    const bool is_new = std::none_of(entries.begin(), entries.end(),
                                     [&](const auto& each) { return each.key == entry.key; });
    if (is_new) entries.push_back(std::move(entry));
  }
  return tensor_case("slices_" + std::move(name), "slices",
                     draft_tensor("w", DType::kF32, {4}, slices), std::move(entries),
                     not_read("w", std::move(words)));
}

MalformedCases slice_cases() {
  const std::string misfit = "a slice does not fit";
  return {
      slice_case("overlap", {rows(0, 2), rows(1, 3)}, "Overlapping slices"),
      slice_case("overlap_all", {rows(0, 2), rows(0, 2)}, "Overlapping slices"),
      slice_case("leave_a_gap", {rows(0, 2)}, "2 of the 4"),
      slice_case("leave_the_shape", {rows(2, 3)}, misfit),
      slice_case("begin_before", {rows(-1, 2)}, misfit),
      slice_case("begin_at_2_63_less_1", {rows(INT64_MAX, 2)}, misfit),
      slice_case("end_beyond_2_63", {rows(2, INT64_MAX)}, misfit),
      slice_case("of_more_axes", {Box{{0, 0}, {1, 1}}}, misfit),
      slice_case("of_no_axes", {Box{}}, misfit),
  };
}

MalformedCase list_case(std::string name, std::string message, ExpectedVerdict expected) {
  return v1_case("list_" + std::move(name), "v1-reader", *write_table({{"", std::move(message)}}),
                 std::move(expected));
}

MalformedCases list_cases() {
  const std::string unusable = "the list of tensors cannot be used";
  std::string newer, meta;
  ProtoWriter(meta).add_message(2, {"\x08\x05\x10\x02", 4});
  ProtoWriter(newer).add_message(1, meta);
  const SavedTensor w = draft_tensor("w", DType::kF32, {1});
  SavedTensor other = w;
  other.shape = Shape({2});
  return {
      list_case("of_a_tensor_without_name", {"\x0a\x04\x0a\x02\x0a\x00", 6},
                not_opened("one without a name")),
      list_case("past_its_end", {"\x0a\x03\x0a\x05\x0a", 5}, not_opened(unusable)),
      list_case("of_a_number", {"\x0a\x02\x08\x01", 4}, not_opened(unusable)),
      list_case("with_a_group", {"\x0a\x02\x0b\x0c", 4}, not_opened(unusable)),
      list_case("of_a_newer_reader", newer,
                not_opened(Code::kUnsupported, {"min consumer version 2"})),
      v1_case("list_of_a_tensor_twice", "v1-reader",
              file_with({w, w}, {draft_slice("w", kAll, floats_field({1}))}),
              not_read("w", "Overlapping slices")),
      v1_case("list_that_contradicts_itself", "v1-reader",
              file_with({w, other}, {draft_slice("w", kAll, floats_field({1}))}),
              not_read("w", "the files disagree")),
  };
}

MalformedCases set_cases() {
  const auto file_of = [](Shape shape, const Box& box, DType dtype = DType::kF32) {
    return draft_saved_file({draft_tensor("w", dtype, std::move(shape), {box})},
                            {draft_slice("w", box, floats_field({1, 2}))});
  };
  const auto set_of = [&](std::string name, std::vector<MalformedFile> files,
                          ExpectedVerdict expected) {
    return MalformedCase{"v1_set_" + std::move(name), "v2-merge", "s", std::move(files),
                         std::move(expected)};
  };
  const std::string front = file_of({4}, rows(0, 2));
  const std::string first = "s-00000-of-00002", second = "s-00001-of-00002";
  return {
      set_of("sound", {{first, front}, {second, file_of({4}, rows(2, 2))}},
             accepted("nothing is wrong")),
      set_of("of_two_shapes", {{first, front}, {second, file_of({5}, rows(2, 2))}},
             not_read("w", "the files disagree")),
      set_of("of_two_types", {{first, front}, {second, file_of({4}, rows(2, 2), DType::kI32)}},
             not_read("w", "the files disagree")),
      set_of("of_one_slice_twice", {{first, front}, {second, front}},
             not_read("w", "Overlapping slices")),
      set_of("of_one_file", {{first, front}},
             not_opened(Code::kNotFound, {"s-00001-of-00002", "the checkpoint has 2 files"})),
      set_of("of_a_damaged_file", {{first, front}, {second, front.substr(0, front.size() - 1)}},
             not_opened("bad magic number")),
  };
}

MalformedCases table_cases() {
  const std::string sound = file_with({}, {});
  std::string flipped = sound;
  flipped[3] = static_cast<char>(flipped[3] ^ 1);
  const std::string foreign =
      *write_table({{"key", std::string(5000, 'v')}}, {.compression = TableCompression::kSnappy});
  return {
      v1_case("cut_in_half", "v1-reader", sound.substr(0, sound.size() / 2),
              not_opened("bad magic number")),
      v1_case("cut_by_one", "v1-reader", sound.substr(0, sound.size() - 1),
              not_opened("bad magic number")),
      v1_case("flipped", "v1-reader", flipped, not_opened("block checksum mismatch")),
      v1_case("of_another_program", "v1-reader", foreign,
              not_opened("the table begins with key 'key'")),
  };
}

MalformedCases all_cases() {
  return join_cases({value_cases(), type_cases(), shape_cases(), entry_cases(), slice_cases(),
                     list_cases(), set_cases(), table_cases()});
}

}  // namespace
}  // namespace holdall::tf_v1

namespace holdall {

MalformedCases saved_slice_cases() {
  return tf_v1::all_cases();
}

INSTANTIATE_TEST_SUITE_P(SavedSlices, MalformedCorpus, testing::ValuesIn(saved_slice_cases()),
                         malformed_case_name);

}  // namespace holdall
