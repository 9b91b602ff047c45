#include "tf1/running/run_plan.h"

#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

std::vector<std::string> planned(const Graph& graph, const std::vector<Operation>& wanted,
                                 const Feeds& feeds = {}) {
  std::vector<uint64_t> ids;
  for (const Operation& op : wanted) ids.push_back(GraphRep::node_of(op)->id);
  const auto plan = plan_run(*GraphRep::of(graph), ids, feeds);
  EXPECT_TRUE(is_ok(plan));
  std::vector<std::string> names;
  if (!plan.ok()) return names;
  for (const RunStep& step : *plan) {
    names.push_back(step.node->name);
    EXPECT_NE(step.kernel, nullptr);
    EXPECT_EQ(step.inputs.size(), step.node->inputs.size());
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(RunPlan, HoldsWhatIsNeededInOrderAndOnce) {
  Graph graph;
  const Output a = graph.constant(scalar(1), "a");
  const Output unused = graph.constant(scalar(1), "unused");
  const Output b = graph.identity(a, "b");
  const Output c = graph.add(b, a, "c");
  EXPECT_EQ(planned(graph, {c.op(), b.op(), c.op()}), (Names{"a", "b", "c"}));
  EXPECT_EQ(planned(graph, {unused.op()}), (Names{"unused"}));
  EXPECT_EQ(planned(graph, {}), Names{});
}

TEST(RunPlan, TakesControlInputsAfterDataInputsAndInTheirOrder) {
  Graph graph;
  const Operation first = graph.no_op("first");
  const Operation second = graph.no_op("second");
  const Operation group = graph.group(std::vector{second, first}, "group");
  EXPECT_EQ(planned(graph, {group}), (Names{"second", "first", "group"}));
}

TEST(RunPlan, LeavesOutWhatOnlyAFedOutputNeeds) {
  Graph graph;
  const Output a = graph.constant(scalar(1), "a");
  const Output b = graph.identity(a, "b");
  const Output c = graph.identity(b, "c");
  const Feeds feeds = {{{GraphRep::node_of(b.op())->id, 0}, scalar(1)}};
  EXPECT_EQ(planned(graph, {c.op()}, feeds), (Names{"c"}));
  EXPECT_EQ(planned(graph, {c.op(), b.op()}, feeds), (Names{"c", "a", "b"}));
}

TEST(RunPlan, NamesTheOperationThatHasNoKernel) {
  Graph graph;
  NodeSpec spec;
  spec.type = "Conv2D";
  spec.name = "net/conv";
  const uint64_t id = GraphRep::node_of(graph.node(spec))->id;
  EXPECT_TRUE(raises(plan_run(*GraphRep::of(graph), {&id, 1}, {}), ErrorClass::kUnimplemented,
                     {"'Conv2D'", "'net/conv'"}));
}

}  // namespace
}  // namespace holdall::tf1
