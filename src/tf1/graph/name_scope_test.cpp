// Name scopes, and names of nodes in them (unique_names_test.cpp has the table behind both).
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

std::string name_of(Graph& graph, std::string_view name) {
  return graph.no_op(name).name();
}

TEST(NameScope, PutsItsNameInFrontOfNodes) {
  Graph graph;
  EXPECT_EQ(graph.name_scope(), "");
  {
    NameScope a(graph, "a");
    EXPECT_EQ(a.name(), "a/");
    EXPECT_EQ(graph.name_scope(), "a");
    EXPECT_EQ(name_of(graph, "n"), "a/n");
    NameScope b(graph, "b");
    EXPECT_EQ(b.name(), "a/b/");
    EXPECT_EQ(name_of(graph, "n"), "a/b/n");
  }
  EXPECT_EQ(graph.name_scope(), "");
  EXPECT_EQ(name_of(graph, "n"), "n");
}

TEST(NameScope, IsMadeUniqueEachTimeItIsOpened) {
  Graph graph;
  for (const std::string_view expected : {"a/", "a_1/", "a_2/"}) {
    NameScope scope(graph, "a");
    EXPECT_EQ(scope.name(), expected);
  }
  NameScope outer(graph, "a_2/");
  for (const std::string_view expected : {"a_2/b/", "a_2/b_1/"}) {
    NameScope scope(graph, "b");
    EXPECT_EQ(scope.name(), expected);
  }
}

TEST(NameScope, SharesOneTableWithNodes) {
  Graph graph;
  { NameScope scope(graph, "a"); }
  EXPECT_EQ(name_of(graph, "a"), "a_1");
  EXPECT_EQ(name_of(graph, "b"), "b");
  NameScope scope(graph, "B");
  EXPECT_EQ(scope.name(), "B_1/");
}

TEST(NameScope, OfNoNameIsTheRootForItsDuration) {
  Graph graph;
  NameScope a(graph, "a");
  {
    NameScope root(graph, "");
    EXPECT_EQ(root.name(), "");
    EXPECT_EQ(graph.name_scope(), "");
    EXPECT_EQ(name_of(graph, "n"), "n");
  }
  EXPECT_EQ(graph.name_scope(), "a");
}

TEST(NameScope, WithASlashAtItsEndIsEnteredAgainAsItIs) {
  Graph graph;
  {
    NameScope scope(graph, "a");
    (void)graph.no_op("n");
  }
  NameScope other(graph, "other");
  for (int i = 0; i < 2; ++i) {
    NameScope again(graph, "a/");
    EXPECT_EQ(again.name(), "a/");
    EXPECT_EQ(graph.name_scope(), "a");
  }
  NameScope again(graph, "a/");
  EXPECT_EQ(name_of(graph, "n"), "a/n_1");
}

TEST(NameScope, IsLeftEarlyOnlyOnce) {
  Graph graph;
  NameScope a(graph, "a");
  {
    NameScope b(graph, "b");
    b.leave();
    EXPECT_EQ(graph.name_scope(), "a");
    NameScope c(graph, "c");
    b.leave();
    EXPECT_EQ(graph.name_scope(), "a/c");
  }
  EXPECT_EQ(graph.name_scope(), "a");
}

TEST(NameScope, OfABadNameFailsTheGraphAndChangesNothing) {
  for (const std::string_view name : {"a b", "_x", "/", "a b/", "a:0"}) {
    Graph graph;
    NameScope scope(graph, name);
    EXPECT_EQ(graph.name_scope(), "");
    EXPECT_EQ(scope.name(), "");
    EXPECT_TRUE(raises(graph.status(), ErrorClass::kValueError,
                       {"'" + std::string(name) + "' is not a valid scope name"}));
  }
}

TEST(NameScope, MayBeginWithAnUnderscoreInsideAnother) {
  Graph graph;
  NameScope a(graph, "a");
  NameScope b(graph, "_b");
  EXPECT_EQ(b.name(), "a/_b/");
  EXPECT_EQ(name_of(graph, "-n"), "a/_b/-n");
  EXPECT_TRUE(is_ok(graph.status()));
}

TEST(NameScope, ThatFailsInsideAnotherLeavesThatOpen) {
  Graph graph;
  NameScope a(graph, "a");
  NameScope bad(graph, "b c");
  EXPECT_EQ(bad.name(), "a/");
  EXPECT_EQ(graph.name_scope(), "a");
}

TEST(NameScope, MayOutliveEveryOtherHandleOfItsGraph) {
  auto graph = std::make_unique<Graph>();
  NameScope scope(*graph, "a");
  graph.reset();
  scope.leave();
  EXPECT_EQ(scope.name(), "a/");
}

