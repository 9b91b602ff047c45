// What becomes of variables and tensors that have no counterpart, or another shape or dtype; and of
// names on their way from the checkpoint into the session.
#include <gtest/gtest.h>

#include "holdall/restore.h"
#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

TensorInfo tensor_info(const std::string& name, DType dtype = DType::kF32,
                       const Shape& shape = Shape({4, 2})) {
  TensorInfo info;
  info.name = name;
  info.dtype = dtype;
  info.shape = shape;
  info.size_bytes = 32;
  info.pieces = {{{0, 0, 32}, {}, {}}};
  return info;
}

Catalog catalog_of(const Names& names) {
  std::vector<TensorInfo> infos;
  for (const std::string& name : names) infos.push_back(tensor_info(name));
  return *Catalog::make("m", "tf_bundle", {"m.data"}, ByteOrder::kLittle, infos);
}

RestoreTarget variable(const std::string& name) {
  RestoreTarget target;
  target.name = name;
  return target;
}

std::vector<RestoreTarget> variables(const Names& names) {
  std::vector<RestoreTarget> targets;
  for (const std::string& name : names) targets.push_back(variable(name));
  return targets;
}

// "session <- checkpoint" of each item.
Names items_of(const RestorePlan& plan) {
  Names items;
  for (const RestoreItem& item : plan.items) items.push_back(item.name + " <- " + item.source_name);
  return items;
}

// "name: reason role" of each.
Names skipped_of(const RestorePlan& plan) {
  Names skipped;
  for (const SkippedTensor& each : plan.skipped) {
    skipped.push_back(each.source_name + ": " + std::string(skip_reason_name(each.reason)) + " " +
                      std::string(role_name(each.role)));
  }
  return skipped;
}

NameRules rules(std::string_view text) {
  auto parsed = NameRules::parse(text);
  EXPECT_TRUE(is_ok(parsed));
  return *std::move(parsed);
}

// ------------------------------------------------------------------------------------------ names

TEST(RestoreNames, GoThroughSelectionRulesAndScope) {
  const Catalog catalog = catalog_of({"net/a/w", "net/b/w", "other/w"});
  const auto plan = plan_restore(
      catalog, {.scope = "dna", .select = {"net/**"}, .rules = rules("strip net/\nmap b/w last")});
  ASSERT_TRUE(is_ok(plan));
  EXPECT_EQ(items_of(*plan), (Names{"dna/a/w <- net/a/w", "dna/last <- net/b/w"}));
  EXPECT_EQ(skipped_of(*plan), (Names{"other/w: select weight"}));
  EXPECT_TRUE(plan->unmatched_rules.empty());
}

TEST(RestoreNames, LeaveOutRolesAndWhatRulesDrop) {
  const Catalog catalog = catalog_of({"b", "global_step", "w", "w/Adam", "w/Adam_1"});
  const auto plan = plan_restore(
      catalog, {.rules = rules("drop b\nstrip x/"), .skip_roles = {Role::kOptimizer, Role::kStep}});
  ASSERT_TRUE(is_ok(plan));
  EXPECT_EQ(items_of(*plan), (Names{"w <- w"}));
  EXPECT_EQ(skipped_of(*plan), (Names{"global_step: role step", "w/Adam: role optimizer",
                                      "w/Adam_1: role optimizer", "b: rule weight"}));
  EXPECT_EQ(plan->unmatched_rules, (Names{"strip x/"}));
  EXPECT_NE(plan->to_string().find("2 optimizer, 1 weight, 1 step tensors skipped\n"
                                   "rule matched nothing: strip x/\n"),
            std::string::npos)
      << plan->to_string();
}

TEST(RestoreNames, TakeMovingAveragesUnderTheNamesOfTheirTensors) {
  const Catalog catalog = catalog_of({"a", "a/ExponentialMovingAverage", "b"});
  const auto plan = plan_restore(catalog, {.scope = "s", .prefer_ema = true});
  ASSERT_TRUE(is_ok(plan));
  EXPECT_EQ(items_of(*plan), (Names{"s/a <- a/ExponentialMovingAverage", "s/b <- b"}));
  EXPECT_EQ(skipped_of(*plan), (Names{"a: ema weight"}));
  const auto selected = plan_restore(catalog, {.select = {"a", "b"}, .prefer_ema = true});
  EXPECT_EQ(items_of(*selected), (Names{"a <- a", "b <- b"}));
}

TEST(RestoreNames, MayNotMeet) {
  const auto plan = plan_restore(catalog_of({"x/w", "y/w"}),
                                 {.scope = "s", .rules = rules("strip x/; strip y/")});
  EXPECT_TRUE(fails(plan, Code::kInvalidArgument, {"scope 's': m: ", "x/w", "y/w"}));
  EXPECT_EQ(plan.error().reason, reason::kNameCollision);
}

