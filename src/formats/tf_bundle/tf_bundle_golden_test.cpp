// The files of testdata/golden, from a writer other than ours: the same tensors give the same
// bytes, and the bytes give the same tensors.
#include <gtest/gtest.h>

#include <cmath>

#include "base/message.h"
#include "codec/sorted_table_reader.h"
#include "codec/tf_strings.h"
#include "support/bundle_files.h"
#include "support/sha256.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Items = std::vector<SaveItem>;

SaveItem whole(std::string name, Tensor tensor, uint32_t shard = 0) {
  return {std::move(name), std::move(tensor), {}, {}, shard};
}

SaveItem scalar(std::string name, float value) {
  return whole(std::move(name), *Tensor::of<float>({}, {value}));
}

Tensor raw_tensor(DType dtype, Shape shape, std::initializer_list<uint8_t> bytes) {
  return *Tensor::copy_of(dtype, std::move(shape),
                          std::as_bytes(std::span(bytes.begin(), bytes.size())));
}

std::string golden_path(const std::string& name) {
  return source_path("src/formats/tf_bundle/testdata/golden/" + name);
}

void expect_written(const std::string& name, const Items& items, SaveOptions options) {
  options.alignment = 1;  // TensorFlow's packing
  const auto files = lay_out_bundle(golden_path(name), items, options, {});
  EXPECT_EQ(files.size(), options.shard_count + 1);
  for (const auto& [path, bytes] : files) {
    EXPECT_EQ(hex_of(bytes), hex_of(read_test_file(path))) << path;
  }
}

void expect_read(const std::string& name, const Items& items) {
  const auto checkpoint = Checkpoint::open(golden_path(name));
  ASSERT_TRUE(is_ok(checkpoint));
  for (const SaveItem& item : items) {
    const auto tensor =
        item.box ? checkpoint->read_box(item.name, *item.box) : checkpoint->read(item.name);
    ASSERT_TRUE(is_ok(tensor));
    EXPECT_EQ(*tensor, item.tensor) << item.name;
  }
}

void expect_both(const std::string& name, const Items& items, const SaveOptions& options = {}) {
  expect_written(name, items, options);
  expect_read(name, items);
}

TEST(TfBundleGolden, HasNoTensors) {
  expect_both("no_tensors", {});
  EXPECT_EQ(Checkpoint::open(golden_path("no_tensors"))->catalog().count(), 0u);
}

TEST(TfBundleGolden, HasScalars) {
  expect_both("one_scalar", {scalar("counter", 0)});
  expect_both("three_scalars", {scalar("a", 0.5), scalar("b", 3), scalar("c", 3)});
}

TEST(TfBundleGolden, HasTensors) {
  expect_both("two_tensors",
              {whole("a", counting_tensor({2}, 1)), whole("b/w", counting_tensor({2, 3}))});
}

TEST(TfBundleGolden, HasStrings) {
  expect_both("strings",
              {whole("s", strings_tensor({3}, {"", "hi", std::string(200, 'x')})),
               whole("t", strings_tensor({}, {"hello"})), whole("z", strings_tensor({0}, {}))});
}

TEST(TfBundleGolden, HasAPartitionedVariable) {
  const Tensor all = counting_tensor({10, 4});
  const Box upper{{0, 0}, {5, 4}};
  const Box lower{{5, 0}, {5, 4}};
  const std::string name = "emb/weights";
  expect_both("partitioned", {{name, cut_out(all, upper), upper, all.shape(), 0},
                              {name, cut_out(all, lower), lower, all.shape(), 0}});
  expect_read("partitioned", {whole(name, all)});
}

TEST(TfBundleGolden, HasASliceOfAWholeDimension) {
  const Box column{{0, 0}, {Box::kAll, 1}};
  expect_both("incomplete", {{"foo", counting_tensor({5, 1}), column, Shape({5, 10}), 0}});
  const auto checkpoint = Checkpoint::open(golden_path("incomplete"));
  EXPECT_TRUE(fails(checkpoint->read("foo"), Code::kCorrupt,
                    {"Does not have sufficient slices: they hold 5 of the 50 elements"}));
  EXPECT_EQ(*checkpoint->read_box("foo", {{2, 0}, {2, 1}}), counting_tensor({2, 1}, 2));
}

