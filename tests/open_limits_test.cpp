// What a checkpoint asks for by being opened, against the limits.
#include <gtest/gtest.h>

#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr uint64_t kCount = 10;

class OpenLimitsTest : public testing::TestWithParam<std::string> {
 protected:
  OpenLimitsTest() {
    std::vector<SaveItem> items;
    for (uint64_t i = 0; i < kCount; ++i)
      items.push_back({"tensor" + std::to_string(i), counting_tensor({2}), {}, {}, 0});
    save_checkpoint(storage_, "m", items, {.format = GetParam()});
  }

  Result<Checkpoint> open(OpenLimits limits) const {
    OpenOptions options;
    options.storage = storage_;
    options.limits = limits;
    return Checkpoint::open("m", options);
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

INSTANTIATE_TEST_SUITE_P(Formats, OpenLimitsTest,
                         testing::Values("tf_bundle", "tf_v1", "safetensors", "npz"),
                         [](const auto& param_info) { return param_info.param; });

TEST_P(OpenLimitsTest, HoldAsManyTensorsAsTheySay) {
  EXPECT_TRUE(is_ok(open({.tensor_count = kCount})));
  const auto above = open({.tensor_count = kCount - 1});
  EXPECT_TRUE(fails(above, Code::kExhausted, {"more tensors than the limit, 9"}));
  EXPECT_EQ(above.error().reason, reason::kOverBudget);
  EXPECT_EQ(above.error().place.file.substr(0, 1), "m");
}

TEST_P(OpenLimitsTest, BoundTheBytesThatListThem) {
  const auto above = open({.index_bytes = 64});
  EXPECT_TRUE(fails(above, Code::kExhausted, {"the limit is 64"}));
  EXPECT_EQ(above.error().reason, reason::kOverBudget);
  EXPECT_TRUE(is_ok(open({.index_bytes = 4096})));
}

TEST_P(OpenLimitsTest, HoldForSessionsToo) {
  Session session;
  LoadOptions options;
  options.storage = storage_;
  options.limits = {.tensor_count = 3};
  EXPECT_TRUE(fails(session.load("m", options), Code::kExhausted));
  EXPECT_EQ(session.snapshot().count(), 0u);
  options.limits = {};
  EXPECT_TRUE(is_ok(session.load("m", options)));
}

}  // namespace
}  // namespace holdall
