#include <gtest/gtest.h>

#include "holdall/saver.h"
#include "storage/faulty_storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "tensor/buffer.h"

namespace holdall {
namespace {

SaveItem whole(std::string name, Tensor tensor = counting_tensor({2})) {
  return {std::move(name), std::move(tensor), {}, {}, 0};
}

SaveItem part(std::string name, Box box, Shape whole_shape) {
  return {std::move(name), counting_tensor(Shape(box.lengths)), box, std::move(whole_shape), 0};
}

class PlanSave : public testing::Test {
 protected:
  Result<SavePlan> plan(std::vector<SaveItem> items, SaveOptions options = {}) const {
    options.storage = storage_;
    return plan_save("d/m", std::move(items), options);
  }

  std::shared_ptr<FaultPlan> faults_ = std::make_shared<FaultPlan>();
  std::shared_ptr<Storage> storage_ =
      std::make_shared<FaultyStorage>(make_memory_storage(), faults_);
};

TEST_F(PlanSave, TellsFilesAndSizesAndTouchesNone) {
  const auto planned =
      plan({whole("b"), whole("a", strings_tensor({2}, {"x", "yz"}))}, {.alignment = 1});
  ASSERT_TRUE(is_ok(planned));
  EXPECT_EQ(planned->path, "d/m");
  ASSERT_EQ(planned->files.size(), 1u);
  EXPECT_EQ(planned->files[0].path, "d/m.data-00000-of-00001");
  EXPECT_EQ(planned->files[0].size_bytes, 8u + 2 + 4 + 3);
  EXPECT_EQ(planned->size_bytes(), 17u);
  EXPECT_EQ(planned->to_string(),
            "b float32 [2], 8 bytes\n"
            "a string [2], 3 bytes\n"
            "d/m.data-00000-of-00001, 17 bytes\n");
  EXPECT_EQ(faults_->call_count, 0u);
}

TEST_F(PlanSave, AlignsTheEndOfEveryTensor) {
  const auto planned = plan({whole("a"), whole("b"), whole("c")}, {.alignment = 42});
  EXPECT_EQ(planned->size_bytes(), 126u);
}

// So that they can be mapped, unless TensorFlow's packing is asked for.
TEST_F(PlanSave, BeginsTensorsWhereVectorUnitsCanLoadThem) {
  const std::vector<SaveItem> items = {whole("a"), whole("b"), whole("c")};
  EXPECT_EQ(plan(items)->files[0].size_bytes, 3 * 64u);
  EXPECT_EQ(plan(items, {.alignment = 64})->files[0].size_bytes, 3 * 64u);
  EXPECT_EQ(plan(items, {.alignment = 16})->files[0].size_bytes, 3 * 16u);
  EXPECT_EQ(plan(items, {.alignment = 1})->files[0].size_bytes, 3 * 8u);
}

TEST_F(PlanSave, SpreadsTensorsOverDataFiles) {
  std::vector<SaveItem> items = {whole("a"), whole("b"), whole("c")};
  items[1].shard = 2;
  const auto planned = plan(items, {.shard_count = 3, .alignment = 1});
  ASSERT_EQ(planned->files.size(), 3u);
  EXPECT_EQ(planned->files[0].size_bytes, 16u);
  EXPECT_EQ(planned->files[1].size_bytes, 0u);
  EXPECT_EQ(planned->files[2].path, "d/m.data-00002-of-00003");
  EXPECT_EQ(planned->files[2].size_bytes, 8u);
}

TEST_F(PlanSave, RefusesPathsThatNameNoFile) {
  EXPECT_TRUE(fails(plan_save("d/", {whole("a")}), Code::kInvalidArgument, {"'d/' names no file"}));
  EXPECT_TRUE(fails(plan_save("", {whole("a")}), Code::kInvalidArgument));
  EXPECT_TRUE(fails(plan_save("d/checkpoint", {whole("a")}), Code::kInvalidArgument,
                    {"'checkpoint' is the name of the state file"}));
  EXPECT_TRUE(is_ok(plan_save("d/checkpoint", {whole("a")}, {.update_state = false})));
  EXPECT_TRUE(fails(plan_save("s3://b/m", {whole("a")}), Code::kUnsupported, {"no storage for"}));
}

TEST_F(PlanSave, RefusesFormatsThatItDoesNotKnow) {
  EXPECT_TRUE(fails(plan({whole("a")}, {.format = "onnx"}), Code::kUnsupported,
                    {"d/m: no format is called 'onnx'"}));
}

TEST_F(PlanSave, RefusesNamesThatOccurTwice) {
  const auto twice = plan({whole("a"), whole("b"), whole("a")});
  EXPECT_TRUE(fails(twice, Code::kInvalidArgument, {"d/m: tensor 'a': Adding duplicate key: 'a'"}));
  EXPECT_EQ(twice.error().reason, reason::kNameCollision);
  EXPECT_TRUE(fails(plan({whole("")}), Code::kInvalidArgument, {"a tensor needs a name"}));
}

TEST_F(PlanSave, RefusesPartsThatDisagree) {
  const Box upper{{0, 0}, {2, 3}};
  const Box lower{{2, 0}, {2, 3}};
  EXPECT_TRUE(is_ok(plan({part("p", upper, {4, 3}), part("p", lower, {4, 3})})));
  EXPECT_TRUE(fails(plan({part("p", upper, {4, 3}), part("p", lower, {5, 3})}),
                    Code::kInvalidArgument,
                    {"tensor 'p': its slices disagree: float32 of [4,3] and float32 of [5,3]"}));
  SaveItem other = part("p", lower, {4, 3});
  other.tensor = *Tensor::of<int32_t>({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_TRUE(fails(plan({part("p", upper, {4, 3}), other}), Code::kInvalidArgument,
                    {"float32 of [4,3] and int32 of [4,3]"}));
  EXPECT_TRUE(fails(plan({part("p", upper, {4, 3}), part("p", {{1, 0}, {2, 3}}, {4, 3})}),
                    Code::kInvalidArgument,
                    {"tensor 'p': Overlapping slices: '0,2:0,3' and '1,2:0,3'"}));
  EXPECT_TRUE(fails(plan({part("p", upper, {4, 3}), part("p", upper, {4, 3})}),
                    Code::kInvalidArgument, {"Adding duplicate key: 'p'"}));
}

TEST_F(PlanSave, RefusesPartsBesideTheWhole) {
  const SaveItem half = part("p", {{0}, {1}}, {2});
  EXPECT_TRUE(fails(plan({whole("p"), half}), Code::kInvalidArgument,
                    {"a whole tensor has the name already, a slice cannot join it"}));
  EXPECT_TRUE(fails(plan({half, whole("p")}), Code::kInvalidArgument, {"Adding duplicate key"}));
  SaveItem all = half;
  all.tensor = counting_tensor({2});
  all.box = Box{{0}, {Box::kAll}};
  EXPECT_TRUE(is_ok(plan({all})));
  EXPECT_TRUE(fails(plan({half, all}), Code::kInvalidArgument, {"Adding duplicate key"}));
}

TEST_F(PlanSave, RefusesPartsThatDoNotFit) {
  EXPECT_TRUE(fails(plan({part("p", {{1}, {2}}, {2})}), Code::kInvalidArgument,
                    {"box '1,2' leaves dimension 0 of shape [2]"}));
  SaveItem narrow = part("p", {{0}, {2}}, {4});
  narrow.tensor = counting_tensor({3});
  EXPECT_TRUE(fails(plan({narrow}), Code::kInvalidArgument,
                    {"the slice '0,2' has another shape than its tensor, [3]"}));
  SaveItem boxless = whole("p");
  boxless.whole_shape = Shape({4});
  EXPECT_TRUE(fails(plan({boxless}), Code::kInvalidArgument, {"needs both its box and the shape"}));
  SaveItem shapeless = whole("p");
  shapeless.box = Box{{0}, {2}};
  EXPECT_TRUE(
      fails(plan({shapeless}), Code::kInvalidArgument, {"needs both its box and the shape"}));
}

TEST_F(PlanSave, RefusesLayoutsThatCannotBe) {
  EXPECT_TRUE(fails(plan({whole("a")}, {.alignment = 1048577}), Code::kInvalidArgument,
                    {"the alignment is 1048577, allowed are 1 to 1048576"}));
  EXPECT_TRUE(fails(plan({whole("a")}, {.shard_count = 0}), Code::kInvalidArgument,
                    {"should have 0 data files, allowed are 1 to 1000000"}));
  EXPECT_TRUE(fails(plan({whole("a")}, {.shard_count = 1000001}), Code::kInvalidArgument));
  SaveItem astray = whole("a");
  astray.shard = 1;
  EXPECT_TRUE(
      fails(plan({astray}), Code::kInvalidArgument, {"it should go to data file 1, there are 1"}));
}

}  // namespace
}  // namespace holdall
