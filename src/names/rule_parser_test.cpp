#include <gtest/gtest.h>

#include "holdall/name_rules.h"
#include "names/rule_parser.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

std::string message_of(std::string_view text) {
  const auto rules = NameRules::parse(text);
  EXPECT_FALSE(rules.ok()) << text;
  if (rules.ok()) return {};
  EXPECT_EQ(rules.error().code, Code::kInvalidArgument);
  return rules.error().message;
}

TEST(RuleParser, PointsAtAnUnknownRule) {
  EXPECT_EQ(message_of("strip a\r\n  stirp dna/ ; add x\r\n"),
            "line 2, column 3: found 'stirp', expected a rule: strip, add, map, sub, sub*, drop, "
            "keep or preset\n"
            "    stirp dna/ ; add x\n"
            "    ^");
}

TEST(RuleParser, PointsAtWhatIsMissing) {
  EXPECT_EQ(message_of("strip"),
            "line 1, column 6: found the end of the rule, expected a prefix\n  strip\n       ^");
  EXPECT_EQ(message_of("map a ; add b"),
            "line 1, column 7: found the end of the rule, expected the name it becomes\n"
            "  map a ; add b\n        ^");
  EXPECT_EQ(message_of("map # a b"),
            "line 1, column 5: found the end of the rule, expected the name to map\n"
            "  map # a b\n      ^");
  EXPECT_EQ(message_of("keep\nx"),
            "line 1, column 5: found the end of the rule, expected a pattern "
            "of names\n  keep\n      ^");
}

TEST(RuleParser, PointsAtWhatIsTooMuch) {
  EXPECT_EQ(message_of("strip a b"),
            "line 1, column 9: found 'b', expected the end of the rule\n  strip a b\n          ^");
  EXPECT_EQ(message_of("sub /a/b/ c"),
            "line 1, column 11: found 'c', expected 'inverse' or the end of the rule\n"
            "  sub /a/b/ c\n            ^");
  EXPECT_EQ(message_of("sub /a/b/ inverse /b/a/ x"),
            "line 1, column 25: found 'x', expected the end of the rule\n"
            "  sub /a/b/ inverse /b/a/ x\n                          ^");
}

TEST(RuleParser, PointsAtEmptyWords) {
  EXPECT_TRUE(message_of("strip \"\"")
                  .starts_with("line 1, column 7: found an empty word, expected a prefix\n"));
  EXPECT_TRUE(message_of("map \"\" a").starts_with("line 1, column 5: found an empty word"));
  EXPECT_TRUE(message_of("map a \"\"").starts_with("line 1, column 7: found an empty word"));
  EXPECT_TRUE(message_of("drop \"\"").starts_with("line 1, column 6: the pattern is empty"));
}

TEST(RuleParser, PointsIntoQuotedWords) {
  EXPECT_TRUE(
      message_of("add \"ab")
          .starts_with("line 1, column 5: the quoted word has no closing quote on its line\n"));
  EXPECT_TRUE(message_of("add \"ab\n\"").starts_with("line 1, column 5: the quoted word"));
  EXPECT_TRUE(
      message_of("add \"a\\b\"")
          .starts_with(
              "line 1, column 7: found a single backslash, expected \\\" or \\\\ within quotes\n"));
  EXPECT_TRUE(
      message_of("add \"a\"b")
          .starts_with("line 1, column 8: found 'b' after the closing quote, expected a blank\n"));
  EXPECT_TRUE(
      message_of("add a\"b\"").starts_with("line 1, column 6: found a double quote within a word"));
}

TEST(RuleParser, PointsAtDelimiters) {
  EXPECT_TRUE(message_of("sub ab").starts_with(
      "line 1, column 5: found 'a', expected an expression between delimiters, as in /a/b/"));
  EXPECT_TRUE(message_of("sub\nx").starts_with("line 1, column 4: found the end of the rule"));
  EXPECT_TRUE(message_of("sub ;a;b;").starts_with("line 1, column 5: found ';'"));
  EXPECT_TRUE(message_of("sub _a_b_").starts_with("line 1, column 5: found '_'"));
  EXPECT_TRUE(message_of("sub \"a\"b\"").starts_with("line 1, column 5: found '\"'"));
  EXPECT_TRUE(message_of("sub \xc3\xa9"
                         "a")
                  .starts_with("line 1, column 5: found '\xc3\xa9'"));
  EXPECT_TRUE(message_of("sub /a").starts_with(
      "line 1, column 5: the expression has no end, expected another '/' on the line\n"));
  EXPECT_TRUE(
      message_of("sub /a/b\n/")
          .starts_with(
              "line 1, column 7: the replacement has no end, expected another '/' on the line\n"));
  EXPECT_TRUE(message_of("sub /a/b\\\n/").starts_with("line 1, column 7: the replacement"));
  EXPECT_TRUE(
      message_of("sub /a/b/ inverse")
          .starts_with("line 1, column 18: found the end of the rule, expected an expression"));
}

TEST(RuleParser, PointsAtTheFaultOfAnExpression) {
  EXPECT_EQ(message_of("strip a; sub #x/(b#c#"),
            "line 1, column 15: not a regular expression: missing ): x/(b\n"
            "  strip a; sub #x/(b#c#\n"
            "                ^");
  EXPECT_EQ(message_of("sub /ab**/c/"),
            "line 1, column 8: not a regular expression: bad repetition operator: **\n"
            "  sub /ab**/c/\n         ^");
  EXPECT_TRUE(message_of("sub /a)(b/c/").find("unexpected )") != std::string::npos);
  EXPECT_TRUE(message_of("sub /a[z-a]/c/").starts_with("line 1, column 8: "));
  EXPECT_TRUE(message_of("sub /a\xff/c/").find("invalid UTF-8") != std::string::npos);
  EXPECT_TRUE(
      message_of(R"(sub /\Qa/c/)")
          .starts_with("line 1, column 6: the expression cannot be used as a part of one: "));
}

