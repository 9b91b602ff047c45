// Variable scopes: the two stacks of names, inheritance, numbering, threads.
#include <thread>

#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

using Strings = std::vector<std::string>;

Variable get(Graph& graph, std::string_view name) {
  return graph.get_variable(name, {.shape = Shape()});
}

TEST(VariableScope, OpenedTwiceKeepsItsNameForGetVariableOnly) {
  Graph graph;
  {
    VariableScope net(graph, "net");
    EXPECT_EQ(net.state().name(), "net");
    EXPECT_EQ(net.state().original_name_scope(), "net/");
    EXPECT_EQ(graph.variable("p", 0.0f).name(), "net/p:0");
    EXPECT_EQ(get(graph, "q").name(), "net/q:0");
  }
  VariableScope net(graph, "net");
  EXPECT_EQ(net.state().name(), "net");
  EXPECT_EQ(net.state().original_name_scope(), "net_1/");
  EXPECT_EQ(graph.variable("p", 0.0f).name(), "net_1/p:0");
  EXPECT_EQ(get(graph, "r").name(), "net/r:0");
  {
    NameScope block(graph, "blk");
    EXPECT_EQ(graph.variable("p", 0.0f).name(), "net_1/blk/p:0");
    EXPECT_EQ(get(graph, "t").name(), "net/t:0");
  }
  EXPECT_TRUE(is_ok(graph.status()));
  EXPECT_FALSE(get(graph, "q").is_valid());
  EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError, {"Variable net/q already exists"}));
}

TEST(VariableScope, IsTheCurrentOneUntilItIsLeft) {
  Graph graph;
  EXPECT_EQ(current_variable_scope(graph).name(), "");
  EXPECT_EQ(current_variable_scope(graph).original_name_scope(), "");
  VariableScope a(graph, "a");
  {
    VariableScope b(graph, "b");
    EXPECT_EQ(current_variable_scope(graph).name(), "a/b");
    EXPECT_EQ(graph.name_scope(), "a/b");
  }
  EXPECT_EQ(current_variable_scope(graph).name(), "a");
  EXPECT_EQ(graph.name_scope(), "a");
  EXPECT_TRUE(is_ok(a.leave()));
  EXPECT_EQ(current_variable_scope(graph).name(), "");
  EXPECT_EQ(graph.name_scope(), "");
  EXPECT_TRUE(is_ok(a.leave()));
  EXPECT_EQ(a.state().name(), "a");
}

TEST(VariableScope, WithoutANameNumbersItsDefaultName) {
  Graph graph;
  const VariableScopeOptions layer{.default_name = "layer"};
  for (const std::string_view expected : {"layer", "layer_1", "layer_2"}) {
    VariableScope scope(graph, std::nullopt, layer);
    EXPECT_EQ(scope.state().name(), expected);
    EXPECT_EQ(scope.state().original_name_scope(), std::string(expected) + '/');
  }
}

TEST(VariableScope, NumbersTheTwoStacksApart) {
  Graph graph;
  { NameScope taken(graph, "layer"); }
  VariableScope scope(graph, std::nullopt, {.default_name = "layer"});
  EXPECT_EQ(scope.state().name(), "layer");
  EXPECT_EQ(scope.state().original_name_scope(), "layer_1/");
}

TEST(VariableScope, OpenedByNameCountsForTheDefaultName) {
  Graph graph;
  const VariableScopeOptions layer{.default_name = "layer"};
  { VariableScope by_name(graph, "layer"); }
  { VariableScope by_name(graph, "layer_2"); }
  Strings names;
  for (int i = 0; i < 2; ++i)
    names.push_back(VariableScope(graph, std::nullopt, layer).state().name());
  EXPECT_EQ(names, (Strings{"layer_1", "layer_3"}));
}