TEST(RestoreNames, RefusePatternsThatCannotBe) {
  EXPECT_TRUE(fails(plan_restore(catalog_of({"w"}), {.select = {""}}), Code::kInvalidArgument));
}

TEST(RestoreNames, ThatMatchNothingAreAnErrorWhateverThePolicies) {
  const auto none = plan_restore(catalog_of({"w"}), {.select = {"x*"}});
  EXPECT_TRUE(fails(none->check(), Code::kNotFound, {"nothing would be restored: 1 tensors"}));
  RestorePolicies lenient{MissingPolicy::kKeep, UnexpectedPolicy::kSkip, ShapePolicy::kKeep,
                          DTypePolicy::kCastLossy};
  const auto kept = plan_restore(catalog_of({"w"}), variables({"v"}), {.policies = lenient});
  EXPECT_EQ(kept->problems.size(), 0u);
  EXPECT_TRUE(fails(kept->check(), Code::kNotFound,
                    {"nothing would be restored: 1 tensors are left out, 1 variables"}));
}

TEST(RestoreNames, ThatTheCallerLeftOutOrRenamedAreSaidToBe) {
  RestoreOptions options{.scope = "s", .select = {"step"}};
  options.policies = {MissingPolicy::kKeep, UnexpectedPolicy::kSkip};
  const auto plan =
      plan_restore(catalog_of({"w", "step"}), variables({"s/q/1", "s/r/2", "s/w"}), options);
  EXPECT_EQ(plan->advice, "'w' is in the checkpoint, but left out (select)");
  options.select.clear();
  options.skip_roles = {Role::kWeight};
  const auto by_role = plan_restore(catalog_of({"w", "step"}), variables({"s/w"}), options);
  EXPECT_EQ(by_role->advice, "'w' is in the checkpoint, but left out (role)");
  const auto renamed =
      plan_restore(catalog_of({"s/w"}), variables({"s/w"}), {.rules = rules("map s/w x")});
  EXPECT_EQ(renamed->advice, "'s/w' is in the checkpoint, but the rules make it 'x'");
}

// --------------------------------------------------------------------------------------- policies

TEST(MissingPolicy, IsStrictAndNamesTheNearest) {
  const auto plan = plan_restore(catalog_of({"s/conv1", "s/b"}), variables({"s/conv2", "s/b"}),
                                 {.policies = {.unexpected = UnexpectedPolicy::kSkip}});
  ASSERT_EQ(plan->problems.size(), 1u);
  EXPECT_EQ(plan->problems[0].nearest.front(), "s/conv1");
  EXPECT_TRUE(fails(plan->check(), Code::kNotFound, {"Key s/conv2 not found in checkpoint"}));
}

TEST(MissingPolicy, KeepsOrInitialises) {
  auto targets = variables({"a", "b"});
  const Catalog catalog = catalog_of({"a"});
  const auto kept = plan_restore(catalog, targets, {.policies = {.missing = MissingPolicy::kKeep}});
  ASSERT_TRUE(is_ok(kept->check()));
  ASSERT_EQ(kept->kept.size(), 1u);
  EXPECT_EQ(kept->kept[0].name, "b");
  EXPECT_EQ(kept->kept[0].reason, "missing");
  const RestoreOptions init = {.policies = {.missing = MissingPolicy::kInit}};
  EXPECT_TRUE(fails(plan_restore(catalog, targets, init)->check(), Code::kNotFound,
                    {"Key b not found in checkpoint, and the variable has no initializer"}));
  targets[1].initializer = [] { return Result<Tensor>(counting_tensor({2}, 9)); };
  const auto initialized = plan_restore(catalog, targets, init);
  ASSERT_TRUE(is_ok(initialized->check()));
  ASSERT_EQ(initialized->initialized.size(), 1u);
  EXPECT_EQ(initialized->initialized[0].name, "b");
}

TEST(UnexpectedPolicy, IsStrictWhereVariablesAreDeclared) {
  const Catalog catalog = catalog_of({"s/a", "s/b"});
  const auto plan = plan_restore(catalog, variables({"s/a"}));
  EXPECT_TRUE(
      fails(plan->check(), Code::kInvalidArgument, {"m: tensor 's/b': no variable wants it"}));
  EXPECT_EQ(plan->check().error().reason, reason::kUnexpected);
  const auto skipped = plan_restore(catalog, variables({"s/a"}),
                                    {.policies = {.unexpected = UnexpectedPolicy::kSkip}});
  EXPECT_TRUE(is_ok(skipped->check()));
  EXPECT_EQ(skipped_of(*skipped), (Names{"s/b: unexpected weight"}));
}

