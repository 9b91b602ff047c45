#include <gtest/gtest.h>

#include <random>
#include <set>

#include "holdall/name_rules.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

std::string inverse_of(std::string_view text) {
  const auto rules = NameRules::parse(text);
  EXPECT_TRUE(is_ok(rules));
  EXPECT_TRUE(rules->is_invertible()) << text;
  const auto inverse = rules->inverse();
  EXPECT_TRUE(is_ok(inverse)) << text;
  return inverse.ok() ? inverse->to_string() : "";
}

TEST(RuleInverse, UndoesEachRule) {
  EXPECT_EQ(inverse_of("strip a"), "add a/\n");
  EXPECT_EQ(inverse_of("add module."), "strip module.\n");
  EXPECT_EQ(inverse_of("map a \"b c\""), "map \"b c\" a\n");
  EXPECT_EQ(inverse_of("sub /a/b/ inverse #b#a#"), "sub #b#a# inverse /a/b/\n");
  EXPECT_EQ(inverse_of("sub* /a/b/ inverse /b/a/"), "sub* /b/a/ inverse /a/b/\n");
  EXPECT_EQ(inverse_of(""), "");
}

TEST(RuleInverse, ReversesTheOrder) {
  EXPECT_EQ(inverse_of("strip a; map x y; add b"), "strip b/\nmap y x\nadd a/\n");
}

TEST(RuleInverse, OfTheInverseIsTheListItself) {
  const auto rules = NameRules::parse("strip a; sub /x/y/ inverse /y/x/; map p q; add c");
  ASSERT_TRUE(is_ok(rules));
  EXPECT_EQ(rules->inverse()->inverse()->to_string(), rules->to_string());
}

TEST(RuleInverse, NamesTheRuleThatHasNone) {
  for (const std::string_view text : {"drop x", "keep x", "sub /a/b/"}) {
    const auto rules = NameRules::parse("add y; " + std::string(text) + "; add z");
    ASSERT_TRUE(is_ok(rules));
    EXPECT_FALSE(rules->is_invertible());
    const auto inverse = rules->inverse();
    ASSERT_TRUE(fails(inverse, Code::kInvalidArgument, {"is not invertible"}));
    EXPECT_EQ(inverse.error().place.rule, text);
  }
  EXPECT_TRUE(fails(NameRules::parse("sub /a/b/")->inverse(), Code::kInvalidArgument,
                    {"rule 'sub /a/b/': is not invertible; say what undoes it: sub /a/b/ inverse "
                     "/EXPRESSION/TEXT/"}));
}

// Random names, and rules that apply to them as meant.
class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  size_t below(size_t limit) { return static_cast<size_t>(random_() % limit); }

  std::string word() {
    static constexpr std::string_view kLetters = "abcxyz_012 ;#\"\\$*?(\xc3\xa9";
    std::string text;
    for (size_t i = 0; i <= below(4); ++i) text += kLetters[below(kLetters.size())];
    return text;
  }
  std::string name() {
    std::string text = word();
    for (size_t i = 0; i < below(4); ++i) text += "/" + word();
    return text;
  }
  static std::string quoted(std::string_view text) {
    std::string word = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') word += '\\';
      word += c;
    }
    return word + '"';
  }

  // One rule that can be undone for all of `names`.
  std::string rule(const std::vector<std::string>& names) {
    const std::string& one = names[below(names.size())];
    switch (below(4)) {
      case 0: return "add " + quoted(word());
      case 1: {
        const std::string prefix = one.substr(0, one.find('/')) + "/";
        const bool is_shared =
            std::all_of(names.begin(), names.end(), [&](const std::string& name) {
              return name.size() > prefix.size() && name.starts_with(prefix);
            });
        return is_shared ? "strip " + quoted(prefix) : "add " + quoted(prefix);
      }
      // New names have a letter that no name has.
      case 2: return "map " + quoted(one) + " " + quoted("N" + std::to_string(count_++));
      default: {
        const std::string fresh = "S" + std::to_string(count_++);
        const std::string first(1, "abcxyz"[below(6)]);
        return "sub* /" + first + "/" + fresh + "T/ inverse /" + fresh + "T/" + first + "/";
      }
    }
  }

 private:
  std::mt19937_64 random_;
  size_t count_ = 0;
};

TEST(RuleInverse, TakesRandomNamesBack) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    Generator generator(seed);
    std::set<std::string> sources;
    while (sources.size() < 8) sources.insert(generator.name());
    std::vector<std::string> names(sources.begin(), sources.end());
    std::string text;
    const size_t rule_count = 1 + generator.below(5);
    for (size_t i = 0; i < rule_count; ++i) {
      const std::string line = generator.rule(names);
      text += line + "\n";
      const auto rule = NameRules::parse(line);
      ASSERT_TRUE(is_ok(rule)) << line;
      for (std::string& name : names) name = rule->apply(name).value();
    }
    const auto rules = NameRules::parse(text);
    ASSERT_TRUE(is_ok(rules)) << text;
    const auto inverse = rules->inverse();
    ASSERT_TRUE(is_ok(inverse)) << text;
    for (const std::string& source : sources) {
      EXPECT_EQ(inverse->apply(rules->apply(source).value()), source) << "seed " << seed << "\n"
                                                                      << text;
    }
  }
}

}  // namespace
}  // namespace holdall
