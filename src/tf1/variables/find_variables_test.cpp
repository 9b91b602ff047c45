// Variables by patterns, and averages in the place of variables.
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

using Names = std::vector<std::string>;

class FindVariables : public testing::Test {
 protected:
  void SetUp() override {
    const VariableScope scope(graph, "net");
    w = graph.get_variable(
        "w", {.shape = Shape({2}),
              .collections = Names{std::string(kGlobalVariables), std::string(kModelVariables)}});
    b = graph.get_variable("b", {.shape = Shape(), .trainable = false});
    x = graph.variable("net2/x", scalar(1), {.collections = Names{std::string(kGlobalVariables)}});
  }

  static Names found(const Result<std::vector<Variable>>& variables) {
    EXPECT_TRUE(is_ok(variables));
    Names names;
    for (const Variable& each : variables.ok() ? *variables : std::vector<Variable>())
      names.push_back(each.op_name());
    return names;
  }

  Graph graph;
  Variable w, b, x;
};

TEST_F(FindVariables, ByScopeSuffixAndCollection) {
  EXPECT_EQ(found(get_variables(graph)), (Names{"net/w", "net/b", "net/net2/x"}));
  EXPECT_EQ(found(get_variables(graph, "net/net")), Names{"net/net2/x"});
  EXPECT_EQ(found(get_variables(graph, "w")), Names());  // from the first byte on
  EXPECT_EQ(found(get_variables(graph, variable_pattern("", "x"))), Names{"net/net2/x"});
  EXPECT_EQ(found(get_variables(graph, variable_pattern("net/.", "/w:"))), Names());
  EXPECT_EQ(found(get_variables(graph, variable_pattern("", "/w:"))), Names{"net/w"});
  EXPECT_EQ(found(get_variables(graph, "", kModelVariables)), Names{"net/w"});
  EXPECT_EQ(found(get_variables(graph, "net/(w|b):0$")), (Names{"net/w", "net/b"}));
  EXPECT_TRUE(raises(get_variables(graph, "("), ErrorClass::kValueError, {"'('"}));
}

TEST_F(FindVariables, OneByItsName) {
  EXPECT_EQ(get_unique_variable(graph, "net/b").value(), b);
  EXPECT_TRUE(raises(get_unique_variable(graph, "net/"), ErrorClass::kValueError,
                     {"Variable net/ does not uniquely identify a variable"}));
  EXPECT_TRUE(raises(get_unique_variable(graph, "none"), ErrorClass::kValueError,
                     {"Couldn't find variable none"}));
}

TEST_F(FindVariables, ThatAreToBeRestored) {
  EXPECT_EQ(found(get_variables_to_restore(graph, {}, {"net/net2"})), (Names{"net/w", "net/b"}));
  EXPECT_EQ(found(get_variables_to_restore(graph, Names{"net/b", "net/n"}, {"net/net2/x"})),
            Names{"net/b"});
  EXPECT_EQ(found(get_variables_to_restore(graph, Names())), Names());
}

TEST_F(FindVariables, ByFilters) {
  const auto all = graph.global_variables();
  EXPECT_EQ(found(filter_variables(all, {})).size(), 3u);
  EXPECT_EQ(found(filter_variables(all, {.include = Names{"w", "x"}, .exclude = {"net2"}})),
            Names{"net/w"});
  EXPECT_EQ(found(filter_variables(all, {.include = Names{"w"}, .searches = false})), Names());
  EXPECT_EQ(found(filter_variables(all, {.include = Names()})), Names());
  EXPECT_TRUE(raises(filter_variables(all, {.exclude = {"["}}), ErrorClass::kValueError));
}

class Averages : public FindVariables {
 protected:
  Names restored(const std::optional<std::vector<Variable>>& averaged = {}) {
    Names names;
    for (const auto& [name, variable] : variables_to_restore(graph, moving, averaged))
      names.push_back(name + "=" + variable.op_name());
    return names;
  }

  MovingAverages moving;
};

TEST_F(Averages, TakeThePlaceOfTrainableVariables) {
  EXPECT_EQ(restored(), (Names{"net/w/ExponentialMovingAverage=net/w",
                               "net/net2/x/ExponentialMovingAverage=net/net2/x", "net/b=net/b"}));
  moving.name = "ema";
  EXPECT_EQ(restored(std::vector<Variable>{b, b}),
            (Names{"net/b/ema=net/b", "net/w=net/w", "net/net2/x=net/net2/x"}));
}

TEST_F(Averages, TakeThePlaceOfThoseThatAreAveraged) {
  graph.add_to_collection(kMovingAverageVariables, b);
  EXPECT_EQ(restored().back(), "net/b/ExponentialMovingAverage=net/b");
}

TEST_F(Averages, AreNotRestoredThemselves) {
  const Variable average = graph.variable("average_of_w", floats({0, 0}), {.trainable = false});
  moving.averages = {{w, average}};
  EXPECT_EQ(average_name(moving, w), "average_of_w");
  EXPECT_EQ(restored(std::vector<Variable>{w}),
            (Names{"average_of_w=net/w", "net/b=net/b", "net/net2/x=net/net2/x"}));
  EXPECT_EQ(
      restored(std::vector<Variable>{x}),
      (Names{"net/net2/x/ExponentialMovingAverage=net/net2/x", "net/w=net/w", "net/b=net/b"}));
}

}  // namespace
}  // namespace holdall::tf1
