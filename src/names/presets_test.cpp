#include <gtest/gtest.h>

#include "holdall/name_rules.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

std::string renamed(std::string_view rules, std::string_view name) {
  const auto parsed = NameRules::parse(rules);
  EXPECT_TRUE(is_ok(parsed)) << rules;
  return parsed.ok() ? parsed->apply(name).value_or("(left out)") : "";
}

TEST(Presets, AllSayWhatTheyAreForAndParse) {
  const std::vector<std::string> names = preset_names();
  EXPECT_EQ(names, (std::vector<std::string>{"compile", "ddp", "ema", "keras-object", "tf1"}));
  for (const std::string& name : names) {
    const auto text = preset_text(name);
    ASSERT_TRUE(is_ok(text)) << name;
    EXPECT_TRUE(text->starts_with("# ")) << name;
    const auto from_text = NameRules::parse(*text);
    const auto by_name = NameRules::parse("preset " + name);
    ASSERT_TRUE(is_ok(from_text)) << name;
    ASSERT_TRUE(is_ok(by_name)) << name;
    EXPECT_GT(by_name->count(), 0u) << name;
    EXPECT_EQ(by_name->to_string(), from_text->to_string()) << name;
  }
}

TEST(Presets, SayWhichThereAre) {
  EXPECT_TRUE(fails(preset_text("dpd"), Code::kInvalidArgument,
                    {"there is no preset 'dpd', there are: compile, ddp, ema, keras-object, tf1"}));
}

TEST(Presets, TakePyTorchsWrappersOff) {
  EXPECT_EQ(renamed("preset ddp", "module.conv1.weight"), "conv1.weight");
  EXPECT_EQ(renamed("preset ddp", "submodule.w"), "submodule.w");
  EXPECT_EQ(renamed("preset compile", "_orig_mod.conv1.weight"), "conv1.weight");
  EXPECT_EQ(renamed("preset compile; preset ddp", "_orig_mod.module.w"), "w");
  EXPECT_TRUE(NameRules::parse("preset ddp; preset compile")->is_invertible());
}

TEST(Presets, TakeMovingAveragesForWeights) {
  EXPECT_EQ(renamed("preset ema", "net/w/ExponentialMovingAverage"), "net/w");
  EXPECT_EQ(renamed("preset ema", "net/w"), "(left out)");
  EXPECT_EQ(renamed("preset ema", "net/w/Adam"), "(left out)");
}

TEST(Presets, LeaveOutWhatTrainingAdds) {
  for (const std::string_view name :
       {"net/w/Adam", "w/Adam_1", "w/Momentum", "beta1_power", "opt/beta2_power_1", "global_step",
        "net/w/RMSProp_1", "w/Ftrl", "w/AMSGrad"}) {
    EXPECT_EQ(renamed("preset tf1", name), "(left out)") << name;
  }
  for (const std::string_view name : {"net/w", "Adam", "Adam/w", "net/Adam_layer",
                                      "net/moving_mean", "net/w/ExponentialMovingAverage"}) {
    EXPECT_EQ(renamed("preset tf1", name), name);
  }
}

TEST(Presets, TakeObjectKeysForPaths) {
  const std::string_view rules = "preset keras-object";
  EXPECT_EQ(renamed(rules, "first/kernel/.ATTRIBUTES/VARIABLE_VALUE"), "first/kernel");
  EXPECT_EQ(renamed(rules, "by_name/with.Sslash..and..dot/.ATTRIBUTES/VARIABLE_VALUE"),
            "by_name/with/slash.and.dot");
  EXPECT_EQ(renamed(rules, "_CHECKPOINTABLE_OBJECT_GRAPH"), "(left out)");
  EXPECT_EQ(renamed(rules, "v/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE"),
            "v/.OPTIMIZER_SLOT/optimizer/m");
}

}  // namespace
}  // namespace holdall
