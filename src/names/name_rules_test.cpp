#include <gtest/gtest.h>

#include "holdall/name_rules.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

NameRules rules_of(std::string_view text) {
  auto rules = NameRules::parse(text);
  EXPECT_TRUE(is_ok(rules)) << text;
  return rules.ok() ? *rules : NameRules();
}

// What becomes of the name; "(left out)" where nothing does.
std::string renamed(std::string_view rules, std::string_view name) {
  return rules_of(rules).apply(name).value_or("(left out)");
}

TEST(NameRules, LeavesNamesAloneWhereThereAreNone) {
  EXPECT_EQ(NameRules().apply("a/w"), "a/w");
  EXPECT_TRUE(NameRules().empty());
  EXPECT_EQ(NameRules().count(), 0u);
  EXPECT_EQ(NameRules().to_string(), "");
  EXPECT_EQ(renamed("", "a/w"), "a/w");
  EXPECT_EQ(renamed("# only a comment", "a/w"), "a/w");
}

TEST(NameRules, StripsAPrefix) {
  EXPECT_EQ(renamed("strip dna/", "dna/w"), "w");
  EXPECT_EQ(renamed("strip dna/", "rna/w"), "rna/w");
  EXPECT_EQ(renamed("strip dna/", "x/dna/w"), "x/dna/w");
  EXPECT_EQ(renamed("strip dna/", "dna/dna/w"), "dna/w");
  EXPECT_EQ(renamed("strip module.", "module.w"), "w");
  EXPECT_EQ(renamed("strip dna/", "dna/"), "dna/");
}

TEST(NameRules, TakesAPrefixWithoutSeparatorAsAScope) {
  EXPECT_EQ(renamed("strip dna", "dna/w"), "w");
  EXPECT_EQ(renamed("strip dna", "dna_2/w"), "dna_2/w");
  EXPECT_EQ(renamed("strip dna", "dna"), "dna");
  EXPECT_EQ(renamed("add dna", "w"), "dna/w");
  EXPECT_EQ(rules_of("strip dna").text(0), "strip dna/");
}

TEST(NameRules, AddsAPrefix) {
  EXPECT_EQ(renamed("add dna/", "w"), "dna/w");
  EXPECT_EQ(renamed("add module.", "w"), "module.w");
  EXPECT_EQ(renamed("add a; add b", "w"), "b/a/w");
}

TEST(NameRules, MapsOneName) {
  EXPECT_EQ(renamed("map a b", "a"), "b");
  EXPECT_EQ(renamed("map a b", "a/w"), "a/w");
  EXPECT_EQ(renamed("map a b; map b c", "a"), "c");
  EXPECT_EQ(renamed("map b c; map a b", "a"), "b");
}