TEST(RuleParser, LimitsExpressions) {
  EXPECT_TRUE(is_ok(NameRules::parse("sub /" + std::string(4096, 'a') + "/b/")));
  EXPECT_TRUE(
      message_of("sub /" + std::string(4097, 'a') + "/b/")
          .starts_with("line 1, column 6: the expression has 4097 bytes, the limit is 4096"));
  EXPECT_TRUE(message_of("sub /((a{100}){100}){100}/b/")
                  .starts_with("line 1, column 9: not a regular expression: invalid repetition"));
  EXPECT_NE(message_of(R"(sub /(\pL{30}){30}/b/)").find("too large"), std::string::npos);
}

TEST(RuleParser, PointsIntoReplacements) {
  EXPECT_EQ(message_of("sub /(a)/b$2/"),
            "line 1, column 11: there is no such group, the expression has 1\n"
            "  sub /(a)/b$2/\n            ^");
  EXPECT_TRUE(message_of("sub /a/$x/")
                  .starts_with("line 1, column 8: found '$', expected the number of a group, or "
                               "'$$' for a dollar\n"));
  EXPECT_TRUE(message_of("sub /a/b$/").starts_with("line 1, column 9: found '$'"));
  EXPECT_TRUE(message_of("sub /(a)/${1/").starts_with("line 1, column 10: found '$'"));
  EXPECT_TRUE(message_of("sub /(a)/${}/").starts_with("line 1, column 10: found '$'"));
  EXPECT_TRUE(message_of("sub /a/$99999999999999999999/").find("no such group") !=
              std::string::npos);
  EXPECT_TRUE(
      message_of("sub /(a)/b/ inverse /b/$1/").starts_with("line 1, column 24: there is no"));
}

TEST(RuleParser, CountsCharactersAndShowsThemSafely) {
  EXPECT_EQ(message_of("add \"\xc3\xa9\x1b\" x"),
            "line 1, column 10: found 'x', expected the end of the rule\n"
            "  add \"\xc3\xa9\\x1b\" x\n"
            "              ^");
}

TEST(RuleParser, ShowsAPartOfALongLine) {
  const std::string message =
      message_of("add " + std::string(500, 'a') + " x " + std::string(500, 'b'));
  EXPECT_TRUE(message.starts_with("line 1, column 506: "));
  EXPECT_LT(message.size(), 500u);
  const size_t line = message.find('\n') + 1;
  const size_t mark = message.find('\n', line) + 1;
  EXPECT_EQ(message[line + (message.find('^') - mark)], 'x');
  EXPECT_TRUE(message.substr(line).starts_with("  ...aaa"));
  EXPECT_NE(message.find("bbb...\n"), std::string::npos);
}

TEST(RuleParser, SaysWhichStringItIsIn) {
  const std::vector<std::string> rules = {"strip a; add b", "# nothing", "drop"};
  EXPECT_TRUE(fails(NameRules::parse(rules), Code::kInvalidArgument,
                    {"string 3 of 3: line 1, column 5: found the end of the rule"}));
  const auto parsed = NameRules::parse(std::vector<std::string>{"strip a; add b", "", "drop x"});
  ASSERT_TRUE(is_ok(parsed));
  EXPECT_EQ(parsed->to_string(), "strip a/\nadd b/\ndrop x\n");
}

TEST(RuleParser, ReadsPresetsInTheirPlace) {
  const std::vector<PresetFile> presets = {{"one", "strip a\npreset two # more\nadd c"},
                                           {"two", "strip b"}};
  const auto rules = parse_rules("add x; preset one; add y", presets);
  ASSERT_TRUE(is_ok(rules));
  ASSERT_EQ(rules->size(), 5u);
  EXPECT_EQ((*rules)[1].text(), "strip a/");
  EXPECT_EQ((*rules)[2].text(), "strip b/");
  EXPECT_EQ((*rules)[4].text(), "add y/");
}

TEST(RuleParser, RefusesUnknownPresets) {
  const std::vector<PresetFile> presets = {{"one", ""}, {"two", ""}};
  EXPECT_TRUE(fails(parse_rules("preset tow", presets), Code::kInvalidArgument,
                    {"line 1, column 8: there is no preset 'tow', there are: one, two\n"}));
}

TEST(RuleParser, RefusesPresetsThatNameThemselves) {
  const std::vector<PresetFile> presets = {{"one", "preset two"}, {"two", "add a\npreset one"}};
  EXPECT_TRUE(fails(parse_rules("preset one", presets), Code::kInvalidArgument,
                    {"in preset 'one': in preset 'two': line 2, column 8: the preset names itself: "
                     "'one' in 'two' in 'one'"}));
}

TEST(RuleParser, LimitsThePresetsWithinPresets) {
  const std::vector<PresetFile> presets = {
      {"a", "preset b"}, {"b", "preset c"}, {"c", "preset d"}, {"d", "preset e"}, {"e", "add x"}};
  EXPECT_TRUE(is_ok(parse_rules("preset b", presets)));
  EXPECT_TRUE(fails(parse_rules("preset a", presets), Code::kInvalidArgument,
                    {"presets within presets may be 4 deep: 'a' in 'b' in 'c' in 'd' in 'e'"}));
}

TEST(RuleParser, SaysWhichPresetIsWrong) {
  const std::vector<PresetFile> presets = {{"bad", "# ok\nadd"}};
  EXPECT_TRUE(fails(parse_rules("\npreset bad", presets), Code::kInvalidArgument,
                    {"in preset 'bad': line 2, column 4: "}));
}

}  // namespace
}  // namespace holdall