class OneVariable : public testing::Test {
 protected:
  Result<RestorePlan> plan(RestorePolicies policies) {
    return plan_restore(catalog_, {&target_, 1}, {.policies = policies});
  }
  Catalog catalog_ = catalog_of({"w"});  // float32 [4,2]
  RestoreTarget target_ = variable("w");
};

TEST_F(OneVariable, OfAnotherShapeIsRefusedWithBothShapesAndTheOption) {
  target_.shape = Shape({5, 2});
  EXPECT_TRUE(fails(plan({})->check(), Code::kInvalidArgument,
                    {"the variable has shape [5,2], the checkpoint [4,2]; a corner of [4,2] would "
                     "fit with overlap"}));
  target_.shape = Shape({8});
  const auto other_rank = plan({.shape = ShapePolicy::kOverlap})->check();
  EXPECT_TRUE(fails(other_rank, Code::kInvalidArgument,
                    {"shape [8], the checkpoint [4,2]; no corner would fit; 'keep' for shapes"}));
  EXPECT_EQ(other_rank.error().message.find("overlap"), std::string::npos);
}

TEST_F(OneVariable, OfAnotherShapeKeepsItsValue) {
  target_.shape = Shape({5, 2});
  const auto kept = plan({.shape = ShapePolicy::kKeep});
  ASSERT_EQ(kept->kept.size(), 1u);
  EXPECT_EQ(kept->kept[0].reason, "shape-mismatch");
}

TEST_F(OneVariable, OfAnotherShapeTakesTheCornerThatFits) {
  target_.shape = Shape({3, 7});
  const auto overlap = plan({.shape = ShapePolicy::kOverlap});
  ASSERT_TRUE(is_ok(overlap->check()));
  EXPECT_TRUE(overlap->items[0].is_overlap);
  EXPECT_EQ(overlap->items[0].shape, Shape({3, 7}));
  EXPECT_EQ(overlap->items[0].box->lengths, (std::vector<int64_t>{3, 2}));
}

TEST_F(OneVariable, OfAnotherDTypeIsCastAsFarAsThePolicyGoes) {
  target_.dtype = DType::kF64;
  EXPECT_TRUE(fails(plan({})->check(), Code::kInvalidArgument,
                    {"the variable has dtype float64, the checkpoint float32"}));
  EXPECT_EQ(plan({.dtype = DTypePolicy::kCast})->items[0].dtype, DType::kF64);
  EXPECT_EQ(plan({.dtype = DTypePolicy::kCast})->items[0].stored_dtype, DType::kF32);
  target_.dtype = DType::kF16;
  EXPECT_TRUE(fails(plan({.dtype = DTypePolicy::kCast})->check(), Code::kInvalidArgument,
                    {"that cast can lose digits: allow it with cast_lossy"}));
  EXPECT_TRUE(is_ok(plan({.dtype = DTypePolicy::kCastLossy})->check()));
  target_.dtype = DType::kString;
  EXPECT_FALSE(plan({.dtype = DTypePolicy::kCastLossy})->check().ok());
}

// ----------------------------------------------------------------------------------------- advice

// Pasting what the error proposes makes the restore succeed.
void expect_cure(const Names& in_checkpoint, const Names& wanted, const std::string& scope,
                 const std::string& expected_rules) {
  const Catalog catalog = catalog_of(in_checkpoint);
  const auto plan = plan_restore(catalog, variables(wanted), {.scope = scope});
  const std::string text = plan->check().error().message;
  const std::string mark = "would match with:  ";
  const size_t at = text.find(mark);
  ASSERT_NE(at, std::string::npos) << text;
  const std::string proposed = text.substr(at + mark.size());
  EXPECT_EQ(proposed, expected_rules);
  const auto cured =
      plan_restore(catalog, variables(wanted), {.scope = scope, .rules = rules(proposed)});
  EXPECT_TRUE(is_ok(cured->check())) << proposed;
}

TEST(RestoreAdvice, ProposesTheRuleThatCures) {
  expect_cure({"a/w", "b/w"}, {"dna/a/w", "dna/b/w"}, "", "add dna/");
  expect_cure({"old/a/w", "old/b/w"}, {"dna/a/w", "dna/b/w"}, "dna", "strip old/");
  expect_cure({"dna/dna/a", "dna/dna/b"}, {"dna/a", "dna/b"}, "", "strip dna/");
}

// ------------------------------------------------------------------------------------ text and
// JSON