TEST(VariableScope, NumbersAfreshEachTimeItsParentIsEntered) {
  Graph graph;
  const VariableScopeOptions layer{.default_name = "layer"};
  const auto names_in_parent = [&] {
    VariableScope parent(graph, "p");
    Strings names;
    for (int i = 0; i < 2; ++i)
      names.push_back(VariableScope(graph, std::nullopt, layer).state().name());
    return names;
  };
  EXPECT_EQ(names_in_parent(), (Strings{"p/layer", "p/layer_1"}));
  EXPECT_EQ(names_in_parent(), (Strings{"p/layer", "p/layer_1"}));
  VariableScope sibling(graph, "p2");
  EXPECT_EQ(VariableScope(graph, std::nullopt, layer).state().name(), "p2/layer");
}

TEST(VariableScope, ForgetsOnlyCountsBelowIt) {
  Graph graph;
  const VariableScopeOptions ab{.default_name = "ab"};
  { VariableScope scope(graph, std::nullopt, ab); }
  { VariableScope a(graph, "a"); }
  EXPECT_EQ(VariableScope(graph, std::nullopt, ab).state().name(), "ab_1");
}

TEST(VariableScope, JumpsToAScopeFromAnywhere) {
  Graph graph;
  std::optional<VariableScopeState> inner;
  {
    VariableScope a(graph, "a");
    VariableScope b(graph, "b");
    inner = b.state();
  }
  VariableScope other(graph, "other");
  VariableScope jump(graph, *inner);
  EXPECT_EQ(jump.state().name(), "a/b");
  EXPECT_EQ(jump.state().original_name_scope(), "a/b/");
  EXPECT_EQ(graph.name_scope(), "other/b");
  EXPECT_EQ(get(graph, "w").name(), "a/b/w:0");
  EXPECT_EQ(graph.variable("p", 0.0f).name(), "other/b/p:0");
}

TEST(VariableScope, JumpsToTheRootWithoutANameScope) {
  Graph graph;
  const VariableScopeState root = current_variable_scope(graph);
  VariableScope a(graph, "a");
  VariableScope jump(graph, root);
  EXPECT_EQ(jump.state().name(), "");
  EXPECT_EQ(graph.name_scope(), "a");
  EXPECT_EQ(get(graph, "w").name(), "w:0");
}

TEST(VariableScope, PutsCountsBackAfterAJumpExceptItsOwn) {
  Graph graph;
  const VariableScopeOptions layer{.default_name = "layer"};
  std::optional<VariableScopeState> parent;
  std::optional<VariableScopeState> child;
  {
    VariableScope p(graph, "p");
    parent = p.state();
    VariableScope c(graph, std::nullopt, layer);
    child = c.state();
  }
  {
    VariableScope jump(graph, *parent);
    EXPECT_EQ(VariableScope(graph, std::nullopt, layer).state().name(), "p/layer");
    EXPECT_EQ(VariableScope(graph, std::nullopt, layer).state().name(), "p/layer_1");
  }
  VariableScope jump(graph, *parent);
  EXPECT_EQ(VariableScope(graph, std::nullopt, layer).state().name(), "p/layer");
  {
    VariableScope again(graph, *child);
    EXPECT_EQ(again.state().name(), "p/layer");
  }
  EXPECT_EQ(VariableScope(graph, std::nullopt, layer).state().name(), "p/layer_1");
}

TEST(VariableScope, CountsAJumpAsAnOpening) {
  Graph graph;
  std::optional<VariableScopeState> child;
  {
    VariableScope p(graph, "p");
    VariableScope c(graph, "layer");
    child = c.state();
  }
  VariableScope p(graph, "p");
  { VariableScope jump(graph, *child); }
  EXPECT_EQ(VariableScope(graph, std::nullopt, {.default_name = "layer"}).state().name(),
            "p/layer_1");
}