TEST(NameRules, MapsInOrderHoweverManyThereAre) {
  EXPECT_EQ(renamed("map a b; map a c; map b a; map a d; map b e", "a"), "d");
  EXPECT_EQ(renamed("map a b; strip x; map b a; add y; map y/a z; map z a", "a"), "a");
  EXPECT_EQ(renamed("map a b; drop b; map b c", "a"), "(left out)");
  EXPECT_EQ(renamed("map q r; add y; map a c", "a"), "y/a");
  std::string chain;
  for (int i = 0; i < 10'000; ++i) {
    chain += "map " + std::to_string(i) + " " + std::to_string(i + 1) + "\n";
  }
  const NameRules rules = rules_of(chain + "add x; map x/10000 end; map 3 4");
  EXPECT_EQ(rules.apply("0"), "end");
  EXPECT_EQ(rules.apply("other"), "x/other");
  const std::vector<std::string_view> names = {"9998", "other"};
  const RenameReport report = rules.apply_all(names);
  EXPECT_EQ(report.names[0].name, "end");
  ASSERT_EQ(report.names[0].history.size(), 4u);
  EXPECT_EQ(report.names[0].history[1].rule_index, 9'999u);
  EXPECT_EQ(report.match_counts[9'998], 1u);
  EXPECT_EQ(report.match_counts[3], 0u);
  EXPECT_EQ(report.match_counts[10'000], 2u);
}

TEST(NameRules, SubReplacesWholeComponents) {
  EXPECT_EQ(renamed("sub /conv/dense/", "conv/w"), "dense/w");
  EXPECT_EQ(renamed("sub /conv/dense/", "conv1/w"), "conv1/w");
  EXPECT_EQ(renamed("sub /conv/dense/", "my_conv/w"), "my_conv/w");
  EXPECT_EQ(renamed("sub /a/b/", "a/a/x/a"), "b/b/x/b");
  EXPECT_EQ(renamed("sub /a|ab/z/", "ab/x"), "z/x");
  EXPECT_EQ(renamed(R"(sub #layer_(\d+)/(w|b)#$2/of_$1#)", "net/layer_12/w"), "net/w/of_12");
  EXPECT_EQ(renamed("sub /^a/b/", "a/a"), "b/a");
  EXPECT_EQ(renamed("sub /a$/b/", "a/a"), "a/b");
  EXPECT_EQ(renamed("sub /a/b/", "/a"), "/b");
  EXPECT_EQ(renamed("sub /x*/y/", "//a"), "y/y/a");
}

TEST(NameRules, SubSplitsNamesWithoutSlashAtDots) {
  EXPECT_EQ(renamed("sub /0/1/", "layers.0.w"), "layers.1.w");
  EXPECT_EQ(renamed("sub /0/1/", "layers.0.0"), "layers.1.1");
  EXPECT_EQ(renamed("sub /0/1/", "a/layers.0.w"), "a/layers.0.w");
}

TEST(NameRules, SubStarReplacesAnywhere) {
  EXPECT_EQ(renamed("sub* /conv/dense/", "my_conv1/conv"), "my_dense1/dense");
  EXPECT_EQ(renamed(R"(sub* #/\.ATTRIBUTES/VARIABLE_VALUE$##)", "w/.ATTRIBUTES/VARIABLE_VALUE"),
            "w");
  EXPECT_EQ(renamed("sub* /^a/b/", "aaa"), "baa");
  EXPECT_EQ(renamed("sub* /^/x_/", "w"), "x_w");
  EXPECT_EQ(renamed("sub* /$/:0/", "a/w"), "a/w:0");
  EXPECT_EQ(renamed("sub* /x*/-/", "baxc"), "-b-a-c-");
  EXPECT_EQ(renamed(R"(sub* /\bw/v/)", "w/ww"), "v/vw");
  EXPECT_EQ(renamed("sub* /./x/", "a\xc3\xa9\n"), "xxx");
}

TEST(NameRules, SubTakesAnyDelimiterAndItsEscape) {
  EXPECT_EQ(renamed("sub #a/b#c/d#", "x/a/b/y"), "x/c/d/y");
  EXPECT_EQ(renamed(R"(sub /a\/b/c\/d/)", "x/a/b/y"), "x/c/d/y");
  EXPECT_EQ(renamed("sub |a|b|", "a"), "b");
  EXPECT_EQ(renamed(R"(sub |a\|b|c\|d|)", "a|b"), "c|d");
  EXPECT_EQ(renamed("sub ,a b;c,d e,", "a b;c/w"), "d e/w");
}

TEST(NameRules, SubKnowsGroupsAndDollars) {
  EXPECT_EQ(renamed("sub /(a)(b)/$2$1/", "ab"), "ba");
  EXPECT_EQ(renamed("sub /ab/<$0>/", "ab"), "<ab>");
  EXPECT_EQ(renamed("sub /(a)/${1}1/", "a"), "a1");
  EXPECT_EQ(renamed("sub /a/$$1/", "a"), "$1");
  EXPECT_EQ(renamed("sub /(a)|(b)/x$2/", "a/b"), "x/xb");
  EXPECT_EQ(renamed(R"(sub /a/\\/)", "a"), R"(\)");
}

TEST(NameRules, SubLeavesNamesAloneThatAreOrBecomeTooLong) {
  const std::string longest(16 * 1024, 'a');
  EXPECT_EQ(rules_of("sub* /^a/b/").apply(longest), "b" + longest.substr(1));
  EXPECT_EQ(rules_of("sub* /^a/b/").apply(longest + "a"), longest + "a");
  EXPECT_EQ(rules_of("sub* /^a/bb/").apply(longest), longest);
  // Twenty doublings of a doubling would be a terabyte.
  std::string doubling;
  for (int i = 0; i < 40; ++i) doubling += "sub* /^.*$/$0$0/\n";
  EXPECT_EQ(rules_of(doubling).apply("a")->size(), 16u * 1024);
}

TEST(NameRules, DoesNotHangOnExpressions) {
  const std::string name(16 * 1024, 'a');
  EXPECT_EQ(rules_of("sub* /(a*)*b/x/").apply(name), name);
  EXPECT_EQ(rules_of("sub /(a|a|aa)+b/x/").apply(name), name);
}

TEST(NameRules, DropsAndKeeps) {
  EXPECT_EQ(renamed("drop **/Adam*", "w/Adam_1"), "(left out)");
  EXPECT_EQ(renamed("drop **/Adam*", "w"), "w");
  EXPECT_EQ(renamed("keep a/**", "a/w"), "a/w");
  EXPECT_EQ(renamed("keep a/**", "b/w"), "(left out)");
  EXPECT_EQ(renamed("strip a; keep w*", "a/w1"), "w1");
}

TEST(NameRules, AppliesRulesInOrder) {
  EXPECT_EQ(renamed("strip a; strip b", "a/b/w"), "w");
  EXPECT_EQ(renamed("strip b; strip a", "a/b/w"), "b/w");
  EXPECT_EQ(renamed("add x; drop x/**", "w"), "(left out)");
}

TEST(NameRules, WritesRulesInOneForm) {
  EXPECT_EQ(rules_of("  strip\tdna ;; # no\r\n map \"a b\" \"c\" ; add \"#x\"\n"
                     "sub  /a/b/   inverse  #b#a# # yes\nsub* |x||\ndrop a\\\\ ; keep \"a;\\\"\"")
                .to_string(),
            "strip dna/\nmap \"a b\" c\nadd \"#x/\"\nsub /a/b/ inverse #b#a#\nsub* |x||\n"
            "drop a\\\\\nkeep \"a;\\\"\"\n");
}

TEST(NameRules, ParsesItsOwnTextToTheSameRules) {
  const NameRules rules = rules_of(
      "strip a\nadd \"b c\"\nmap \"\\\"\" \"\\\\\"\nsub @a\\@b@$0\\@@ inverse /x/y/\nsub* /a//\n"
      "drop \"a b\"\nkeep **\npreset ddp");
  EXPECT_EQ(rules.count(), 8u);
  EXPECT_EQ(rules_of(rules.to_string()).to_string(), rules.to_string());
}

TEST(NameRules, ReportsEachNameWithItsWay) {
  const std::vector<std::string_view> names = {"a/w", "b/w", "a/Adam"};
  const RenameReport report = rules_of("strip a; drop Adam; strip c; add x").apply_all(names);
  ASSERT_EQ(report.names.size(), 3u);
  EXPECT_EQ(report.match_counts, (std::vector<size_t>{2, 1, 0, 2}));
  EXPECT_EQ(report.names[0].source, "a/w");
  EXPECT_EQ(report.names[0].name, "x/w");
  ASSERT_EQ(report.names[0].history.size(), 2u);
  EXPECT_EQ(report.names[0].history[0].rule_index, 0u);
  EXPECT_EQ(report.names[0].history[0].name, "w");
  EXPECT_EQ(report.names[0].history[1].rule_index, 3u);
  EXPECT_EQ(report.names[0].history[1].name, "x/w");
  EXPECT_EQ(report.names[1].name, "x/b/w");
  EXPECT_EQ(report.names[1].history.size(), 1u);
  EXPECT_FALSE(report.names[2].name);
  ASSERT_EQ(report.names[2].history.size(), 2u);
  EXPECT_EQ(report.names[2].history[1].rule_index, 1u);
  EXPECT_FALSE(report.names[2].history[1].name);
}

TEST(NameRules, TellsWhichRulesAppliedToNothing) {
  const NameRules rules = rules_of("strip a; strip dna; keep w; keep **; map x y; sub /w/w/");
  const std::vector<std::string_view> names = {"a/w"};
  EXPECT_EQ(rules.unmatched(rules.apply_all(names)),
            (std::vector<std::string>{"strip dna/", "map x y"}));
  EXPECT_EQ(rules_of("keep x").unmatched(rules_of("keep x").apply_all(names)),
            (std::vector<std::string>{"keep x"}));
}

TEST(NameRules, RenamesALargeSetAsOneByOne) {
  std::vector<std::string> storage;
  for (int i = 0; i < 100'000; ++i) {
    storage.push_back("model/layer_" + std::to_string(i) +
                      (i % 2 == 0 ? "/kernel" : "/kernel/Adam"));
  }
  const std::vector<std::string_view> names(storage.begin(), storage.end());
  const NameRules rules =
      rules_of("strip model; drop **/Adam; sub /layer_(.*)/l$1/; map l4/kernel w");
  const RenameReport report = rules.apply_all(names);
  EXPECT_TRUE(is_ok(rules.check(report)));
  EXPECT_EQ(report.match_counts, (std::vector<size_t>{100'000, 50'000, 50'000, 1}));
  for (size_t i = 0; i < names.size(); i += 997) {
    EXPECT_EQ(report.names[i].source, names[i]);
    EXPECT_EQ(report.names[i].name, rules.apply(names[i])) << names[i];
  }
  EXPECT_EQ(report.names[4].name, "w");
  EXPECT_EQ(report.names[99'998].name, "l99998/kernel");
}

}  // namespace
}  // namespace holdall
