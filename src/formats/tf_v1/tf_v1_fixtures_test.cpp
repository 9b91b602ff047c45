// V1 checkpoints that TensorFlow 1.15.5 wrote: read, and written again to the same bytes.
#include <gtest/gtest.h>

#include <algorithm>

#include "formats/tf_v1/tf_v1_layout.h"
#include "holdall/checkpoint.h"
#include "holdall/saver.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "support/truth.h"

namespace holdall {
namespace {

constexpr std::string_view kTestdata = "src/formats/tf_v1/testdata";

struct Fixture {
  std::string folder;
  std::string name;
  size_t tensor_count;
};

void PrintTo(const Fixture& fixture, std::ostream* out) {
  *out << fixture.name;
}

class TfV1Fixture : public testing::TestWithParam<Fixture> {
 protected:
  std::string folder() const { return join_path(kTestdata, GetParam().folder); }
  std::string path() const { return join_path(source_path(folder()), GetParam().name); }
};

INSTANTIATE_TEST_SUITE_P(TensorFlow, TfV1Fixture,
                         testing::Values(Fixture{"v1_basic", "model.ckpt-7", 19},
                                         Fixture{"partitioned", "partitioned_v1", 7},
                                         Fixture{"sharded", "sharded_v1-\?\?\?\?\?-of-00003", 5},
                                         Fixture{"strings", "strings_v1", 10}));

TEST_P(TfV1Fixture, HoldsWhatTheTruthSays) {
  const auto checkpoint = Checkpoint::open(path());
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(checkpoint->catalog().format(), "tf_v1");
  EXPECT_EQ(checkpoint->catalog().count(), GetParam().tensor_count);
  const Truth truth = read_truth(folder(), "v1");
  ASSERT_EQ(truth.checkpoints.size(), 1u);
  EXPECT_EQ(truth.checkpoints[0].prefix, GetParam().name);
  ASSERT_EQ(truth.checkpoints[0].tensors.size(), GetParam().tensor_count);
  for (const TruthTensor& expected : truth.checkpoints[0].tensors) {
    const TensorInfo* info = checkpoint->catalog().find(expected.name);
    ASSERT_NE(info, nullptr) << expected.name;
    EXPECT_EQ(info->problem, nullptr) << expected.name;
    EXPECT_EQ(info->dtype, expected.dtype) << expected.name;
    EXPECT_EQ(info->shape, expected.shape) << expected.name;
    for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
      const auto tensor = checkpoint->read(expected.name, {.io = io});
      ASSERT_TRUE(is_ok(tensor)) << expected.name;
      EXPECT_EQ(difference(expected, *tensor), "") << expected.name;
    }
  }
}

// The savers that wrote them sort by name, and the catalog does; slices are in the file's order.
std::vector<SaveItem> items_in_order(const Checkpoint& checkpoint) {
  std::vector<SaveItem> items;
  for (const TensorInfo& info : checkpoint.catalog()) {
    for (const Piece& piece : info.pieces) {
      SaveItem item{info.name, Tensor(), {}, {}, piece.extent.file_index};
      if (piece.box.starts.empty()) {
        item.tensor = *checkpoint.read(info.name);
      } else {
        item.tensor = *checkpoint.read_box(info.name, piece.box);
        item.box = piece.box;
        item.whole_shape = info.shape;
      }
      items.push_back(std::move(item));
    }
  }
  return items;
}

TEST_P(TfV1Fixture, IsRebuiltByteForByte) {
  const auto checkpoint = Checkpoint::open(path());
  ASSERT_TRUE(is_ok(checkpoint));
  const auto& files = checkpoint->catalog().files();
  const auto shard = tf_v1::parse_shard_path(checkpoint->path());
  const auto storage = make_memory_storage();
  const auto plan = plan_save(
      shard ? shard->stem : checkpoint->path(), items_in_order(*checkpoint),
      {.format = "tf_v1", .storage = storage, .shard_count = static_cast<uint32_t>(files.size())});
  ASSERT_TRUE(is_ok(plan));
  ASSERT_TRUE(is_ok(execute(*plan)));
  for (const std::string& file : files)
    EXPECT_TRUE(read_file(*storage, file) == read_test_file(file)) << file;
}

TEST(TfV1Fixtures, AreFoundByEverySpelling) {
  const std::string root = source_path(kTestdata);
  for (const char* path :
       {"v1_basic", "v1_basic/checkpoint", "v1_basic/model.ckpt-7", "v1_basic/model.ckpt-7.meta"}) {
    const auto checkpoint = Checkpoint::open(join_path(root, path));
    ASSERT_TRUE(is_ok(checkpoint)) << path;
    EXPECT_EQ(base_name_of(checkpoint->path()), "model.ckpt-7");
  }
  for (const char* path : {"sharded_v1", "sharded_v1-00000-of-00003", "sharded_v1-00002-of-00003",
                           "sharded_v1-\?\?\?\?\?-of-00003"}) {
    const auto checkpoint = Checkpoint::open(join_path(root, join_path("sharded", path)));
    ASSERT_TRUE(is_ok(checkpoint)) << path;
    EXPECT_EQ(base_name_of(checkpoint->path()), "sharded_v1-\?\?\?\?\?-of-00003");
    EXPECT_EQ(checkpoint->catalog().count(), 5u);
  }
}

TEST(TfV1Fixtures, TellRolesByTheGraphBesideThem) {
  const auto checkpoint =
      Checkpoint::open(join_path(source_path(kTestdata), "v1_basic/model.ckpt-7"));
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(checkpoint->role(*checkpoint->catalog().find("model/layer/weights")), Role::kWeight);
}

TEST(TfV1Fixtures, HavePlainElementsThatCanBeReadInParts) {
  const auto checkpoint =
      Checkpoint::open(join_path(source_path(kTestdata), "partitioned/partitioned_v1"));
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(checkpoint->catalog().find("rows")->encoding, Encoding::kRaw);
  EXPECT_EQ(checkpoint->catalog().find("ints")->encoding, Encoding::kTensorProto);
  for (const char* name : {"rows", "deep", "ints"}) {
    const Tensor whole = *checkpoint->read(name);
    Box box;
    for (const int64_t size : whole.shape().dims()) {
      box.starts.push_back(1);
      box.lengths.push_back(size - 1);
    }
    EXPECT_EQ(*checkpoint->read_box(name, box), cut_out(whole, box)) << name;
  }
}

}  // namespace
}  // namespace holdall