TEST(VariableScope, WithoutANameScopeOfItsOwnStaysWhereItIs) {
  Graph graph;
  NameScope here(graph, "here");
  for (int i = 0; i < 2; ++i) {
    VariableScope a(graph, "a", {.auxiliary_name_scope = false});
    EXPECT_EQ(a.state().name(), "a");
    EXPECT_EQ(a.state().original_name_scope(), "here/");
    EXPECT_EQ(graph.name_scope(), "here");
    VariableScope b(graph, "b");
    EXPECT_EQ(b.state().name(), "a/b");
    EXPECT_EQ(graph.name_scope(), i == 0 ? "here/b" : "here/b_1");
  }
  VariableScope unnamed(graph, std::nullopt, {.default_name = "d", .auxiliary_name_scope = false});
  EXPECT_EQ(unnamed.state().name(), "d");
  EXPECT_EQ(graph.name_scope(), "here");
  VariableScope jump(graph, unnamed.state(), {.auxiliary_name_scope = false});
  EXPECT_EQ(graph.name_scope(), "here");
}

TEST(VariableScope, WithoutANameScopeAtTheRootHasNoWordForIt) {
  Graph graph;
  VariableScope a(graph, "a", {.auxiliary_name_scope = false});
  EXPECT_EQ(a.state().original_name_scope(), "");
  EXPECT_EQ(graph.variable("p", 0.0f).name(), "p:0");
}

TEST(VariableScope, OfAnEmptyNameDoublesTheSlashWhenNested) {
  Graph graph;
  {
    VariableScope empty(graph, "");
    EXPECT_EQ(empty.state().name(), "");
    EXPECT_EQ(empty.state().original_name_scope(), "");
    EXPECT_EQ(get(graph, "w").name(), "w:0");
  }
  VariableScope a(graph, "a");
  VariableScope empty(graph, "");
  EXPECT_EQ(empty.state().name(), "a/");
  EXPECT_EQ(empty.state().original_name_scope(), "");
  EXPECT_EQ(graph.name_scope(), "a");
  EXPECT_EQ(get(graph, "v").name(), "a//v:0");
  EXPECT_EQ(graph.variable("p", 0.0f).name(), "a/p:0");
  VariableScope plain(graph, "", {.auxiliary_name_scope = false});
  EXPECT_EQ(plain.state().original_name_scope(), "a/");
}

TEST(VariableScope, NeedsANameOrADefaultName) {
  Graph graph;
  { VariableScope scope(graph, std::nullopt, {}); }
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kTypeError,
                     {"If default_name is None then name_or_scope is required"}));
  { VariableScope scope(graph, std::nullopt, {.default_name = "d", .reuse = Reuse::kTrue}); }
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError,
                     {"reuse=True cannot be used without a name_or_scope"}));
  { VariableScope scope(graph, std::nullopt, {.default_name = "d", .reuse = Reuse::kAuto}); }
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kValueError));
}

TEST(VariableScope, RefusesABadName) {
  for (const std::string name : {"a b", "a:b", "\xc3\xa9", "_x", "/a"}) {
    Graph graph;
    VariableScope scope(graph, name);
    EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                       {"'" + name + "' is not a valid scope name"}));
  }
}

TEST(VariableScope, CannotBeLeftBeforeOneThatWasEnteredLater) {
  Graph graph;
  VariableScope a(graph, "a");
  VariableScope b(graph, "b");
  EXPECT_TRUE(
      raises(a.leave(), ErrorClass::kRuntimeError, {"Improper nesting of variable_scope."}));
  EXPECT_TRUE(raises(graph.take_status(), ErrorClass::kRuntimeError));
  EXPECT_EQ(current_variable_scope(graph).name(), "a/b");
  EXPECT_TRUE(is_ok(b.leave()));
  EXPECT_TRUE(is_ok(a.leave()));
  EXPECT_EQ(current_variable_scope(graph).name(), "");
}

TEST(VariableScope, CannotBeLeftByAnotherThread) {
  Graph graph;
  VariableScope a(graph, "a");
  std::thread([&] { EXPECT_TRUE(raises(a.leave(), ErrorClass::kRuntimeError)); }).join();
  EXPECT_TRUE(is_ok(a.leave()));
}

