// Partitioned tensors whose slices do not make them up.
#include <climits>

#include "codec/proto_wire.h"
#include "formats/tf_bundle/malformed_bundle_testing.h"
#include "formats/tf_common/tf_slice_key.h"

namespace holdall::tf_bundle {
namespace {

Box rows(int64_t start, int64_t count) {
  return {{start, 0}, {count, 2}};
}

// "w" is [4,2] at bytes 16 to 48, in slices.
Entry whole_of(const std::vector<Box>& slices) {
  Entry entry;
  entry.dtype_code = tf_code_of(DType::kF32);
  entry.shape = Shape({4, 2});
  entry.slices = slices;
  return entry;
}

Entry part_at(int64_t start, int64_t count) {
  return entry_at(16 + 8 * start, {count, 2});
}

OwnedEntry part_entry(const Box& slice, const Entry& entry) {
  return {encode_slice_key("w", slice), encode_entry(entry)};
}

MalformedCase slice_case(std::string name, const Entry& whole, OwnedEntries parts,
                         ExpectedVerdict expected) {
  parts.push_back({"w", encode_entry(whole)});
  return bundle_case("slices_" + std::move(name), "slices", index_with(std::move(parts)),
                     std::move(expected));
}

const Box kFront = rows(0, 2);
const Box kBack = rows(2, 2);

OwnedEntries sound_parts() {
  return {part_entry(kFront, part_at(0, 2)), part_entry(kBack, part_at(2, 2))};
}

// One slice is in the front, the other is this box, with an entry of the elements that it asks for.
MalformedCase box_case(std::string name, const Box& box, ExpectedVerdict expected) {
  return slice_case(std::move(name), whole_of({kFront, box}),
                    {part_entry(kFront, part_at(0, 2)), part_entry(box, part_at(2, 2))},
                    std::move(expected));
}

MalformedCases box_cases() {
  const std::string misfit = "a slice does not fit";
  const auto box = [](int64_t start, int64_t length) { return Box{{start, 0}, {length, 2}}; };
  return {
      slice_case("sound", whole_of({kFront, kBack}), sound_parts(), accepted("nothing is wrong")),
      box_case("overlap", box(1, 2), not_read("w", "Overlapping slices: '0,2:0,2' and '1,2:0,2'")),
      slice_case("overlap_all", whole_of({kFront, kFront}), sound_parts(),
                 not_read("w", "Overlapping slices")),
      slice_case("leave_a_gap", whole_of({kFront}), sound_parts(),
                 not_read("w", "they hold 4 of the 8 elements")),
      box_case("leave_the_shape", box(3, 2), not_read("w", misfit)),
      box_case("begin_outside", box(4, 2), not_read("w", misfit)),
      box_case("begin_before", box(-1, 2), not_read("w", misfit)),
      box_case("begin_at_minus_2_63", box(INT64_MIN, 2), not_read("w", misfit)),
      box_case("begin_at_2_63_less_1", box(INT64_MAX, 2), not_read("w", misfit)),
      box_case("end_beyond_2_63", box(2, INT64_MAX), not_read("w", misfit)),
      box_case("of_fewer_axes", Box{{2}, {2}}, not_read("w", misfit)),
      box_case("of_more_axes", Box{{2, 0, 0}, {2, 2, 1}}, not_read("w", misfit)),
      box_case("of_no_axes", Box{}, not_read("w", misfit)),
      box_case("of_no_rows", box(2, 0),
               not_read("w", "is stored as element type 1 of shape [2,2]")),
  };
}

MalformedCases part_cases() {
  const auto with_back = [](std::string name, const Entry& back, ExpectedVerdict expected) {
    return slice_case("part_" + std::move(name), whole_of({kFront, kBack}),
                      {part_entry(kFront, part_at(0, 2)), part_entry(kBack, back)},
                      std::move(expected));
  };
  Entry ints = part_at(2, 2);
  ints.dtype_code = tf_code_of(DType::kI32);
  Entry flat = part_at(2, 2);
  flat.shape = Shape({4});
  Entry nested = part_at(2, 2);
  nested.slices = {kFront};
  Entry negative = part_at(2, 2);
  negative.offset = -16;
  Entry elsewhere = part_at(2, 2);
  elsewhere.shard = 3;
  Entry short_one = part_at(2, 2);
  short_one.size_bytes = 15;
  const std::string other = "is stored as element type";
  return {
      with_back("of_other_type", ints, not_read("w", other)),
      with_back("of_other_shape", flat, not_read("w", other)),
      with_back("of_fewer_rows", part_at(2, 1), not_read("w", other)),
      with_back("with_slices_of_its_own", nested, accepted("only a whole tensor's slices count")),
      with_back("at_minus_16", negative, not_read("w", "offset -16")),
      with_back("in_another_file", elsewhere, not_read("w", "in data file 3")),
      with_back("one_byte_short", short_one, not_read("w", "Invalid size")),
      with_back("of_the_same_bytes", part_at(0, 2), not_read("w", "share the bytes at byte 16")),
      with_back("of_overlapping_bytes", part_at(1, 2), not_read("w", "share the bytes at byte 24")),
      slice_case("part_missing", whole_of({kFront, kBack}), {part_entry(kFront, part_at(0, 2))},
                 not_read("w", "its slice '2,2:0,2' is listed but not stored")),
      slice_case("parts_missing", whole_of({kFront, kBack}), {},
                 not_read("w", "its slice '0,2:0,2' is listed but not stored")),
      slice_case("part_of_garbage", whole_of({kFront, kBack}),
                 {part_entry(kFront, part_at(0, 2)), {encode_slice_key("w", kBack), "\xff"}},
                 not_read("w", "varint at byte 0 is cut short")),
  };
}

// What the whole tensor's entry says beside its slices.
MalformedCases whole_cases() {
  std::string negative_length = encode_entry(whole_of({kFront}));
  ProtoWriter(negative_length)
      .add_message(7, {"\x0a\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13});
  Entry strange = whole_of({kFront, kBack});
  strange.dtype_code = 999;
  Entry object = whole_of({kFront, kBack});
  object.dtype_code = 21;
  Entry with_bytes = whole_of({kFront, kBack});
  with_bytes.size_bytes = INT64_MAX;
  with_bytes.offset = -1;
  OwnedEntries parts = sound_parts();
  parts.push_back({"w", negative_length});
  return {
      bundle_case("slices_of_negative_length", "slices", index_with(parts),
                  not_read("w", "a slice has length -1")),
      slice_case("of_an_unknown_type", strange, sound_parts(),
                 not_read("w", Code::kUnsupported, {"element type 999"})),
      slice_case("of_objects", object, sound_parts(),
                 not_read("w", Code::kUnsupported, {"are TensorFlow objects"})),
      slice_case("and_a_place", with_bytes, sound_parts(),
                 accepted("of a tensor in slices, the slices' places count")),
  };
}

// A part that no tensor claims is a tensor itself, under its key.
MalformedCases unclaimed_cases() {
  return {bundle_case("slices_without_a_tensor", "slices",
                      index_with({part_entry(kFront, part_at(0, 2))}),
                      accepted("its bytes are sound, and a name may begin with a zero byte"))};
}

MalformedCases all_slice_cases() {
  return join_cases({box_cases(), part_cases(), whole_cases(), unclaimed_cases()});
}

}  // namespace
}  // namespace holdall::tf_bundle

namespace holdall {

MalformedCases bundle_slice_cases() {
  return tf_bundle::all_slice_cases();
}

INSTANTIATE_TEST_SUITE_P(BundleSlices, MalformedCorpus, testing::ValuesIn(bundle_slice_cases()),
                         malformed_case_name);

}  // namespace holdall
