#include <gtest/gtest.h>

#include "holdall/restore.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

Catalog catalog_of(const Names& names) {
  std::vector<TensorInfo> infos;
  for (const std::string& name : names) {
    TensorInfo info;
    info.name = name;
    info.dtype = DType::kF32;
    info.shape = Shape({4, 2});
    info.size_bytes = 32;
    info.pieces = {{{0, 0, 32}, {}, {}}};
    infos.push_back(std::move(info));
  }
  return *Catalog::make("dir/m", "tf_bundle", {"dir/m.data"}, ByteOrder::kLittle, infos);
}

const RestoreOptions kOthersMayBeThere = {.policies = {.unexpected = UnexpectedPolicy::kSkip}};

std::vector<RestoreTarget> targets_named(const Names& names) {
  std::vector<RestoreTarget> targets;
  for (const std::string& name : names) targets.push_back({name, name, {}, {}, {}, {}});
  return targets;
}

RestorePlan plan_names(const Catalog& catalog, const Names& names) {
  return *plan_restore(catalog, targets_named(names), kOthersMayBeThere);
}

TEST(PlanRestore, PutsEveryTensorIntoAScope) {
  const auto plan = plan_restore(catalog_of({"b", "a/w"}), "dna");
  ASSERT_TRUE(is_ok(plan));
  ASSERT_TRUE(is_ok(plan->check()));
  EXPECT_EQ(plan->scope, "dna");
  EXPECT_EQ(plan->checkpoint_path, "dir/m");
  EXPECT_EQ(plan->existing, RestorePlan::Existing::kNothing);
  ASSERT_EQ(plan->items.size(), 2u);
  EXPECT_EQ(plan->items[0].name, "dna/a/w");
  EXPECT_EQ(plan->items[0].source_name, "a/w");
  EXPECT_EQ(plan->items[1].name, "dna/b");
  EXPECT_EQ(plan->items[1].dtype, DType::kF32);
  EXPECT_EQ(plan->items[1].shape, Shape({4, 2}));
  EXPECT_EQ(plan->size_bytes(), 64u);
  EXPECT_TRUE(plan->skipped.empty());
  EXPECT_EQ(plan_restore(catalog_of({"b"}), "")->items[0].name, "b");
}

TEST(PlanRestore, RefusesScopesThatNoModelCanHave) {
  EXPECT_TRUE(fails(plan_restore(catalog_of({"b"}), "a b"), Code::kInvalidArgument,
                    {"'a b' is not a valid scope name"}));
}

TEST(PlanRestore, FindsNothingInAnEmptyCheckpoint) {
  const auto plan = plan_restore(catalog_of({}), "");
  ASSERT_TRUE(is_ok(plan));
  EXPECT_TRUE(fails(plan->check(), Code::kNotFound, {"dir/m: the checkpoint has no tensors"}));
  EXPECT_TRUE(fails(plan_restore(catalog_of({"b"}), std::span<const RestoreTarget>()),
                    Code::kInvalidArgument, {"no variables to restore"}));
}

TEST(PlanRestore, ListsWhatNobodyAskedFor) {
  const RestorePlan plan = plan_names(catalog_of({"a", "b", "c"}), {"b"});
  EXPECT_TRUE(is_ok(plan.check()));
  ASSERT_EQ(plan.skipped.size(), 2u);
  EXPECT_EQ(plan.skipped[0].source_name, "a");
  EXPECT_EQ(plan.skipped[0].reason, SkipReason::kUnexpected);
  EXPECT_EQ(plan.skipped[1].source_name, "c");
  EXPECT_EQ(plan.existing, RestorePlan::Existing::kValues);
  EXPECT_EQ(plan.advice, "");
}

TEST(PlanRestore, TakesOneTensorForSeveralVariables) {
  const RestoreTarget targets[] = {{"x", "a", {}, {}, {}, {}}, {"y", "a", {}, {}, {}, {}}};
  const auto plan = plan_restore(catalog_of({"a"}), targets);
  ASSERT_TRUE(is_ok(plan->check()));
  EXPECT_EQ(plan->items[1].name, "y");
  EXPECT_EQ(plan->size_bytes(), 64u);
}

