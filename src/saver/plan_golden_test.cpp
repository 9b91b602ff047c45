// Plans of restores and saves as people and programs see them: testdata/plans/NAME.txt has the text
// and, where a plan fits or cannot be made, what is said then; NAME.json has the JSON.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "codec/json.h"
#include "holdall/restore.h"
#include "holdall/saver.h"
#include "support/golden_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

// What a case prints. The JSON is of each plan; none where a plan could not be made.
struct PlanOutput {
  std::string text;
  std::vector<std::string> json = {};
};

struct PlanCase {
  const char* name;
  std::function<PlanOutput()> make;
};

// -------------------------------------------------------------------------------------- restores

TensorInfo stored(const std::string& name, const Shape& shape = Shape({4, 2}),
                  DType dtype = DType::kF32) {
  TensorInfo info;
  info.name = name;
  info.dtype = dtype;
  info.shape = shape;
  info.size_bytes = *shape.element_count() * dtype_size_bytes(dtype);
  info.pieces = {{{0, 0, info.size_bytes}, {}, {}}};
  return info;
}

// Two parts along the first axis, in different files.
TensorInfo partitioned(const std::string& name) {
  TensorInfo info = stored(name, Shape({5, 2}));
  info.pieces = {{{0, 64, 24}, Box{{0, 0}, {3, 2}}, {}}, {{1, 0, 16}, Box{{3, 0}, {2, 2}}, {}}};
  return info;
}

Catalog catalog_of(std::vector<TensorInfo> tensors, const std::string& path = "run/m") {
  const std::vector<std::string> files = {path + ".data-00000-of-00002",
                                          path + ".data-00001-of-00002"};
  return *Catalog::make(path, "tf_bundle", files, ByteOrder::kLittle, std::move(tensors));
}

Catalog catalog_named(const std::vector<std::string>& names) {
  std::vector<TensorInfo> tensors;
  for (const std::string& name : names) tensors.push_back(stored(name));
  return catalog_of(std::move(tensors));
}

RestoreTarget target(const std::string& name, const Shape& shape = Shape({4, 2}),
                     DType dtype = DType::kF32) {
  RestoreTarget made;
  made.name = name;
  made.dtype = dtype;
  made.shape = shape;
  return made;
}

PlanOutput show(const Result<RestorePlan>& plan) {
  if (!plan.ok()) return {"no plan: " + plan.error().to_string() + "\n"};
  const Status check = plan->check();
  return {plan->to_string() + "check: " + (check.ok() ? "ok" : check.error().to_string()) + "\n",
          {plan->to_json()}};
}

PlanOutput show_bare_scope() {
  TensorInfo damaged = stored("damaged");
  damaged.problem = std::make_shared<const Error>(
      Error{Code::kCorrupt, reason::kCutShort, {}, "its bytes lie behind the end of the file", 0});
  return show(plan_restore(catalog_of({stored("conv/kernel", Shape({3, 3, 1, 8})),
                                       stored("names", Shape(), DType::kBool),
                                       stored("step", Shape(), DType::kI64), damaged}),
                           "dna"));
}

// What a Saver over two variables of a graph asks for, by their keys.
PlanOutput show_graph_targets() {
  RestoreTarget weights = target("model1/w");
  weights.source_name = "w";
  RestoreTarget bias = target("model1/b", Shape({8}));
  bias.source_name = "bias";
  const RestoreOptions options = {.policies = {.unexpected = UnexpectedPolicy::kSkip}};
  return show(plan_restore(
      catalog_of({stored("w"), stored("bias", Shape({8})), stored("w/Adam"), stored("other")}),
      std::vector{weights, bias}, options));
}

PlanOutput show_spec_file() {
  const auto targets = parse_targets(
      R"({"variables": [{"name": "dna/w", "dtype": "float32", "shape": [4, 2]},
                        {"name": "dna/any"}]})");
  EXPECT_TRUE(is_ok(targets));
  return show(plan_restore(catalog_named({"any", "w"}), *targets, {.scope = "dna"}));
}

PlanOutput show_several_checkpoints() {
  PlanOutput both;
  for (const char* scope : {"dna", "rna"}) {
    const Catalog catalog =
        catalog_of({stored("w"), stored("b", Shape({2}))}, std::string("run/") + scope);
    PlanOutput one = show(plan_restore(catalog, scope));
    both.text += one.text;
    both.json.push_back(one.json.front());
  }
  return both;
}

PlanOutput show_collision() {
  RestoreOptions options;
  options.rules = *NameRules::parse("map a/w w\nmap b/w w");
  return show(plan_restore(catalog_named({"a/w", "b/w"}), options));
}

PlanOutput show_missing_with_proposal() {
  std::vector<RestoreTarget> targets;
  for (const char* name : {"conv/bias", "conv/kernel", "dense/bias", "dense/kernel"})
    targets.push_back(target(name));
  return show(plan_restore(
      catalog_named({"old/conv/bias", "old/conv/kernel", "old/dense/bias", "old/dense/kernel"}),
      targets));
}

PlanOutput show_missing_and_extra() {
  return show(plan_restore(catalog_named({"conv/bias", "conv/kernels", "extra"}),
                           std::vector{target("conv/bias"), target("conv/kernel")}));
}

PlanOutput show_kept_and_skipped() {
  RestoreOptions options;
  options.select = {"net/**", "step"};
  options.skip_roles = {Role::kOptimizer, Role::kStep};
  options.prefer_ema = true;
  options.rules = *NameRules::parse("strip net/\ndrop junk\nstrip nothing/");
  options.policies = {.missing = MissingPolicy::kKeep, .unexpected = UnexpectedPolicy::kSkip};
  return show(plan_restore(catalog_named({"left", "net/extra", "net/junk", "net/w", "net/w/Adam",
                                          "net/w/ExponentialMovingAverage", "step"}),
                           std::vector{target("w"), target("new")}, options));
}

