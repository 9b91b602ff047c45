// V1 files that are wrong in one way each, with right checksums.
#include <gtest/gtest.h>

#include "formats/tf_v1/saved_file_testing.h"
#include "holdall/checkpoint.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall::tf_v1 {
namespace {

class TfV1Malformed : public testing::Test {
 protected:
  Result<Checkpoint> open(const std::string& bytes, const std::string& path = "m") {
    write_file(*storage_, path, bytes);
    return Checkpoint::open(path, {storage_});
  }

  // The tensor "w" is listed with a problem, or cannot be read; "ok" can.
  void expect_bad_tensor(const SavedTensor& tensor, const OwnedEntries& entries,
                         const std::vector<std::string_view>& words) {
    OwnedEntries all = entries;
    all.push_back(draft_slice("ok", {{}, {}}, floats_field({7})));
    const auto checkpoint =
        open(draft_saved_file({draft_tensor("ok", DType::kF32, Shape({})), tensor}, all));
    ASSERT_TRUE(is_ok(checkpoint));
    EXPECT_TRUE(is_ok(checkpoint->read("ok")));
    const auto read = checkpoint->read("w");
    ASSERT_FALSE(read.ok());
    EXPECT_TRUE(read.error().code == Code::kCorrupt || read.error().code == Code::kUnsupported);
    const std::string text = read.error().to_string();
    EXPECT_NE(text.find("tensor 'w'"), std::string::npos) << text;
    EXPECT_NE(text.find("m: "), std::string::npos) << text;
    for (const std::string_view word : words) EXPECT_NE(text.find(word), std::string::npos) << text;
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

const Box kAll{{0}, {Box::kAll}};

TEST_F(TfV1Malformed, OtherCountsOfValuesAreRefused) {
  const SavedTensor floats = draft_tensor("w", DType::kF32, {2});
  expect_bad_tensor(floats, {draft_slice("w", kAll, floats_field({1, 2, 3}))},
                    {"3 values of float32 are stored in field 5, expected 2"});
  expect_bad_tensor(floats, {draft_slice("w", kAll, floats_field({1}))}, {"hold 1 at most"});
  expect_bad_tensor(floats, {draft_slice("w", kAll, ints_field({1, 2, 3, 4, 5, 6}))},
                    {"0 values of float32"});
  const SavedTensor ints = draft_tensor("w", DType::kI32, {2});
  expect_bad_tensor(ints, {draft_slice("w", kAll, ints_field({1, 2, 3}))}, {"3 values of int32"});
  std::string strings;
  ProtoWriter(strings).add_bytes(8, "only one of them");
  expect_bad_tensor(draft_tensor("w", DType::kString, {2}), {draft_slice("w", kAll, strings)},
                    {"1 strings are stored in field 8, expected 2"});
}

TEST_F(TfV1Malformed, ALargeTensorNeedsALargeFile) {
  expect_bad_tensor(draft_tensor("w", DType::kF32, {int64_t{1} << 50}),
                    {draft_slice("w", kAll, floats_field({1}))}, {"1125899906842624 elements"});
  expect_bad_tensor(draft_tensor("w", DType::kString, {int64_t{1} << 40}),
                    {draft_slice("w", kAll, "")}, {"the 0 bytes that are stored hold 0 at most"});
}

TEST_F(TfV1Malformed, SlicesThatAreMissingOrOthersAreTold) {
  const SavedTensor tensor = draft_tensor("w", DType::kF32, {1});
  expect_bad_tensor(tensor, {}, {"its slice '-' is listed but not stored"});
  // Another tensor's slice under this one's key.
  OwnedEntry other = draft_slice("v", kAll, floats_field({1}));
  other.key = encode_slice_key("w", kAll);
  expect_bad_tensor(tensor, {other}, {"listed but not stored"});
  expect_bad_tensor(tensor, {draft_slice("w", {{0}, {1}}, floats_field({1}))},
                    {"its slice '-' is listed but not stored"});
}

TEST_F(TfV1Malformed, EntriesThatAreNoSlicesAreTold) {
  const SavedTensor tensor = draft_tensor("w", DType::kF32, {1});
  const std::string key = encode_slice_key("w", kAll);
  expect_bad_tensor(tensor, {{key, ""}}, {"the entry holds no slice"});
  expect_bad_tensor(tensor, {{key, "\xff"}}, {"no field of a protobuf message"});
  expect_bad_tensor(tensor, {{key, "\x12\x7f"}}, {"127 bytes"});
  expect_bad_tensor(tensor, {{key, "\x12\x03\x0a\x01w"}}, {"the slice holds no values"});
}

TEST_F(TfV1Malformed, SlicesThatDoNotFitAreRefused) {
  const auto slice_of = [](int64_t start, int64_t length) { return Box{{start}, {length}}; };
  const auto entry_of = [](const Box& box) {
    return draft_slice("w", box,
                       floats_field(std::vector<float>(
                           static_cast<size_t>(std::max<int64_t>(box.lengths[0], 1)))));
  };
  const auto tensor_of = [](const std::vector<Box>& slices) {
    return draft_tensor("w", DType::kF32, {4}, slices);
  };
  const Box front = slice_of(0, 2);
  expect_bad_tensor(tensor_of({front, slice_of(1, 3)}), {entry_of(front), entry_of(slice_of(1, 3))},
                    {"Overlapping slices"});
  expect_bad_tensor(tensor_of({front, front}), {entry_of(front)}, {"Overlapping slices"});
  expect_bad_tensor(tensor_of({slice_of(2, 3)}), {entry_of(slice_of(2, 3))},
                    {"a slice does not fit"});
  expect_bad_tensor(tensor_of({front}), {entry_of(front)},
                    {"Does not have sufficient slices", "2 of the 4"});
  const Box flat{{0, 0}, {1, 1}};
  expect_bad_tensor(tensor_of({flat}), {draft_slice("w", flat, floats_field({1}))},
                    {"a slice does not fit"});
}

TEST_F(TfV1Malformed, TypesAndShapesThatCannotBeAreRefused) {
  SavedTensor tensor = draft_tensor("w", DType::kF32, {1});
  const OwnedEntries entries = {draft_slice("w", kAll, floats_field({1}))};
  tensor.dtype_code = 999;
  expect_bad_tensor(tensor, entries, {"element type 999"});
  tensor.dtype_code = tf_code_of(DType::kU32);
  expect_bad_tensor(tensor, entries, {"no field for elements of dtype uint32"});
  tensor = draft_tensor("w", DType::kF32, {-1});
  expect_bad_tensor(tensor, entries, {"Invalid tensor shape"});
}

TEST_F(TfV1Malformed, ListsThatCannotBeUsedCloseTheFile) {
  const auto refuse = [&](std::string_view meta, std::string_view words) {
    const auto checkpoint = open(*write_table({{"", std::string(meta)}}));
    EXPECT_TRUE(fails(checkpoint, Code::kCorrupt, {"m: ", words})) << hex_of(meta);
  };
  refuse({"\x0a\x04\x0a\x02\x0a\x00", 6}, "one without a name");
  refuse({"\x0a\x03\x0a\x05\x0a", 5}, "the list of tensors cannot be used");
  refuse({"\x0a\x02\x10\x01", 4}, "the list of tensors cannot be used");
  // A table of another program, whose first block is not clear from outside.
  const std::string others =
      *write_table({{"key", std::string(5000, 'v')}}, {.compression = TableCompression::kSnappy});
  EXPECT_TRUE(fails(open(others), Code::kCorrupt, {"the table begins with key 'key'"}));
}

TEST_F(TfV1Malformed, FilesForANewerReaderAreRefused) {
  std::string meta;
  ProtoWriter(meta).add_message(2, {"\x08\x05\x10\x02", 4});
  std::string message;
  ProtoWriter(message).add_message(1, meta);
  EXPECT_TRUE(
      fails(open(*write_table({{"", message}})), Code::kUnsupported, {"min consumer version 2"}));
}

TEST_F(TfV1Malformed, FilesOfASetThatDisagreeAreTold) {
  const auto file_of = [](Shape shape, const Box& box) {
    return draft_saved_file({draft_tensor("w", DType::kF32, std::move(shape), {box})},
                            {draft_slice("w", box, floats_field({1, 2}))});
  };
  write_file(*storage_, "s-00000-of-00002", file_of({4}, {{0}, {2}}));
  write_file(*storage_, "s-00001-of-00002", file_of({4}, {{2}, {2}}));
  EXPECT_EQ(*Checkpoint::open("s", {storage_})->read("w"), *Tensor::of<float>({4}, {1, 2, 1, 2}));
  write_file(*storage_, "s-00001-of-00002", file_of({5}, {{2}, {2}}));
  EXPECT_TRUE(fails(Checkpoint::open("s", {storage_})->read("w"), Code::kCorrupt,
                    {"the files disagree", "[4]", "[5]"}));
}

}  // namespace
}  // namespace holdall::tf_v1