// Each with one target that does not fit, and what is said of it.
TEST(PlanRestore, TellsWhatDoesNotFit) {
  const Catalog catalog = catalog_of({"w"});
  const RestoreTarget fitting{
      "v", "w", DType::kF32, Shape({2, 2}), Box{{1, 0}, {2, Box::kAll}}, Shape({4, 2})};
  EXPECT_TRUE(is_ok(plan_restore(catalog, {&fitting, 1})->check()));
  const auto error_of = [&](auto&& change) {
    RestoreTarget target = fitting;
    change(target);
    const auto plan = plan_restore(catalog, {&target, 1}, kOthersMayBeThere);
    EXPECT_EQ(plan->problems.size(), 1u);
    EXPECT_EQ(plan->problems[0].name, "v");
    EXPECT_EQ(plan->problems[0].source_name, target.source_name);
    return plan->check().error();
  };
  const Error dtype = error_of([](RestoreTarget& target) { target.dtype = DType::kF64; });
  EXPECT_TRUE(is_error(dtype, Code::kInvalidArgument,
                       {"dir/m: tensor 'w': the variable has dtype float64, the checkpoint "
                        "float32"}));
  EXPECT_EQ(dtype.reason, reason::kDTypeMismatch);
  const Error shape = error_of([](RestoreTarget& target) { target.shape = Shape({2}); });
  EXPECT_TRUE(is_error(shape, Code::kInvalidArgument,
                       {"the variable has shape [2], the checkpoint [2,2]"}));
  EXPECT_EQ(shape.reason, reason::kShapeMismatch);
  const Error whole = error_of([](RestoreTarget& target) { target.whole_shape = Shape({4}); });
  EXPECT_TRUE(is_error(whole, Code::kInvalidArgument,
                       {"the variable has whole shape [4], the checkpoint [4,2]"}));
  EXPECT_EQ(whole.reason, reason::kShapeMismatch);
  EXPECT_TRUE(is_error(error_of([](RestoreTarget& target) {
                         target.box = {{3, 0}, {2, 2}};
                       }),
                       Code::kInvalidArgument, {"box '3,2:0,2' leaves dimension 0"}));
  EXPECT_TRUE(is_error(error_of([](RestoreTarget& target) { target.source_name = "x"; }),
                       Code::kNotFound, {"tensor 'x': Key x not found in checkpoint"}));
}

TEST(PlanRestore, TellsThatATensorCannotBeRead) {
  TensorInfo info;
  info.name = "w";
  info.problem = std::make_shared<const Error>(Error{Code::kUnsupported, "", {}, "no way", 0});
  const Catalog catalog = *Catalog::make("m", "f", {}, ByteOrder::kLittle, {info});
  EXPECT_TRUE(fails(plan_restore(catalog, "s")->check(), Code::kUnsupported,
                    {"scope 's': m: tensor 'w': no way"}));
}

TEST(PlanRestore, TellsAllProblemsAtOnceMissingNamesFirst) {
  auto targets = targets_named({"a", "zzz", "yyy"});
  targets[0].shape = Shape({9});
  targets.push_back({"b", "b", {}, {}, {}, {}});
  const auto plan = plan_restore(catalog_of({"a", "b"}), targets, kOthersMayBeThere);
  const auto status = plan->check();
  EXPECT_TRUE(fails(status, Code::kNotFound,
                    {"dir/m: 3 of 4 variables cannot be restored:\n"
                     "  Key zzz not found in checkpoint\n"
                     "  Key yyy not found in checkpoint\n"
                     "  'a': the variable has shape [9], the checkpoint [4,2]"}));
}

