#include <gtest/gtest.h>

#include <algorithm>

#include "holdall/name_rules.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

std::vector<std::string_view> views_of(const Names& names) {
  return {names.begin(), names.end()};
}

Names with_prefix(std::string_view prefix, const Names& names) {
  Names all;
  for (const std::string& name : names) all.push_back(std::string(prefix) + name);
  return all;
}

Names with_suffix(const Names& names, std::string_view suffix) {
  Names all;
  for (const std::string& name : names) all.push_back(name + std::string(suffix));
  return all;
}

Names joined(Names a, const Names& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// The proposal's rules; checks that they give as many of the wanted names as it says.
std::string proposed(const Names& wanted, const Names& present) {
  const auto proposal = propose_rules(views_of(wanted), views_of(present));
  if (!proposal) return "(none)";
  const auto rules = NameRules::parse(proposal->rules);
  EXPECT_TRUE(is_ok(rules)) << proposal->rules;
  if (!rules.ok()) return "";
  const RenameReport report = rules->apply_all(views_of(present));
  EXPECT_TRUE(is_ok(rules->check(report))) << proposal->rules;
  size_t match_count = 0;
  for (const RenamedName& renamed : report.names) {
    if (std::find(wanted.begin(), wanted.end(), renamed.name) != wanted.end()) ++match_count;
  }
  EXPECT_EQ(proposal->match_count, match_count) << proposal->rules;
  EXPECT_EQ(proposal->wanted_count, wanted.size());
  return proposal->rules + (match_count == wanted.size() ? "" : " (not all)");
}

const Names kNet = {"conv1/weights", "conv1/bias", "bn/scale", "bn/offset", "fc/weights"};
const Names kTorch = {"conv1.weight", "conv1.bias", "bn.weight", "bn.running_mean", "fc.weight"};
const Names kTraining = {"beta1_power", "beta2_power", "global_step"};

TEST(RuleProposal, FindsAnExtraScope) {
  EXPECT_EQ(proposed(kNet, with_prefix("dna/", kNet)), "strip dna/");
  EXPECT_EQ(proposed(kNet, joined(with_prefix("a/b/", kNet), kTraining)), "strip a/b/");
}

TEST(RuleProposal, FindsAMissingScope) {
  EXPECT_EQ(proposed(with_prefix("dna/", kNet), kNet), "add dna/");
  EXPECT_EQ(proposed(with_prefix("a/b/", kNet), joined(kNet, kTraining)), "add a/b/");
}

TEST(RuleProposal, FindsAnotherScope) {
  EXPECT_EQ(proposed(with_prefix("dna/", kNet), with_prefix("rna/", kNet)), "sub #rna#dna#");
  EXPECT_EQ(proposed(with_prefix("a/b/", kNet), with_prefix("x.y/", kNet)),
            R"(sub* #^x\.y/#a/b/#)");
}

TEST(RuleProposal, FindsADoubledScope) {
  EXPECT_EQ(proposed(with_prefix("dna/", kNet), with_prefix("dna/dna/", kNet)), "strip dna/");
  EXPECT_EQ(proposed(with_prefix("dna/dna/", kNet), with_prefix("dna/", kNet)), "add dna/");
}

TEST(RuleProposal, FindsANumberedScope) {
  EXPECT_EQ(proposed(with_prefix("model_1/", kNet), with_prefix("model/", kNet)),
            "sub #model#model_1#");
  EXPECT_EQ(proposed(with_prefix("model/", kNet), with_prefix("model_3/", kNet)),
            "sub #model_3#model#");
}

TEST(RuleProposal, FindsAnotherComponent) {
  EXPECT_EQ(proposed({"net/lstm/kernel", "net/lstm/bias", "net/w"},
                     {"net/old_lstm/kernel", "net/old_lstm/bias", "net/w"}),
            "sub #old_lstm#lstm#");
  EXPECT_EQ(proposed({"a/kernel", "b/kernel", "b/bias"}, {"a/weights", "b/weights", "b/bias"}),
            "sub #weights#kernel#");
}

TEST(RuleProposal, FindsSeveralNumberedComponents) {
  EXPECT_EQ(proposed({"a/net_1/dense_1/w", "a/net_1/dense_1/b", "b/net_1/dense_1/w"},
                     {"a/net/dense/w", "a/net/dense/b", "b/net/dense/w", "b/net/dense/w/Adam",
                      "b/net/dense/w/Adam_1"}),
            "sub #dense#dense_1#; sub #net#net_1#");
  // What was called dense_1 is called dense_2: in this order, or both would end as dense_2.
  EXPECT_EQ(proposed({"n_1/dense_1/w", "n_1/dense_1/b", "n_1/dense_2/v", "n_1/dense_2/c"},
                     {"n/dense/w", "n/dense/b", "n/dense_1/v", "n/dense_1/c"}),
            "sub #dense_1#dense_2#; sub #dense#dense_1#; sub #n#n_1#");
}

TEST(RuleProposal, FindsObjectKeys) {
  const std::string tail = "/.ATTRIBUTES/VARIABLE_VALUE";
  EXPECT_EQ(proposed(kNet, with_suffix(kNet, tail)), R"(sub* #/\.ATTRIBUTES/VARIABLE_VALUE$##)");
  EXPECT_EQ(proposed({"layer-0/kernel", "layer-0/bias"},
                     {"_CHECKPOINTABLE_OBJECT_GRAPH", "save_counter" + tail,
                      "model/layer-0/bias" + tail, "model/layer-0/kernel" + tail}),
            R"(sub* #/\.ATTRIBUTES/VARIABLE_VALUE$##; strip model/)");
  EXPECT_EQ(proposed(with_suffix(kNet, tail), kNet), "sub* #$#/.ATTRIBUTES/VARIABLE_VALUE#");
  EXPECT_EQ(proposed({"v/a/b.c", "v/x/y.c", "u/p/q.r"},
                     {"v/a.Sb..c" + tail, "v/x.Sy..c" + tail, "u/p.Sq..r" + tail}),
            R"(sub* #/\.ATTRIBUTES/VARIABLE_VALUE$##; sub* #\.S#/#; sub* #\.\.#.#)");
}

TEST(RuleProposal, FindsPyTorchsWrappers) {
  EXPECT_EQ(proposed(kTorch, with_prefix("module.", kTorch)), "strip module.");
  EXPECT_EQ(proposed(with_prefix("module.", kTorch), kTorch), "add module.");
  EXPECT_EQ(proposed(kTorch, with_prefix("_orig_mod.", kTorch)), "strip _orig_mod.");
  EXPECT_EQ(proposed(kTorch, with_prefix("_orig_mod.module.", kTorch)), "strip _orig_mod.module.");
  EXPECT_EQ(proposed({"a.x.w", "b.y.w", "c.z.w"},
                     {"a._orig_mod.x.w", "b._orig_mod.y.w", "c._orig_mod.z.w"}),
            R"(sub* #(^|\.)_orig_mod\.#$1#)");
  EXPECT_EQ(proposed({"a.x.w", "b.y.w", "c.submodule.w"},
                     {"a.module.x.w", "b.module.y.w", "c.module.submodule.w"}),
            R"(sub* #(^|\.)module\.#$1#)");
}

TEST(RuleProposal, FindsOutputSuffixes) {
  EXPECT_EQ(proposed(kNet, with_suffix(kNet, ":0")), "sub* #:0$##");
  EXPECT_EQ(proposed(with_suffix(kNet, ":0"), kNet), "sub* #$#:0#");
  EXPECT_EQ(proposed(kNet, with_prefix("net/", with_suffix(kNet, ":0"))),
            "sub* #:0$##; strip net/");
}

TEST(RuleProposal, FindsDotsAgainstSlashes) {
  Names slashes = kTorch;
  for (std::string& name : slashes) std::replace(name.begin(), name.end(), '.', '/');
  EXPECT_EQ(proposed(slashes, kTorch), R"(sub* #\.#/#)");
  EXPECT_EQ(proposed(kTorch, slashes), "sub* #/#.#");
  EXPECT_EQ(proposed(with_prefix("net/", slashes), kTorch), R"(sub* #\.#/#; add net/)");
}

TEST(RuleProposal, IsNoneWhereNothingIsMissing) {
  EXPECT_EQ(proposed(kNet, joined(kNet, kTraining)), "(none)");
  EXPECT_EQ(proposed({}, kNet), "(none)");
  EXPECT_EQ(proposed(kNet, {}), "(none)");
}

TEST(RuleProposal, IsNoneWhereHalfOrLessWouldMatch) {
  EXPECT_EQ(proposed({"a", "b", "c", "d"}, {"x/a", "x/b"}), "(none)");
  EXPECT_EQ(proposed({"a", "b", "c", "d"}, {"x/a", "x/b", "x/c"}), "strip x/ (not all)");
  EXPECT_EQ(proposed({"conv/w", "fc/b"}, {"lstm/kernel", "out/bias"}), "(none)");
}

TEST(RuleProposal, CountsWhatMatchedBefore) {
  // "add a/" would gain two names and lose one.
  EXPECT_EQ(proposed({"a/w", "a/b", "s"}, {"w", "b", "s"}), "(none)");
  EXPECT_EQ(proposed({"w", "b", "s"}, {"a/w", "a/b", "s"}), "strip a/");
}

TEST(RuleProposal, IsNoneWhereNamesWouldCollide) {
  EXPECT_EQ(proposed({"w", "b"}, {"x/w", "x/b", "y", "x/y"}), "(none)");
}

TEST(RuleProposal, QuotesWhatNeedsIt) {
  EXPECT_EQ(proposed(kNet, with_prefix("my net/", kNet)), "strip \"my net/\"");
  EXPECT_EQ(proposed({"a(1)/w", "a(1)/b"}, {"a$#\\/w", "a$#\\/b"}), R"(sub #a\$\#\\#a(1)#)");
  EXPECT_EQ(proposed({"$1\\#/w", "$1\\#/b"}, {"a/w", "a/b"}), R"(sub #a#$$1\\\##)");
  EXPECT_EQ(proposed(kNet, with_prefix("two\nlines/", kNet)), "(none)");
}

TEST(RuleProposal, IsTheSameWhateverTheOrder) {
  Names present = with_prefix("dna/", kNet);
  std::reverse(present.begin(), present.end());
  Names wanted = kNet;
  std::reverse(wanted.begin(), wanted.end());
  EXPECT_EQ(proposed(wanted, present), "strip dna/");
}

TEST(RuleProposal, IsFoundAmongManyNames) {
  Names wanted;
  for (int i = 0; i < 20'000; ++i) wanted.push_back("layer_" + std::to_string(i) + "/kernel");
  Names present = with_prefix("model/", wanted);
  for (const std::string& name : with_prefix("model/", wanted)) {
    present.push_back(name + "/Adam");
    present.push_back(name + "/Adam_1");
  }
  const auto proposal = propose_rules(views_of(wanted), views_of(present));
  ASSERT_TRUE(proposal);
  EXPECT_EQ(proposal->rules, "strip model/");
  EXPECT_EQ(proposal->match_count, 20'000u);
}

}  // namespace
}  // namespace holdall