TEST(RestorePlanText, TellsEverything) {
  auto targets = variables({"a", "b", "c"});
  targets[0].dtype = DType::kF64;
  targets[1].shape = Shape({2, 2});
  const auto plan = plan_restore(catalog_of({"a", "b", "x"}), targets,
                                 {.policies = {MissingPolicy::kKeep, UnexpectedPolicy::kSkip,
                                               ShapePolicy::kOverlap, DTypePolicy::kCast}});
  ASSERT_TRUE(is_ok(plan->check()));
  EXPECT_EQ(plan->to_string(),
            "a <- a float64 [4,2], 32 bytes, cast from float32\n"
            "b <- b float32 [2,2], 32 bytes, overlap with [4,2]\n"
            "c keeps its value: missing\n"
            "1 weight tensor skipped\n"
            "2 of 3 variables, 64 bytes from m\n");
  const std::string json = plan->to_json();
  for (const std::string_view part : {R"("cast": [
    {
      "name": "a",
      "from": "float32",
      "to": "float64"
    }
  ])",
                                      R"("missing": [
    {
      "name": "c",)",
                                      R"("advice": "")"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << "\nis not in\n" << json;
  }
}

// --------------------------------------------------------------------------------------- execution

class RestoreInto : public testing::Test {
 protected:
  RestoreInto() {
    save_checkpoint(
        storage_, "m",
        {{"w", counting_tensor({2, 2}, 1), {}, {}, 0}, {"x", counting_tensor({1}, 50), {}, {}, 0}});
  }
  LoadOptions options(RestorePolicies policies) const {
    return {.scope = "s", .policies = policies, .storage = storage_};
  }
  std::shared_ptr<Storage> storage_ = make_memory_storage();
  Session session_;
};

TEST_F(RestoreInto, LaysTheCornerOverTheValue) {
  ASSERT_TRUE(is_ok(session_.assign("s/w", counting_tensor({3, 2}, 100))));
  const auto report = session_.restore(
      "m", options({.unexpected = UnexpectedPolicy::kSkip, .shape = ShapePolicy::kOverlap}));
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(*session_.find("s/w"), *Tensor::of<float>({3, 2}, {1, 2, 3, 4, 104, 105}));
  EXPECT_EQ(report->summary(),
            "1/1 restored into s/ · 16 B verified · 0 kept · 1 skipped · copied");
  EXPECT_EQ(report->skipped[0].source_name, "x");
}

TEST_F(RestoreInto, CastsAndKeeps) {
  ASSERT_TRUE(is_ok(session_.assign("s/w", *Tensor::of<double>({2, 2}, {0, 0, 0, 0}))));
  ASSERT_TRUE(is_ok(session_.assign("s/v", counting_tensor({1}, 7))));
  const auto report = session_.restore("m", options({.missing = MissingPolicy::kKeep,
                                                     .unexpected = UnexpectedPolicy::kSkip,
                                                     .dtype = DTypePolicy::kCast}));
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(*session_.find("s/w"), *Tensor::of<double>({2, 2}, {1, 2, 3, 4}));
  EXPECT_EQ(*session_.find("s/v"), counting_tensor({1}, 7));
  EXPECT_EQ(report->summary(),
            "1/2 restored into s/ · 16 B verified · 1 kept · 1 skipped · copied");
}

TEST_F(RestoreInto, ChangesNothingIfAPolicyForbidsIt) {
  ASSERT_TRUE(is_ok(session_.assign("s/w", counting_tensor({2, 2}, 9))));
  const uint64_t generation = session_.snapshot().generation();
  EXPECT_TRUE(fails(session_.restore("m", options({})), Code::kInvalidArgument,
                    {"scope 's': m: ", "no variable is called 's/x'"}));
  EXPECT_EQ(session_.snapshot().generation(), generation);
  EXPECT_TRUE(fails(session_.restore("m", {.scope = "none", .storage = storage_}), Code::kNotFound,
                    {"scope 'none': it holds no variables to restore; load() makes them"}));
}

TEST_F(RestoreInto, RunsInitializersOfWhatIsMissing) {
  auto targets = variables({"w", "x", "fresh"});
  targets[2].initializer = [] { return Result<Tensor>(counting_tensor({2}, 9)); };
  const Checkpoint checkpoint = *Checkpoint::open("m", {storage_});
  const auto plan =
      plan_restore(checkpoint.catalog(), targets, {.policies = {.missing = MissingPolicy::kInit}});
  const auto report = execute(*plan, checkpoint, session_);
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(*session_.find("fresh"), counting_tensor({2}, 9));
  EXPECT_TRUE(report->summary().ends_with("· 1 initialised")) << report->summary();
}

}  // namespace
}  // namespace holdall
