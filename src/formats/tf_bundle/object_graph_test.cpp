#include "formats/tf_bundle/object_graph.h"

#include <gtest/gtest.h>

#include "codec/proto_wire.h"
#include "support/object_graphs.h"
#include "support/status_matchers.h"

namespace holdall::tf_bundle {
namespace {

Result<ObjectGraph> parse(std::string_view message) {
  return parse_object_graph(std::as_bytes(std::span(message)));
}

TEST(ObjectGraph, HasItsNodesWithAllThatTheyList) {
  const std::string message = draft_object_graph({
      {{{"model", 1}, {"optimizer", 2}}, {}, {}},
      {{{"self", 1}, {"parent", 0}}, {{"dense/kernel", "model/.ATTRIBUTES/VARIABLE_VALUE"}}, {}},
      {{}, {}, {{1, "m", 3}}},
      {{}, {{"", "x"}}, {}},
  });
  const auto graph = parse(message);
  ASSERT_TRUE(is_ok(graph));
  ASSERT_EQ(graph->node_count(), 4u);
  ASSERT_EQ(graph->node(0).children.size(), 2u);
  EXPECT_EQ(graph->node(0).children[1].name, "optimizer");
  EXPECT_EQ(graph->node(0).children[1].node, 2u);
  // A cycle is what a child with a link to its parent makes.
  EXPECT_EQ(graph->node(1).children[1].node, 0u);
  EXPECT_EQ(graph->node(1).attributes[0].full_name, "dense/kernel");
  EXPECT_EQ(graph->node(1).attributes[0].key, "model/.ATTRIBUTES/VARIABLE_VALUE");
  EXPECT_TRUE(graph->node(1).slots.empty());
  EXPECT_EQ(graph->node(2).slots[0].variable, 1u);
  EXPECT_EQ(graph->node(2).slots[0].node, 3u);
  EXPECT_EQ(graph->node(2).slots[0].name, "m");
  EXPECT_EQ(graph->node(3).attributes[0].key, "x");
}

TEST(ObjectGraph, RefusesIdsThatNameNoNode) {
  EXPECT_TRUE(fails(parse(draft_object_graph({{{{"a", 1}}, {}, {}}})), Code::kCorrupt,
                    {"names node 1 at byte 5, it has 1 nodes"}));
  EXPECT_TRUE(fails(parse(draft_object_graph({{{{"a", -1}}, {}, {}}})), Code::kCorrupt,
                    {"names node -1 at byte 5, ids go from 0"}));
  EXPECT_TRUE(fails(parse(draft_object_graph({{{}, {}, {{7, "m", 0}}}})), Code::kCorrupt,
                    {"names node 7"}));
  EXPECT_TRUE(fails(parse(draft_object_graph({{{}, {}, {{0, "m", 8}}}})), Code::kCorrupt,
                    {"names node 8"}));
  EXPECT_TRUE(fails(parse(draft_object_graph({{{}, {}, {{0, "m", int64_t{1} << 40}}}})),
                    Code::kCorrupt, {"names node 1099511627776"}));
}

TEST(ObjectGraph, RefusesWhatHasNoRoot) {
  EXPECT_TRUE(fails(parse(""), Code::kCorrupt, {"has no nodes, not even a root"}));
}

TEST(ObjectGraph, PassesByFieldsThatItDoesNotKnow) {
  std::string node;
  ProtoWriter fields(node);
  fields.add_message(5, "\x08\x01");
  fields.add_uint(99, 3);
  std::string message;
  ProtoWriter graph(message);
  graph.add_message(1, node);
  graph.add_uint(7, 3);
  ASSERT_TRUE(is_ok(parse(message)));
  EXPECT_EQ(parse(message)->node_count(), 1u);
}

TEST(ObjectGraph, NamesTheByteAtWhichEachCutIs) {
  const std::string whole = stored_object_graph("tf2_objects/ckpt-1");
  ASSERT_TRUE(is_ok(parse(whole)));
  size_t refused = 0;
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto graph = parse(std::string_view(whole).substr(0, size));
    // A cut between two nodes is one only by the ids that then name none.
    if (graph.ok()) continue;
    ++refused;
    EXPECT_EQ(graph.error().code, Code::kCorrupt);
    if (size > 0) {
      EXPECT_NE(graph.error().message.find("byte"), std::string::npos) << graph.error().message;
    }
  }
  EXPECT_GT(refused, whole.size() * 9 / 10);
}

TEST(ObjectGraph, TakesOrRefusesEveryChangedByte) {
  const std::string whole = stored_object_graph("keras_tf1/weights_tf");
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const int mask : {0x01, 0x80, 0xff}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ mask);
      const auto graph = parse(changed);
      if (!graph.ok()) {
        ASSERT_EQ(graph.error().code, Code::kCorrupt);
        continue;
      }
      for (size_t id = 0; id < graph->node_count(); ++id) {
        for (const auto& child : graph->node(id).children)
          ASSERT_LT(child.node, graph->node_count());
        for (const auto& slot : graph->node(id).slots) {
          ASSERT_LT(slot.node, graph->node_count());
          ASSERT_LT(slot.variable, graph->node_count());
        }
      }
    }
  }
}

}  // namespace
}  // namespace holdall::tf_bundle