TEST(TfBundleGolden, HasSeveralDataFiles) {
  const Items first = {whole("a", counting_tensor({2}, 1))};
  const Items second = {whole("b", *Tensor::of<int64_t>({}, {7}))};
  expect_both("merge_input_0", first);
  expect_both("merge_input_1", second);
  Items both = {first[0], second[0]};
  both[1].shard = 1;
  expect_both("merge_result", both, {.shard_count = 2});
}

TEST(TfBundleGolden, HasAssortedTypes) {
  expect_both("assorted", {whole("bool", raw_tensor(DType::kBool, {3}, {1, 0, 1})),
                           whole("bf16", raw_tensor(DType::kBF16, {}, {0xc0, 0x3f})),
                           whole("c64", *Tensor::of<std::complex<float>>({1}, {{1, -2}})),
                           whole("empty", counting_tensor({0, 4})),
                           whole("half", raw_tensor(DType::kF16, {2}, {0x00, 0x3e, 0x00, 0xc0})),
                           whole("i4", raw_tensor(DType::kI4, {3}, {0x0f, 0x07, 0x08})),
                           whole("i64", *Tensor::of<int64_t>({}, {-1})),
                           whole("u16", *Tensor::of<uint16_t>({2}, {1, 65535}))});
}

TEST(TfBundleGolden, HasAnObjectGraph) {
  const std::string data = read_test_file(golden_path("object_graph.data-00000-of-00001"));
  const std::string graph = data.substr(data.size() - 167);
  expect_both("object_graph",
              {whole("v/.ATTRIBUTES/VARIABLE_VALUE", *Tensor::of<float>({}, {1.5f})),
               whole("save_counter/.ATTRIBUTES/VARIABLE_VALUE", *Tensor::of<int64_t>({}, {1})),
               whole("_CHECKPOINTABLE_OBJECT_GRAPH", strings_tensor({}, {graph}))});
}

TEST(TfBundleGolden, HasCompressedBlocks) {
  expect_read("snappy", {whole("dense/bias", counting_tensor({1}, 0)),
                         whole("dense/kernel", counting_tensor({1}, 1)),
                         whole("dense_1/bias", counting_tensor({1}, 2)),
                         whole("dense_1/kernel", counting_tensor({1}, 3))});
}

TEST(TfBundleGolden, HasTheOtherByteOrder) {
  expect_both("big_endian",
              {whole("a", counting_tensor({2}, 1)), whole("s", strings_tensor({2}, {"", "hi"}))},
              {.byte_order = ByteOrder::kBig});
}

// Too long for a file here; digests and block boundaries are those of the other writer.
TEST(TfBundleGolden, HasAnIndexOfSeveralBlocks) {
  Items items;
  for (int i = 0; i < 20'000; ++i) {
    items.push_back(scalar(message("layer_{:05}/weights", i), static_cast<float>(i)));
  }
  auto files = lay_out_bundle("m", items, {.alignment = 1}, {});
  EXPECT_EQ(sha256_hex(files["m.data-00000-of-00001"]),
            "79a5cc41771aa14ad3d1e3b560e92ad280bae9ff40ed9a1ce35eeb789bd3cce4");
  EXPECT_EQ(files["m.index"].size(), 555'667u);
  EXPECT_EQ(sha256_hex(files["m.index"]),
            "94e214d16d4d798a654b0c7e64721d2ff4ba6d8f1badb7a3f1bf20defdee747c");
}

// The examples of the document: lengths as four bytes in the checksum, none of it the varints.
TEST(TfStringsGolden, HasTheBytesAndChecksumsOfTensorFlow) {
  const uint64_t ends[] = {0, 2, 202};
  EXPECT_EQ(hex_of(encode_tf_strings_head(ends, ByteOrder::kLittle).bytes), "0002c8018d57de16");
  const uint64_t hello[] = {5};
  EXPECT_EQ(hex_of(encode_tf_strings_head(hello, ByteOrder::kLittle).bytes), "05d9c69c43");
  EXPECT_EQ(hex_of(encode_tf_strings_head({}, ByteOrder::kLittle).bytes), "d8ea82a2");
  EXPECT_EQ(hex_of(encode_tf_strings_head(std::span(ends).first(2), ByteOrder::kBig).bytes),
            "0002277dc4ff");
}

}  // namespace
}  // namespace holdall
