// `.meta` files against those of TensorFlow 1.15.5. The meta_info_def, field 1, is the one thing we
// leave out; attributes of a node may stand in another order.
#include "tf1/classic_models_testing.h"
#include "tf1/graph/node_def_testing.h"

namespace holdall::tf1 {
namespace {

MetaGraphDef meta_of(const Graph& graph, const SaverDef& saver = {}) {
  ExportOptions options;
  options.saver = saver;
  const auto message = export_meta_graph(graph, options);
  EXPECT_TRUE(is_ok(message));
  return parse_meta_graph(message.ok() ? *message : "");
}

class ClassicMetaGraph : public testing::TestWithParam<std::string> {
 protected:
  MetaGraphDef saved() {
    const TempDirectory directory;
    Graph graph;
    graph.set_random_seed(1);
    (void)(GetParam() == "model1" ? add_model1(graph) : add_model2(graph));
    Saver saver(graph);
    Session session(graph);
    EXPECT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
    EXPECT_TRUE(is_ok(saver.save(session, directory / "m")));
    return parse_meta_graph(read_test_file(directory / "m.meta"));
  }
  MetaGraphDef expected() {
    return parse_meta_graph(
        read_test_file(written_by_tensorflow("two_models_seeded/save/" + GetParam() + ".meta")));
  }
};

INSTANTIATE_TEST_SUITE_P(TensorFlows, ClassicMetaGraph, testing::Values("model1", "model2"),
                         [](const auto& each) { return each.param; });

TEST_P(ClassicMetaGraph, HasTheSameNodes) {
  const auto ours = saved().graph.nodes;
  const auto theirs = expected().graph.nodes;
  ASSERT_EQ(ours.size(), theirs.size());
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_EQ(ours[i], theirs[i]);
}

TEST_P(ClassicMetaGraph, HasTheSameVersionsSaverAndCollections) {
  const MetaGraphDef ours = saved();
  const MetaGraphDef theirs = expected();
  EXPECT_EQ(hex_of(ours.graph.versions), hex_of(theirs.graph.versions));
  EXPECT_EQ(hex_of(ours.saver), hex_of(theirs.saver));
  EXPECT_EQ(ours.collections, theirs.collections);
  EXPECT_EQ(ours.fields, (std::vector<uint32_t>{1, 2, 3, 4, 4}));
  EXPECT_EQ(theirs.fields, (std::vector<uint32_t>{1, 2, 3, 4, 4}));
}

std::string list_in(const MetaGraphDef& meta, const std::string& key) {
  const auto at = meta.collections.find(key);
  return at == meta.collections.end() ? "none" : hex_of(at->second);
}

// A CollectionDef: the number of its kind of list, and the list with its values as field 1.
TEST(MetaGraphCollections, GoIntoTheListOfTheirKind) {
  Graph graph;
  const Output c = graph.constant(scalar(1), "c");
  graph.add_to_collection("nodes", c);
  graph.add_to_collection("nodes", c.op());
  graph.add_to_collection("texts", std::string("ab"));
  graph.add_to_collection("integers", int64_t{3});
  graph.add_to_collection("integers", int64_t{-1});
  graph.add_to_collection("reals", 0.5);
  const MetaGraphDef meta = meta_of(graph);
  EXPECT_EQ(list_in(meta, "nodes"),
            "0a08"
            "0a03633a30"
            "0a0163");
  EXPECT_EQ(list_in(meta, "texts"),
            "1204"
            "0a026162");
  EXPECT_EQ(list_in(meta, "integers"),
            "1a0d"
            "0a0b03ffffffffffffffffff01");
  EXPECT_EQ(list_in(meta, "reals"),
            "2206"
            "0a040000003f");
}

TEST(MetaGraphCollections, AreLeftOutWhereTheyCannotBeWritten) {
  Graph graph;
  graph.add_to_collection("objects", std::shared_ptr<void>(std::make_shared<int>(1)));
  graph.add_to_collection("mixed", int64_t{1});
  graph.add_to_collection("mixed", std::string("a"));
  graph.add_to_collection("emptied", int64_t{1});
  graph.add_to_collection("fine", int64_t{1});
  graph.clear_collection("emptied");
  const auto collections = meta_of(graph).collections;
  EXPECT_EQ(collections.size(), 1u);
  EXPECT_TRUE(collections.contains("fine"));
}

TEST(MetaGraphCollections, TellWhichVariablesAreTrained) {
  Graph graph;
  (void)graph.variable("w", 1.0f, {.trainable = false});
  const MetaGraphDef meta = meta_of(graph);
  EXPECT_FALSE(meta.collections.contains("trainable_variables"));
  // Variable, initialiser, read, initial value; no field 7.
  EXPECT_EQ(list_in(meta, "variables"), hex_of("\x12\x2e\x0a\x2c"
                                               "\x0a\x03w:0"
                                               "\x12\x08w/Assign"
                                               "\x1a\x08w/read:0"
                                               "\x32\x11w/initial_value:0"));
}

TEST(MetaGraphs, TellTheShapesOfOutputs) {
  Graph graph;
  (void)graph.variable("w", floats({1, 2}));
  const Saver saver(graph);
  std::map<std::string, std::string> shapes;
  for (const ComparableNode& node : meta_of(graph).graph.nodes) {
    const auto at = node.attrs.find("_output_shapes");
    shapes[node.name] = at == node.attrs.end() ? "none" : hex_of(at->second);
  }
  EXPECT_EQ(shapes["w"],
            "0a063a0412020802");                        // list { shape { dim { size: 2 } } }
  EXPECT_EQ(shapes["save/RestoreV2"], "0a043a021801");  // unknown rank
  EXPECT_EQ(shapes["save/Const"], "0a023a00");
  EXPECT_EQ(shapes["save/SaveV2"], "none");
}

TEST(MetaGraphs, TellWhatTheSaverKeeps) {
  Graph graph;
  (void)graph.variable("w", 1.0f);
  const auto saver_of = [&](const SaverDef& def) { return hex_of(meta_of(graph, def).saver); };
  EXPECT_EQ(saver_of({"a:0", "b:0", "c", 3, false, 2.5}),
            "0a03613a301203623a301a016320033500002040"
            "3802");
  EXPECT_EQ(saver_of({"a:0", "b:0", "c", 0, false, 0}),
            "0a03613a301203623a301a0163"
            "3802");
  EXPECT_EQ(meta_of(graph).fields, (std::vector<uint32_t>{1, 2, 4, 4}));
}

}  // namespace
}  // namespace holdall::tf1
