// `.meta` files that TensorFlow wrote come in, with what belongs to them, and go out again.
#include "codec/proto_wire.h"
#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

std::string meta_file(std::string_view path) {
  return read_test_file(written_by_tensorflow(path));
}

std::vector<std::string> names_in(const Graph& graph, std::string_view key) {
  std::vector<std::string> names;
  for (const CollectionItem& item : graph.collection(key)) {
    if (const auto* variable = std::get_if<Variable>(&item)) names.push_back(variable->name());
    if (const auto* output = std::get_if<Output>(&item)) names.push_back(output->name());
    if (const auto* operation = std::get_if<Operation>(&item)) names.push_back(operation->name());
    if (const auto* text = std::get_if<std::string>(&item)) names.push_back(*text);
    if (const auto* number = std::get_if<int64_t>(&item)) names.push_back(std::to_string(*number));
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(MetaGraphImport, BringsCollectionsOfAllKinds) {
  for (const char* file : {"meta_collections/graph.meta", "meta_collections/graph.stripped.meta"}) {
    Graph graph;
    const auto imported = import_meta_graph(graph, meta_file(file));
    ASSERT_TRUE(is_ok(imported));
    EXPECT_EQ(names_in(graph, "variables"), (Names{"net/w:0", "net/frozen:0"}));
    EXPECT_EQ(names_in(graph, "trainable_variables"), (Names{"net/w:0", "local:0"}));
    EXPECT_EQ(names_in(graph, "local_variables"), Names{"local:0"});
    EXPECT_EQ(names_in(graph, "inputs"), Names{"x:0"});
    EXPECT_EQ(names_in(graph, "outputs"), (Names{"y:0", "net/w"}));
    EXPECT_EQ(names_in(graph, "numbers"), (Names{"7", "1099511627776"}));
    EXPECT_EQ(names_in(graph, "texts"), (Names{"abc", "def"}));
    EXPECT_EQ(std::get<double>(graph.collection("floats").front()), 0.5);
    ASSERT_TRUE(imported->saver.has_value());
    EXPECT_EQ(imported->saver->max_to_keep, 9);
    EXPECT_TRUE(graph.global_variables()[0].is_trainable());
    EXPECT_FALSE(graph.global_variables()[1].is_trainable());
  }
}

TEST(MetaGraphImport, KeepsMessagesOfAnyKindAsTheyAre) {
  Graph graph;
  graph.add_to_collection("assets", AnyMessage{"\x0a\x01t\x12\x01v"});
  const auto message = export_meta_graph(graph);
  ASSERT_TRUE(is_ok(message));
  Graph copy;
  ASSERT_TRUE(is_ok(import_meta_graph(copy, *message, {.scope = "copy"})));
  EXPECT_EQ(std::get<AnyMessage>(copy.collection("assets").front()),
            AnyMessage{"\x0a\x01t\x12\x01v"});
}

TEST(MetaGraphImport, PutsTextsUnderTheScope) {
  Graph graph;
  graph.add_to_collection("words", std::string("net/w:0"));
  const auto message = export_meta_graph(graph);
  ASSERT_TRUE(is_ok(message));
  Graph copy;
  ASSERT_TRUE(is_ok(import_meta_graph(copy, *message, {.scope = "copy"})));
  EXPECT_EQ(names_in(copy, "words"), Names{"copy/net/w:0"});
}

TEST(CopyScopedMetaGraph, GivesTheVariablesByTheirNamesInside) {
  Graph graph;
  {
    const VariableScope scope(graph, "a");
    (void)graph.get_variable("w", {.shape = Shape({2})});
  }
  (void)graph.get_variable("ab", {.shape = Shape({2})});
  const auto copied = copy_scoped_meta_graph(graph, "a", graph, "b");
  ASSERT_TRUE(is_ok(copied));
  const auto variables = variables_inside(graph, copied->scope);
  ASSERT_EQ(variables.size(), 1u);
  EXPECT_EQ(variables.at("w:0").name(), "b/w:0");
  EXPECT_EQ(names_in(graph, "variables"), (Names{"a/w:0", "ab:0", "b/w:0"}));
  EXPECT_TRUE(raises(copy_scoped_meta_graph(graph, "a", graph, "a"), ErrorClass::kValueError,
                     {"'from_scope' and 'to_scope' need to be different"}));
}

TEST(MetaGraphImport, TakesTheLastOfSeveralListsOfACollection) {
  std::string numbers, texts, lists, entry, meta;
  ProtoWriter(numbers).add_int(1, 7);
  ProtoWriter(texts).add_bytes(1, "abc");
  ProtoWriter(lists).add_message(3, numbers);
  ProtoWriter(lists).add_message(2, texts);
  ProtoWriter(entry).add_bytes(1, "all");
  ProtoWriter(entry).add_message(2, lists);
  ProtoWriter(meta).add_message(4, entry);
  Graph graph;
  ASSERT_TRUE(is_ok(import_meta_graph(graph, meta)));
  EXPECT_EQ(names_in(graph, "all"), Names{"abc"});
}

TEST(MetaGraphImport, UnderTwoScopesGivesTwoModels) {
  Graph graph;
  ImportOptions options;
  std::vector<ImportedMetaGraph> imported;
  for (const char* scope : {"first", "second"}) {
    options.scope = scope;
    auto one = import_meta_graph(graph, meta_file("meta_collections/graph.meta"), options);
    ASSERT_TRUE(is_ok(one));
    imported.push_back(*std::move(one));
  }
  EXPECT_EQ(names_in(graph, "variables"), (Names{"first/net/w:0", "first/net/frozen:0",
                                                 "second/net/w:0", "second/net/frozen:0"}));
  Session session(graph);
  for (const ImportedMetaGraph& each : imported) {
    Saver saver(*each.saver, graph);
    ASSERT_TRUE(is_ok(saver.restore(session, written_by_tensorflow("meta_collections/graph"))));
  }
  // What the model computes of x = [[1, 2]]: see its truth.json.
  const auto y = session.run(std::vector{*graph.tensor_by_name("second/y:0")}, {},
                             {{*graph.tensor_by_name("second/x:0"), counting_tensor({1, 2}, 1)}});
  ASSERT_TRUE(is_ok(y));
  EXPECT_EQ(values_of<float>(y->front()),
            (std::vector<float>{-0.44634461402893066f, 2.0340404510498047f}));
}

TEST(MetaGraphImport, TwiceWithoutAScopeIsAnError) {
  Graph graph;
  const std::string message = meta_file("meta_collections/graph.meta");
  ASSERT_TRUE(is_ok(import_meta_graph(graph, message)));
  const uint64_t before = graph.node_count();
  EXPECT_TRUE(raises(import_meta_graph(graph, message), ErrorClass::kValueError, {"import_scope"}));
  EXPECT_EQ(graph.node_count(), before);
}

TEST(MetaGraphImport, TakesTheSmallestFiles) {
  for (const char* file : {"bare", "four_nodes", "with_saver", "resource", "resource_with_saver"}) {
    SCOPED_TRACE(file);
    Graph graph;
    const auto imported =
        import_meta_graph(graph, meta_file("meta_minimal/" + std::string(file) + ".meta"));
    ASSERT_TRUE(is_ok(imported));
    const bool has_saver = std::string_view(file).find("with_saver") != std::string_view::npos;
    EXPECT_EQ(imported->saver.has_value(), has_saver);
    if (!has_saver) continue;
    Session session(graph);
    Saver saver(*imported->saver, graph);
    EXPECT_TRUE(is_ok(saver.restore(session, written_by_tensorflow("meta_minimal/model"))));
  }
}

TEST(MetaGraphImport, LeavesCollectionsOutThatAreNotWanted) {
  Graph graph;
  ImportOptions options;
  options.wants_collection = [](std::string_view key) { return key == "variables"; };
  ASSERT_TRUE(is_ok(import_meta_graph(graph, meta_file("meta_collections/graph.meta"), options)));
  EXPECT_EQ(graph.collection_keys(), Names{"variables"});
}

TEST(MetaGraphExport, OfOneScopeHasItsNamesInside) {
  Graph graph;
  {
    const NameScope scope(graph, "in");
    (void)graph.variable("v", floats({1}));
  }
  (void)graph.variable("out", floats({2}));
  ExportOptions options;
  options.scope = "in";
  const auto message = export_meta_graph(graph, options);
  ASSERT_TRUE(is_ok(message));
  Graph other;
  ImportOptions moved;
  moved.scope = "moved";
  ASSERT_TRUE(is_ok(import_meta_graph(other, *message, moved)));
  EXPECT_EQ(names_in(other, "variables"), Names{"moved/v:0"});
  EXPECT_FALSE(other.tensor_by_name("moved/out:0").ok());
}

TEST(MetaGraphExport, NamesInputsFromOutsideWhichHaveToBeGivenAgain) {
  Graph graph;
  const Output a = graph.constant(scalar(2), "a");
  {
    const NameScope scope(graph, "in");
    (void)graph.identity(a, "b");
  }
  ExportOptions options;
  options.scope = "in";
  const auto message = export_meta_graph(graph, options);
  ASSERT_TRUE(is_ok(message));
  Graph other;
  EXPECT_TRUE(raises(import_meta_graph(other, *message), ErrorClass::kValueError,
                     {"unbound inputs", "$unbound_inputs_a"}));
  ImportOptions bound;
  bound.input_map = {{"$unbound_inputs_a", other.constant(scalar(7), "mine")}};
  ASSERT_TRUE(is_ok(import_meta_graph(other, *message, bound)));
  EXPECT_EQ(evaluate(other, *other.tensor_by_name("b:0")), scalar(7));
}

TEST(MetaGraphImport, RefusesDamage) {
  const std::string whole = meta_file("meta_collections/graph.meta");
  for (size_t size = 0; size < whole.size(); size += 97) {
    Graph graph;
    const auto imported = import_meta_graph(graph, std::string_view(whole).substr(0, size));
    if (!imported.ok()) {
      EXPECT_TRUE(is_raised(imported.error(), error_class(imported.error())));
    }
  }
}

}  // namespace
}  // namespace holdall::tf1
