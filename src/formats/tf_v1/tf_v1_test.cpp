#include <gtest/gtest.h>

#include "codec/snappy_block.h"
#include "formats/tf_v1/saved_file_testing.h"
#include "holdall/checkpoint.h"
#include "holdall/saver.h"
#include "support/bundle_files.h"
#include "support/recording_storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall::tf_v1 {
namespace {

SaveItem whole(std::string name, Tensor tensor) {
  return {std::move(name), std::move(tensor), {}, {}, 0};
}

class TfV1Test : public testing::Test {
 protected:
  Result<SavePlan> plan(std::vector<SaveItem> items, SaveOptions options = {}) {
    options.format = "tf_v1";
    options.storage = storage_;
    return plan_save("m", std::move(items), options);
  }

  void save(std::vector<SaveItem> items, SaveOptions options = {}) {
    const auto planned = plan(std::move(items), std::move(options));
    ASSERT_TRUE(is_ok(planned));
    ASSERT_TRUE(is_ok(execute(*planned)));
  }

  Checkpoint open(const std::string& path = "m") {
    auto checkpoint = Checkpoint::open(path, {storage_});
    EXPECT_TRUE(is_ok(checkpoint));
    return *checkpoint;
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

// The bytes that TensorFlow writes for the same.
TEST_F(TfV1Test, WritesTheBytesOfAKnownFile) {
  save({whole("a", *Tensor::of<float>({}, {0.5f})),
        whole("w", *Tensor::of<int32_t>({2, 2}, {1, -2, 3, 4}))});
  const std::string bytes = read_file(*storage_, "m");
  EXPECT_EQ(bytes.size(), 199u);
  EXPECT_EQ(hex_of(bytes.substr(bytes.find("\x12\x1a\x0a\x01w"), 28)),
            "121a0a01771204"
            "0a000a001a0f3a0d01feffffffffffffffff010304");
}

TEST_F(TfV1Test, ListsTensorsInTheOrderInWhichTheyCame) {
  save({whole("b", counting_tensor({1})), whole("a", counting_tensor({1}))});
  const std::string bytes = read_file(*storage_, "m");
  EXPECT_LT(bytes.find("\x0a\x01"
                       "b"),
            bytes.find("\x0a\x01"
                       "a"));
  EXPECT_EQ(open().catalog().begin()->name, "a");
}

TEST_F(TfV1Test, SavesSeveralFilesThatTheStateFileNamesAsOne) {
  std::vector<SaveItem> items = {whole("a", counting_tensor({3})),
                                 whole("b", *Tensor::of<int64_t>({2}, {-1, 1}))};
  items[1].shard = 1;
  save(items, {.shard_count = 2});
  const std::string pattern = "m-\?\?\?\?\?-of-00002";
  EXPECT_EQ(read_file(*storage_, "checkpoint"), "model_checkpoint_path: \"" + pattern +
                                                    "\"\nall_model_checkpoint_paths: \"" + pattern +
                                                    "\"\n");
  for (const std::string& path :
       {std::string("m"), pattern, std::string("m-00001-of-00002"), std::string("checkpoint")}) {
    EXPECT_EQ(*open(path).read("a"), items[0].tensor);
    EXPECT_EQ(*open(path).read("b"), items[1].tensor);
  }
}

TEST_F(TfV1Test, IsNotSavedWhereAnotherCheckpointWouldBeOpened) {
  save_checkpoint(storage_, "m", {whole("other", counting_tensor({1}))});
  const auto planned = plan({whole("a", counting_tensor({1}))});
  EXPECT_TRUE(fails(execute(*planned), Code::kInvalidArgument, {"m: ", "'m.index'"}));
  EXPECT_FALSE(storage_->open_reader("m").ok());
}

TEST_F(TfV1Test, IsNotSavedWhereNobodyCouldTellWhichSetIsMeant) {
  save({whole("a", counting_tensor({1}))}, {.shard_count = 3});
  const auto two = plan({whole("a", counting_tensor({1}))}, {.shard_count = 2});
  EXPECT_TRUE(fails(execute(*two), Code::kInvalidArgument, {"'m-\?\?\?\?\?-of-00003'"}));
  save({whole("a", counting_tensor({1}, 5))}, {.shard_count = 3});
  EXPECT_EQ(*open().read("a"), counting_tensor({1}, 5));
  save({whole("a", counting_tensor({1}, 7))});
  EXPECT_EQ(*open().read("a"), counting_tensor({1}, 7));
  EXPECT_TRUE(fails(execute(*two), Code::kInvalidArgument, {"by 'm'"}));
}

TEST_F(TfV1Test, RefusesWhatTheFormatCannotHold) {
  for (const DType dtype : {DType::kU32, DType::kU64, DType::kBF16, DType::kQI16, DType::kQU16,
                            DType::kF8E5M2, DType::kI4}) {
    std::mt19937_64 random(1);
    EXPECT_TRUE(fails(plan({whole("a", random_tensor(random, dtype, {2}))}), Code::kUnsupported,
                      {"tensor 'a'", dtype_name(dtype), "tf_bundle"}));
  }
  EXPECT_TRUE(fails(plan({}, {.compress = true}), Code::kUnsupported));
  EXPECT_TRUE(fails(plan({}, {.compress_index = true}), Code::kUnsupported));
  EXPECT_TRUE(fails(plan({}, {.alignment = 64}), Code::kUnsupported));
  EXPECT_TRUE(fails(plan({}, {.byte_order = ByteOrder::kBig}), Code::kUnsupported));
}

class HugeSource : public TensorSource {
 public:
  explicit HugeSource(int64_t count) : shape_({count}) {}
  DType dtype() const override { return DType::kI16; }
  const Shape& shape() const override { return shape_; }
  Status read(const Take&) const override { return {}; }

 private:
  Shape shape_;
};

TEST_F(TfV1Test, RefusesSlicesThatTensorFlowFindsTooLarge) {
  const auto item_of = [](int64_t count) {
    SaveItem item;
    item.name = "w";
    item.source = std::make_shared<HugeSource>(count);
    return item;
  };
  EXPECT_TRUE(is_ok(plan({item_of(((int64_t{1} << 31) - 1 - 1024) / 10)})));
  EXPECT_TRUE(fails(plan({item_of(((int64_t{1} << 31) - 1 - 1024) / 10 + 1)}), Code::kUnsupported,
                    {"too large to serialize (conservative estimate: 2147483654 bytes)"}));
}

TEST_F(TfV1Test, ReadsSnappyBlocks) {
  const std::string bytes =
      draft_saved_file({draft_tensor("f", DType::kF32, {100}), draft_tensor("i", DType::kI32, {3}),
                        draft_tensor("p", DType::kF32, {4}, {{{0}, {2}}, {{2}, {2}}})},
                       {draft_slice("f", all_of({1}), floats_field(std::vector<float>(100, 2.5f))),
                        draft_slice("i", all_of({1}), ints_field({-1, 0, 7})),
                        draft_slice("p", {{0}, {2}}, floats_field({1, 2})),
                        draft_slice("p", {{2}, {2}}, floats_field({3, 4}))},
                       {.compression = TableCompression::kSnappy});
  ASSERT_LT(bytes.size(), 400u);
  write_file(*storage_, "m", bytes);
  const Checkpoint checkpoint = open();
  EXPECT_EQ(*checkpoint.read("f"), *Tensor::of<float>({100}, std::vector<float>(100, 2.5f)));
  EXPECT_EQ(*checkpoint.read("i"), *Tensor::of<int32_t>({3}, {-1, 0, 7}));
  EXPECT_EQ(*checkpoint.read("p"), *Tensor::of<float>({4}, {1, 2, 3, 4}));
}

TEST_F(TfV1Test, ReadsValuesThatAreNotPacked) {
  std::string fields;
  for (const float value : {1.0f, 2.0f, 3.0f}) ProtoWriter(fields).add_float(5, value);
  write_file(*storage_, "m",
             draft_saved_file({draft_tensor("w", DType::kF32, {3})},
                              {draft_slice("w", all_of({3}), fields)}));
  EXPECT_EQ(*open().read("w"), *Tensor::of<float>({3}, {1, 2, 3}));
}

TEST_F(TfV1Test, ReadsAListWithoutAVersion) {
  std::string meta;
  ProtoWriter(meta).add_message(1, "");
  write_file(*storage_, "m", *write_table({{"", meta}}));
  EXPECT_EQ(open().catalog().count(), 0u);
}

// Of a large block only its ends are read when it is opened; damage anywhere in it is noticed when
// it is read, though the file has no checksum of the values alone.
class TfV1LargeBlock : public TfV1Test {
 protected:
  TfV1LargeBlock() {
    save({whole("a", counting_tensor({3})), whole("w", counting_tensor({1000, 1000})),
          whole("x", *Tensor::of<int64_t>({2}, {5, -5})),
          whole("y", *Tensor::of<int32_t>({700'000}, std::vector<int32_t>(700'000, -7)))});
    bytes_ = read_file(*storage_, "m");
  }

  std::string bytes_;
};

TEST_F(TfV1LargeBlock, IsNotReadWhenItIsOpened) {
  const auto recording = std::make_shared<RecordingStorage>(storage_);
  const auto checkpoint = Checkpoint::open("m", {recording});
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_LT(recording->bytes_read("m"), 100'000u);
  EXPECT_EQ(checkpoint->catalog().find("w")->encoding, Encoding::kRaw);
  EXPECT_EQ(*checkpoint->read("w"), counting_tensor({1000, 1000}));
}

TEST_F(TfV1LargeBlock, IsCheckedAsAWhole) {
  const Piece piece = open().catalog().find("w")->pieces[0];
  for (const uint64_t at : {piece.extent.offset_in_file, piece.extent.offset_in_file + 2'000'001,
                            piece.extent.offset_in_file + piece.extent.size_bytes - 1}) {
    std::string damaged = bytes_;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    write_file(*storage_, "m", damaged);
    const Checkpoint checkpoint = open();
    const auto read = checkpoint.read("w");
    EXPECT_TRUE(fails(read, Code::kCorrupt, {"m: tensor 'w'", "Checksum does not match"}));
    EXPECT_EQ(read.error().to_string().find("the index speaks of"), std::string::npos);
    EXPECT_EQ(*checkpoint.read("a"), counting_tensor({3}));
  }
}

TEST_F(TfV1Test, TellsWhichTensorsADamagedBlockHad) {
  std::vector<SaveItem> items;
  for (int i = 100; i < 400; ++i)
    items.push_back(whole("t" + std::to_string(i), counting_tensor({300}, static_cast<float>(i))));
  save(items);
  std::string bytes = read_file(*storage_, "m");
  bytes[100'000] = static_cast<char>(bytes[100'000] ^ 1);  // in the first block, behind the list
  write_file(*storage_, "m", bytes);
  EXPECT_TRUE(
      fails(Checkpoint::open("m", {storage_}), Code::kCorrupt, {"block checksum mismatch"}));
  bytes[100'000] = static_cast<char>(bytes[100'000] ^ 1);
  bytes[300'000] = static_cast<char>(bytes[300'000] ^ 1);
  write_file(*storage_, "m", bytes);
  const Checkpoint checkpoint = open();
  size_t bad_count = 0;
  for (const SaveItem& item : items) {
    const auto tensor = checkpoint.read(item.name);
    if (tensor.ok()) {
      EXPECT_EQ(*tensor, item.tensor);
      continue;
    }
    EXPECT_TRUE(fails(tensor, Code::kCorrupt, {"block checksum mismatch at byte 26"}));
    ++bad_count;
  }
  EXPECT_GT(bad_count, 50u);
  EXPECT_LT(bad_count, 220u);
}

TEST(TfV1ShardPath, IsFiveDigitsOrMore) {
  const auto path = parse_shard_path("a/b-00001-of-00003");
  ASSERT_TRUE(path.has_value());
  EXPECT_EQ(path->stem, "a/b");
  EXPECT_EQ(path->shard, 1u);
  EXPECT_EQ(path->count, 3u);
  EXPECT_EQ(parse_shard_path("b-\?\?\?\?\?-of-123456")->count, 123456u);
  EXPECT_FALSE(parse_shard_path("b-\?\?\?\?\?-of-123456")->shard.has_value());
  for (const std::string_view other :
       {"b", "", "b-of-00003", "b-0001-of-00003", "b-00001-of-003", "b-00003-of-00003",
        "b-00000-of-00000", "b00001-of-00003", "b-000001-of-00003", "b-00001-of-00003.x",
        "b-00001-of-99999999999999999999"}) {
    EXPECT_FALSE(parse_shard_path(other).has_value()) << other;
  }
}

}  // namespace
}  // namespace holdall::tf_v1