std::vector<RestoreTarget> misfits() {
  return {target("rows", Shape({6, 2})), target("type", Shape({4, 2}), DType::kF64),
          target("narrow", Shape({4, 2}), DType::kF16)};
}

PlanOutput show_mismatches() {
  return show(plan_restore(catalog_named({"narrow", "rows", "type"}), misfits()));
}

PlanOutput show_mismatches_allowed() {
  RestoreOptions options;
  options.policies = {.shape = ShapePolicy::kOverlap, .dtype = DTypePolicy::kCastLossy};
  return show(plan_restore(catalog_named({"narrow", "rows", "type"}), misfits(), options));
}

PlanOutput show_partitioned() {
  RestoreTarget part = target("table/part_1", Shape({2, 2}));
  part.source_name = "table";
  part.box = Box{{3, 0}, {2, 2}};
  part.whole_shape = Shape({5, 2});
  RestoreTarget whole = target("whole", Shape({5, 2}));
  whole.source_name = "table";
  return show(plan_restore(catalog_of({partitioned("table")}), std::vector{part, whole}));
}

// ----------------------------------------------------------------------------------------- saves

SaveItem item(const std::string& name, const Shape& shape = Shape({2})) {
  return {name, counting_tensor(shape), {}, {}, 0};
}

SaveItem part(const std::string& name, const Box& box, const Shape& whole) {
  return {name, counting_tensor(Shape(box.lengths)), box, whole, 0};
}

PlanOutput show_save(const std::string& path, std::vector<SaveItem> items,
                     SaveOptions options = {}) {
  options.storage = make_memory_storage();
  const auto plan = plan_save(path, std::move(items), options);
  if (!plan.ok()) return {"no plan: " + plan.error().to_string() + "\n"};
  return {plan->to_string(), {plan->to_json()}};
}

PlanOutput show_save_bundle() {
  std::vector<SaveItem> items = {item("b", Shape({3, 2})), item("a", Shape())};
  items.push_back({"names", strings_tensor({2}, {"x", "yz"}), {}, {}, 0});
  return show_save("run/m-7", std::move(items));
}

PlanOutput show_save_shards() {
  std::vector<SaveItem> items = {item("a"), item("b"), item("c")};
  items[1].shard = 2;
  return show_save("run/m", std::move(items), {.shard_count = 3, .alignment = 64});
}

PlanOutput show_save_partitioned() {
  return show_save("run/m", {part("table", {{0, 0}, {3, 2}}, Shape({5, 2})),
                             part("table", {{3, 0}, {2, 2}}, Shape({5, 2})), item("w")});
}

PlanOutput show_save_safetensors() {
  return show_save("run/m.safetensors", {item("a", Shape({2, 2})), item("b")});
}

PlanOutput show_save_deflated() {
  return show_save("run/m.npz", {item("a")}, {.compress = true});
}

PlanOutput show_save_collision() {
  return show_save("run/m", {item("w"), item("w")});
}

const std::vector<PlanCase> kCases = {
    {"bare_scope", show_bare_scope},
    {"graph_targets", show_graph_targets},
    {"spec_file", show_spec_file},
    {"several_checkpoints", show_several_checkpoints},
    {"collision", show_collision},
    {"missing_with_proposal", show_missing_with_proposal},
    {"missing_and_extra", show_missing_and_extra},
    {"kept_and_skipped", show_kept_and_skipped},
    {"mismatches", show_mismatches},
    {"mismatches_allowed", show_mismatches_allowed},
    {"partitioned", show_partitioned},
    {"save_bundle", show_save_bundle},
    {"save_shards", show_save_shards},
    {"save_partitioned", show_save_partitioned},
    {"save_safetensors", show_save_safetensors},
    {"save_deflated", show_save_deflated},
    {"save_collision", show_save_collision},
};

constexpr std::string_view kFolder = "src/saver/testdata/plans/";

class GoldenPlan : public testing::TestWithParam<PlanCase> {};

TEST_P(GoldenPlan, IsWhatItWas) {
  const PlanOutput output = GetParam().make();
  const std::string stem = std::string(kFolder) + GetParam().name;
  EXPECT_TRUE(is_golden(stem + ".txt", output.text));
  std::string json;
  for (const std::string& each : output.json) json += each + "\n";
  if (json.empty()) return;
  EXPECT_TRUE(is_golden(stem + ".json", json));
}

TEST_P(GoldenPlan, HasTheSchemasVersionFirst) {
  for (const std::string& text : GetParam().make().json) {
    const auto json = Json::parse(text);
    ASSERT_TRUE(is_ok(json));
    ASSERT_NE(json->find("schema"), nullptr);
    EXPECT_EQ(json->find("schema")->as_uint64(), 1u);
    EXPECT_TRUE(text.starts_with("{\n  \"schema\": 1,\n")) << text.substr(0, 40);
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenPlan, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(GoldenPlans, AreAllOfSomeCase) {
  const auto files = make_local_storage()->list_directory(source_path(std::string(kFolder)));
  ASSERT_TRUE(is_ok(files));
  for (const std::string& file : *files) {
    const std::string stem = file.substr(0, file.rfind('.'));
    EXPECT_TRUE(std::ranges::any_of(kCases, [&](const auto& each) { return each.name == stem; }))
        << file;
  }
  EXPECT_GE(files->size(), kCases.size());
}

}  // namespace
}  // namespace holdall