TEST(NodeNames, WithASlashAtTheEndAreAbsoluteAndNotMadeUnique) {
  Graph graph;
  NameScope scope(graph, "a");
  EXPECT_EQ(name_of(graph, "b/c/"), "b/c");
  EXPECT_EQ(name_of(graph, scope.name()), "a");
  EXPECT_TRUE(is_ok(graph.status()));
  EXPECT_FALSE(graph.no_op("a/").is_valid());
  EXPECT_TRUE(
      raises(graph.status(), ErrorClass::kValueError, {"Duplicate node name in graph: 'a'"}));
}

TEST(NodeNames, AreTheTypeWhereNoneIsGiven) {
  Graph graph;
  const Output one = graph.constant(scalar(1), "");
  EXPECT_EQ(one.name(), "Const:0");
  EXPECT_EQ(graph.constant_of(scalar(1), {2}, "").name(), "Const_1:0");
  EXPECT_EQ(graph.zeros({2}, DType::kF32, "").name(), "zeros:0");
  EXPECT_EQ(graph.ones({2}, DType::kF32, "").name(), "ones:0");
  EXPECT_EQ(graph.identity(one, "").name(), "Identity:0");
  EXPECT_EQ(graph.add(one, one, "").name(), "Add:0");
  EXPECT_EQ(graph.subtract(one, one, "").name(), "Sub:0");
  EXPECT_EQ(graph.multiply(one, one, "").name(), "Mul:0");
  const Output dims = graph.constant(*Tensor::of<int32_t>({1}, {2}));
  EXPECT_EQ(graph.fill(dims, one, "").name(), "Fill:0");
  EXPECT_EQ(graph.no_op("").name(), "NoOp");
  EXPECT_EQ(graph.group({}, "").name(), "group_deps");
  EXPECT_EQ(graph.variables_initializer({}, "").name(), "init");
  EXPECT_EQ(graph.random_normal({2}).name(), "random_normal:0");
  const Variable w = graph.variable("", scalar(1));
  EXPECT_EQ(w.name(), "Variable:0");
  EXPECT_EQ(graph.assign(w, one, "").name(), "Assign:0");
  EXPECT_TRUE(is_ok(graph.status()));
}

TEST(NodeNames, AreTheSameTypesByDefault) {
  Graph graph;
  const Output one = graph.constant(scalar(1));
  EXPECT_EQ(one.name(), "Const:0");
  EXPECT_EQ(graph.identity(one).name(), "Identity:0");
  EXPECT_EQ(graph.add(one, one).name(), "Add:0");
  EXPECT_EQ(graph.subtract(one, one).name(), "Sub:0");
  EXPECT_EQ(graph.multiply(one, one).name(), "Mul:0");
  EXPECT_EQ(graph.zeros({}).name(), "zeros:0");
  EXPECT_EQ(graph.ones({}).name(), "ones:0");
  EXPECT_EQ(graph.no_op().name(), "NoOp");
  EXPECT_EQ(graph.group({}).name(), "group_deps");
  EXPECT_EQ(graph.global_variables_initializer().name(), "init");
  EXPECT_EQ(graph.global_variables_initializer().name(), "init_1");
  EXPECT_EQ(graph.random_uniform({}).name(), "random_uniform:0");
  EXPECT_EQ(graph.truncated_normal({}).name(), "truncated_normal:0");
}

TEST(NodeNames, ThatAreBadFailTheGraphWithTheWholeName) {
  Graph graph;
  NameScope scope(graph, "a");
  EXPECT_FALSE(graph.constant(scalar(1), "b c").is_valid());
  EXPECT_TRUE(
      raises(graph.take_status(), ErrorClass::kValueError, {"'a/b c' is not a valid node name"}));
  EXPECT_FALSE(graph.constant(scalar(1), "b c/").is_valid());
  EXPECT_TRUE(
      raises(graph.take_status(), ErrorClass::kValueError, {"'b c' is not a valid node name"}));
  EXPECT_FALSE(graph.constant(scalar(1), "/").is_valid());
  EXPECT_FALSE(graph.status().ok());
  EXPECT_EQ(graph.operations().size(), 0u);
}

TEST(NodeNames, CanBeAskedForWithoutBeingTaken) {
  Graph graph;
  NameScope scope(graph, "a");
  EXPECT_EQ(graph.unique_name("n", false), "a/n");
  EXPECT_EQ(graph.unique_name("n"), "a/n");
  EXPECT_EQ(graph.unique_name("n", false), "a/n_1");
  EXPECT_EQ(name_of(graph, "n"), "a/n_1");
}

}  // namespace
}  // namespace holdall::tf1
