#include "holdall/roles.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdall {
namespace {

void expect_all(Role role, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    EXPECT_EQ(role_name(role_of(name)), role_name(role)) << name;
  }
}

// One letter a name: w, o, e, s. Requires: names sorted.
std::string roles(const std::vector<std::string_view>& names) {
  std::string letters;
  for (const Role role : roles_of(names)) letters += role_name(role).front();
  return letters;
}

TEST(Roles, HaveNames) {
  for (const Role role : {Role::kWeight, Role::kOptimizer, Role::kEma, Role::kStep}) {
    EXPECT_EQ(find_role(role_name(role)), role);
  }
  EXPECT_EQ(role_name(Role::kEma), "ema");
  EXPECT_FALSE(find_role("slot"));
}

TEST(Roles, TakeEverythingElseForWeights) {
  expect_all(Role::kWeight, {"",
                             "w",
                             "net/w",
                             "bn/moving_mean",
                             "bn/moving_variance",
                             "bn.running_mean",
                             "res_layer3/branch2/conv2c_bn/pop_mean",
                             "Adam",
                             "Adam/w",
                             "net/Adam_layer/kernel",
                             "rnn_fnn_layer/weights_class",
                             "stepper/w",
                             "global_step/w",
                             "ema",
                             "schema/w",
                             "optimizer",
                             "optimizers_guide",
                             "Adamant/w",
                             "x/Adamx",
                             "Adam_",
                             "layer_1",
                             "a/b:0",
                             "bn.num_batches_tracked",
                             "model/layer-0/kernel/.ATTRIBUTES/VARIABLE_VALUE"});
}

TEST(Roles, KnowSlotsOfTensorFlow1) {
  expect_all(Role::kOptimizer, {"BDLSTM_rnn/cell_0/bidirectional_rnn/bw/lstm_cell/bias/Adam",
                                "net/w/Adam_1",
                                "w/Adam_12",
                                "w/Momentum",
                                "w/RMSProp",
                                "w/RMSProp_1",
                                "w/Adagrad",
                                "w/Adadelta",
                                "w/Adadelta_1",
                                "w/Ftrl",
                                "w/Ftrl_1",
                                "w/AMSGrad",
                                "w/AdaMax_1",
                                "w/part_0/Adam",
                                "w/Adam:0",
                                "beta1_power",
                                "beta2_power",
                                "scope/beta1_power",
                                "beta1_power_1",
                                "train/beta2_power_3",
                                "bert/w/adam_m"});
}

TEST(Roles, KnowOptimizersOfTensorFlow2AndPyTorch) {
  expect_all(Role::kOptimizer,
             {"layer_with_weights-0/bias/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE",
              "optimizer/beta_1/.ATTRIBUTES/VARIABLE_VALUE",
              "optimizer/learning_rate/.ATTRIBUTES/VARIABLE_VALUE",
              "optimizer/_trainable_variables/3/.ATTRIBUTES/VARIABLE_VALUE",
              "generator_optimizer/decay/.ATTRIBUTES/VARIABLE_VALUE", "Adam/dense/kernel/m",
              "training/SGD/dense/kernel/momentum", "Adam/learning_rate",
              "optimizer.state.0.exp_avg", "state.0.exp_avg_sq", "state.0.momentum_buffer"});
}

TEST(Roles, KnowMovingAverages) {
  expect_all(Role::kEma, {"net/w/ExponentialMovingAverage", "net/w/ExponentialMovingAverage_1",
                          "w/ema", "ema.conv1.weight", "model_ema.w", "ema/w"});
}

TEST(Roles, KnowSteps) {
  expect_all(
      Role::kStep,
      {"global_step", "train/global_step", "step", "iterations", "net/iteration",
       "save_counter/.ATTRIBUTES/VARIABLE_VALUE", "optimizer/iter/.ATTRIBUTES/VARIABLE_VALUE",
       "optimizer/_iterations/.ATTRIBUTES/VARIABLE_VALUE", "Adam/iter", "global_step:0"});
}

TEST(Roles, WithAllNamesKnowSlotsByTheirVariables) {
  EXPECT_EQ(roles({"beta1_power", "beta2_power", "global_step", "net/b", "net/b/Adam",
                   "net/b/Adam_1", "net/b/ExponentialMovingAverage"}),
            "ooswooe");
  // A layer called "dense" with a variable called "Adam".
  EXPECT_EQ(roles({"dense/Adam", "dense/kernel"}), "ww");
  EXPECT_EQ(roles({"dense/Adam", "dense/Adam/Adam", "dense/Adam/Adam_1"}), "woo");
  EXPECT_EQ(roles({"w", "w/Momentum"}), "wo");
  EXPECT_EQ(roles({"w/Momentum:0", "w:0"}), "ow");
}

TEST(Roles, WithAllNamesKnowSlotsOfVariablesThatAreLeftOut) {
  // A saver of moving averages saves slots, but not the weights.
  EXPECT_EQ(roles({"net/b/Adam", "net/b/ExponentialMovingAverage"}), "oe");
  EXPECT_EQ(roles({"net/b/Adam", "net/b/Adam_1"}), "oo");
  EXPECT_EQ(roles({"Adam/dense/kernel/m", "dense/kernel", "optimizer/x/Adam"}), "owo");
}

TEST(Roles, OfManyNamesAreFound) {
  std::vector<std::string> storage;
  for (int i = 100'000; i < 200'000; ++i) {
    storage.push_back("net/" + std::to_string(i));
    storage.push_back("net/" + std::to_string(i) + "/Adam");
  }
  const std::vector<std::string_view> names(storage.begin(), storage.end());
  const std::vector<Role> found = roles_of(names);
  EXPECT_EQ(std::count(found.begin(), found.end(), Role::kOptimizer), 100'000);
}

}  // namespace
}  // namespace holdall
