#include "tf1/graph/unique_names.h"

#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

std::vector<std::string> make_all(UniqueNames& names, const std::vector<std::string>& wanted) {
  std::vector<std::string> got;
  for (const std::string& name : wanted) got.push_back(names.make_unique(name, true));
  return got;
}

using Strings = std::vector<std::string>;

TEST(UniqueNames, CountsUpFromTheSecondUse) {
  UniqueNames names;
  EXPECT_EQ(make_all(names, {"a", "a", "a", "b", "b"}), (Strings{"a", "a_1", "a_2", "b", "b_1"}));
}

TEST(UniqueNames, StepsOverNamesTakenByHand) {
  UniqueNames names;
  EXPECT_EQ(make_all(names, {"a", "a_1", "a", "a"}), (Strings{"a", "a_1", "a_2", "a_3"}));
}

TEST(UniqueNames, StartsAtTheNumberOfUsesAndNotAtTheFirstFreeOne) {
  UniqueNames names;
  // The third "a" starts to look at a_2, though a_3 is what it finds.
  EXPECT_EQ(make_all(names, {"a_2", "a", "a", "a", "a_1"}),
            (Strings{"a_2", "a", "a_1", "a_3", "a_1_1"}));
}

TEST(UniqueNames, IgnoresCaseAndKeepsTheCallersCapitals) {
  UniqueNames names;
  EXPECT_EQ(make_all(names, {"Foo", "foo", "FOO", "Foo_1"}),
            (Strings{"Foo", "foo_1", "FOO_2", "Foo_1_1"}));
}

TEST(UniqueNames, TakesANameItMadeUpAsUsed) {
  UniqueNames names;
  EXPECT_EQ(make_all(names, {"a", "a", "a_1", "a_1"}), (Strings{"a", "a_1", "a_1_1", "a_1_2"}));
}

TEST(UniqueNames, AnswersWithoutTakingTheName) {
  UniqueNames names;
  EXPECT_EQ(names.make_unique("a", false), "a");
  EXPECT_EQ(names.make_unique("a", false), "a");
  EXPECT_EQ(names.make_unique("a", true), "a");
  EXPECT_EQ(names.make_unique("a", false), "a_1");
  EXPECT_EQ(names.make_unique("a", false), "a_1");
  EXPECT_EQ(names.make_unique("a", true), "a_1");
}

Strings refused_of(const Strings& names, bool is_at_root) {
  Strings refused;
  for (const std::string& name : names) {
    if (!check_graph_name(name, is_at_root, NameKind::kScope).ok()) refused.push_back(name);
  }
  return refused;
}

TEST(GraphNames, BeginWithALetterDigitOrDotAtTheRoot) {
  const Strings names = {"a", "Z9", "0", ".x", "a_b-c/d.e", "_x", "-x", "/x", "\\x", ">x"};
  EXPECT_EQ(refused_of(names, true), (Strings{"_x", "-x", "/x", "\\x", ">x"}));
}

TEST(GraphNames, BeginWithAnyOfTheirCharactersInsideAScope) {
  const Strings names = {"_x", "-x", "/x", ".x", "\\x", ">x"};
  EXPECT_EQ(refused_of(names, false), (Strings{"\\x", ">x"}));
}

TEST(GraphNames, HaveNoOtherCharacterAtAnyLevel) {
  const Strings names = {"a b", "a:b",  "a[0]", "a(", "\xc3\xa9", "a\n",
                         "a~",  "a\\b", "a>b",  "",   "a^b",      std::string("a\0", 2)};
  EXPECT_EQ(refused_of(names, true), names);
  EXPECT_EQ(refused_of(names, false), names);
}

TEST(GraphNames, AreRefusedWithTensorFlowsWords) {
  EXPECT_TRUE(raises(check_graph_name("a b", true, NameKind::kScope), ErrorClass::kValueError,
                     {"'a b' is not a valid scope name"}));
  EXPECT_TRUE(raises(check_graph_name("a b", true, NameKind::kNode), ErrorClass::kValueError,
                     {"'a b' is not a valid node name"}));
}

}  // namespace
}  // namespace holdall::tf1