TEST(VariableScope, HandsItsTypeOn) {
  Graph graph;
  EXPECT_EQ(current_variable_scope(graph).dtype(), DType::kF32);
  VariableScope a(graph, "a", {.dtype = DType::kF64});
  VariableScope b(graph, "b");
  EXPECT_EQ(b.state().dtype(), DType::kF64);
  EXPECT_EQ(get(graph, "w").dtype(), DType::kF64);
  VariableScope c(graph, "c", {.dtype = DType::kF16});
  EXPECT_EQ(get(graph, "w").dtype(), DType::kF16);
  EXPECT_EQ(graph.get_variable("v", {.shape = Shape(), .dtype = DType::kI32}).dtype(), DType::kI32);
}

TEST(VariableScope, HandsItsInitializerOn) {
  Graph graph;
  VariableScope a(graph, "a", {.initializer = ones_initializer()});
  VariableScope b(graph, "b");
  EXPECT_EQ(get(graph, "w").initial_value().name(), "a/b/w/Initializer/ones:0");
  VariableScope c(graph, "c", {.initializer = floats({4, 5})});
  const Variable constant = graph.get_variable("w");
  EXPECT_EQ(constant.shape(), StaticShape::of({2}));
  EXPECT_EQ(graph.get_variable("v", {.shape = Shape(), .initializer = zeros_initializer()})
                .initial_value()
                .name(),
            "a/b/c/v/Initializer/zeros:0");
}

TEST(VariableScope, HandsOnWhatItJumpedToAndNotWhereItStands) {
  Graph graph;
  std::optional<VariableScopeState> typed;
  {
    VariableScope a(graph, "a", {.dtype = DType::kF64});
    typed = a.state();
  }
  VariableScope other(graph, "other", {.reuse = Reuse::kTrue, .dtype = DType::kF16});
  VariableScope jump(graph, *typed);
  EXPECT_EQ(jump.state().dtype(), DType::kF64);
  EXPECT_EQ(jump.state().reuse(), Reuse::kInherit);
}

TEST(VariableScope, CannotSwitchInheritedReuseOffButReplaceIt) {
  Graph graph;
  VariableScope a(graph, "a", {.reuse = Reuse::kTrue});
  VariableScope b(graph, "b", {.reuse = Reuse::kInherit});
  EXPECT_EQ(b.state().reuse(), Reuse::kTrue);
  VariableScope c(graph, "c", {.reuse = Reuse::kAuto});
  EXPECT_EQ(c.state().reuse(), Reuse::kAuto);
  VariableScope d(graph, "d", {.reuse = Reuse::kTrue});
  EXPECT_EQ(d.state().reuse(), Reuse::kTrue);
  VariableScope jump(graph, c.state());
  EXPECT_EQ(jump.state().reuse(), Reuse::kAuto);
}

TEST(VariableScope, ChangesItsReuseOnlyUntilItIsLeft) {
  Graph graph;
  {
    VariableScope a(graph, "a");
    (void)get(graph, "w");
    current_variable_scope(graph).set_reuse(Reuse::kTrue);
    EXPECT_EQ(a.state().reuse(), Reuse::kTrue);
    EXPECT_TRUE(get(graph, "w").is_valid());
    VariableScope b(graph, "b");
    EXPECT_EQ(b.state().reuse(), Reuse::kTrue);
  }
  VariableScope a(graph, "a");
  EXPECT_EQ(a.state().reuse(), Reuse::kInherit);
}

TEST(VariableScope, HasOneStackAThreadAndAllShareTheVariables) {
  Graph graph;
  VariableScope here(graph, "here");
  (void)get(graph, "w");
  std::thread([&] {
    EXPECT_EQ(current_variable_scope(graph).name(), "");
    EXPECT_EQ(get(graph, "v").name(), "v:0");
    VariableScope same(graph, "here");
    EXPECT_FALSE(get(graph, "w").is_valid());
    EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError, {"here/w already exists"}));
  }).join();
  EXPECT_EQ(current_variable_scope(graph).name(), "here");
}

TEST(VariableScope, NumbersAfreshInEachThread) {
  Graph graph;
  for (int i = 0; i < 3; ++i) {
    std::string name;
    std::thread([&] {
      name = VariableScope(graph, std::nullopt, {.default_name = "d"}).state().name();
    }).join();
    EXPECT_EQ(name, "d");
  }
}

}  // namespace
}  // namespace holdall::tf1