TEST(PlanRestore, CountsProblemsThatItDoesNotList) {
  Names names;
  for (int i = 0; i < 25; ++i) names.push_back("missing" + std::to_string(i));
  const auto status = plan_names(catalog_of({"present"}), names).check();
  EXPECT_TRUE(fails(status, Code::kNotFound, {"Key missing19 not", "\n  and 5 more"}));
  EXPECT_EQ(status.error().message.find("missing20"), std::string::npos);
}

std::string advice_for(const Names& in_checkpoint, const Names& asked) {
  return plan_names(catalog_of(in_checkpoint), asked).advice;
}

TEST(RestoreAdvice, SaysThatThePrefixIsTooMuch) {
  EXPECT_EQ(advice_for({"conv/w", "conv/b"}, {"dna/conv/w", "dna/conv/b", "dna/conv/x"}),
            "the checkpoint's names lack the prefix 'dna/': 2 of 3 would match without it");
}

TEST(RestoreAdvice, SaysInWhichScopeTheNamesStand) {
  EXPECT_EQ(advice_for({"rna/w", "rna/b"}, {"dna/w", "dna/b"}),
            "in the checkpoint they stand in scope 'rna': 2 of 2 would match with 'rna/' in place "
            "of 'dna/'");
  EXPECT_EQ(advice_for({"rna/w", "rna/b"}, {"w", "b"}),
            "in the checkpoint they stand in scope 'rna': 2 of 2 would match with 'rna/' in front");
}

TEST(RestoreAdvice, SaysWhichModelTheCheckpointHolds) {
  EXPECT_EQ(advice_for({"model1/w1", "model1/w2"}, {"model1/w1", "model1/w2", "model2/w3"}),
            "the checkpoint holds only scope 'model1': restore just the variables in it, and the "
            "others ('model2') from their own checkpoint");
}

TEST(RestoreAdvice, NamesTheNearestWhereNoScopeHelps) {
  EXPECT_EQ(advice_for({"conv1_weights", "conv2_weights", "bias"}, {"conv_weights"}),
            "the nearest names to 'conv_weights' are 'conv1_weights', 'conv2_weights'");
  EXPECT_EQ(advice_for({"abc"}, {"something/else"}), "");
}

TEST(RestoreAdvice, StandsAtTheEndOfTheError) {
  EXPECT_TRUE(fails(plan_names(catalog_of({"w"}), {"dna/w"}).check(), Code::kNotFound,
                    {"Key dna/w not found in checkpoint; the checkpoint's names lack the prefix"}));
  EXPECT_TRUE(fails(plan_names(catalog_of({"w", "b"}), {"dna/w", "dna/b"}).check(), Code::kNotFound,
                    {"\nthe checkpoint's names lack the prefix 'dna/': 2 of 2"}));
}

TEST(PlanRestore, PrintsALineForEachVariable) {
  auto targets = targets_named({"a", "x"});
  targets[0].name = "dna/a\n";
  EXPECT_EQ(plan_restore(catalog_of({"a"}), targets)->to_string(),
            "dna/a\\n <- a float32 [4,2], 32 bytes\n"
            "x <- x: Key x not found in checkpoint\n"
            "the nearest names to 'x' are 'a'\n"
            "1 of 2 variables, 32 bytes from dir/m\n");
}

TEST(PlanRestore, ReadsNoBytesOfTensors) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "m", {{"w", counting_tensor({1000}), {}, {}, 0}});
  const auto faults = std::make_shared<FaultPlan>();
  const auto checkpoint = Checkpoint::open("m", {std::make_shared<FaultyStorage>(storage, faults)});
  ASSERT_TRUE(is_ok(checkpoint));
  const uint64_t calls = faults->call_count;
  const auto plan = plan_restore(checkpoint->catalog(), "dna");
  ASSERT_TRUE(is_ok(plan->check()));
  ASSERT_TRUE(
      fails(plan_restore(checkpoint->catalog(), targets_named({"v"}))->check(), Code::kNotFound));
  EXPECT_EQ(faults->call_count, calls);
  EXPECT_EQ(faults->bytes_read, read_file(*storage, "m.index").size());
}

}  // namespace
}  // namespace holdall
