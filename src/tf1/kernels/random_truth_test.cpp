// The programs of testdata/random, made again through our calls: every node, every seed and every
// value must be TensorFlow's.
#include <functional>
#include <map>

#include "codec/json.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

// What a program fetches; the nodes are its graph's. `init`, if there is one, is run before.
struct Program {
  std::vector<Output> fetches;
  Operation init = {};
};
using Make = std::function<Program(Graph&)>;

Program make_variables(Graph& graph, const std::vector<Variable>& variables) {
  Program program;
  for (const Variable& variable : variables) program.fetches.push_back(variable.ref());
  program.init = graph.global_variables_initializer();
  return program;
}

Variable normal_variable(Graph& graph, std::string_view name, int64_t size) {
  return graph.variable(name, random_normal({size}));
}

Program two_variables(Graph& graph) {
  VariableScope scope(graph, "model1");
  const Variable w1 = normal_variable(graph, "w1", 2);
  const Variable w2 = normal_variable(graph, "w2", 5);
  EXPECT_TRUE(is_ok(scope.leave()));
  return make_variables(graph, {w1, w2});
}

Program four_variables(Graph& graph) {
  std::vector<Variable> variables;
  {
    VariableScope scope(graph, "model1");
    variables.push_back(normal_variable(graph, "w1", 2));
    variables.push_back(normal_variable(graph, "w2", 5));
  }
  {
    VariableScope scope(graph, "model2");
    variables.push_back(normal_variable(graph, "w3", 3));
    variables.push_back(normal_variable(graph, "w4", 4));
  }
  return make_variables(graph, variables);
}

Make normal(Shape shape, RandomOptions options = {}) {
  return [=](Graph& graph) { return Program{{graph.random_normal(shape, options)}}; };
}
Make uniform(Shape shape, RandomOptions options = {}) {
  return [=](Graph& graph) { return Program{{graph.random_uniform(shape, options)}}; };
}
Make truncated(Shape shape, RandomOptions options = {}) {
  return [=](Graph& graph) { return Program{{graph.truncated_normal(shape, options)}}; };
}
Make built(const Initializer& initializer, Shape shape) {
  return [=](Graph& graph) { return Program{{initializer.build(graph, shape, DType::kF32)}}; };
}

Program third_operation(Graph& graph) {
  return {{graph.random_uniform({5}), graph.random_uniform({5}), graph.random_uniform({5})}};
}

Program after_saver(Graph& graph) {
  (void)graph.variable("", 1.0f);
  EXPECT_TRUE(is_ok(Saver(graph).status()));
  return {{graph.random_normal({3})}};
}

Program after_name_scope(Graph& graph) {
  NameScope scope(graph, "a");
  return {{graph.random_normal({3})}};
}

Program seed_set_late(Graph& graph) {
  const Output x = graph.random_normal({2});
  graph.set_random_seed(8);
  return {{x, graph.random_normal({2})}};
}

Program inside_get_variable(Graph& graph) {
  const Variable x = graph.get_variable("x", {.shape = Shape({3, 4})});
  const Variable y =
      graph.get_variable("y", {.shape = Shape({4}), .initializer = zeros_initializer()});
  const Variable z = graph.get_variable("z", {.shape = Shape({2, 2})});
  return make_variables(graph, {x, y, z});
}

Program two_scopes_get_variable(Graph& graph) {
  std::vector<Variable> variables;
  for (const std::string_view name : {"a", "b"}) {
    VariableScope scope(graph, name);
    variables.push_back(graph.get_variable("w", {.shape = Shape({2, 3})}));
  }
  return make_variables(graph, variables);
}

Program uniform_empty(Graph& graph) {
  return {{graph.random_uniform({0, 3}), graph.random_uniform({2})}};
}

Program zeros_ones_constant(Graph& graph) {
  return {{zeros_initializer().build(graph, {2}, DType::kF32),
           ones_initializer().build(graph, {2}, DType::kI32),
           constant_initializer(floats({1, 2, 3})).build(graph, {2, 3}, DType::kF32)}};
}

const std::map<std::string, Make>& programs() {
  using D = DType;
  static const std::map<std::string, Make> all = {
      {"two_vars_seed_1", two_variables},
      {"two_vars_seed_42", two_variables},
      {"two_vars_seed_0", two_variables},
      {"four_vars_seed_1", four_variables},
      {"four_vars_seed_2019", four_variables},
      {"op_seed_only", normal({6}, {.seed = 1})},
      {"both_seeds", normal({4}, {.seed = 1})},
      {"both_zero", uniform({4}, {.seed = 0})},
      {"op_seed_zero", uniform({4}, {.seed = 0})},
      {"graph_seed_zero", uniform({4})},
      {"seeds_2_31", uniform({4}, {.seed = 2147483647})},
      {"seeds_above_32_bits", uniform({4}, {.seed = 8589934597})},
      {"negative_seeds", uniform({4}, {.seed = -8})},
      {"third_op", third_operation},
      {"after_saver", after_saver},
      {"after_name_scope", after_name_scope},
      {"seed_set_late", seed_set_late},
      {"inside_get_variable", inside_get_variable},
      {"two_scopes_get_variable", two_scopes_get_variable},
      {"uniform", uniform({6}, {.seed = 1})},
      {"uniform_range", uniform({2, 3}, {.minval = -3, .maxval = 5.5, .seed = 11})},
      {"uniform_double", uniform({5}, {.minval = -1, .maxval = 1, .dtype = D::kF64, .seed = 12})},
      {"uniform_half", uniform({9}, {.dtype = D::kF16, .seed = 13})},
      {"uniform_int32", uniform({9}, {.maxval = 10, .dtype = D::kI32, .seed = 1})},
      {"uniform_int32_negative",
       uniform({9}, {.minval = -100, .maxval = 1000, .dtype = D::kI32, .seed = 14})},
      {"uniform_int32_full",
       uniform({5},
               {.minval = -2147483648.0, .maxval = 2147483647.0, .dtype = D::kI32, .seed = 14})},
      {"uniform_int64", uniform({7}, {.maxval = 1e12, .dtype = D::kI64, .seed = 15})},
      {"uniform_int64_graph_seed", uniform({3}, {.minval = -5, .maxval = 5, .dtype = D::kI64})},
      {"uniform_scalar", uniform({})},
      {"uniform_empty", uniform_empty},
      {"normal", normal({7}, {.mean = 2, .stddev = 0.5, .seed = 21})},
      {"normal_double", normal({5}, {.dtype = D::kF64, .seed = 22})},
      {"normal_half", normal({6}, {.dtype = D::kF16, .seed = 23})},
      {"normal_rank_3", normal({2, 3, 4})},
      {"normal_5000", normal({5000})},
      {"truncated", truncated({6}, {.seed = 2})},
      {"truncated_40", truncated({40}, {.mean = 1, .stddev = 0.1, .seed = 31})},
      {"truncated_double", truncated({7}, {.dtype = D::kF64, .seed = 32})},
      {"truncated_graph_seed", truncated({5}, {.stddev = 0.02})},
      {"glorot_uniform", built(glorot_uniform_initializer(1), {4, 6})},
      {"glorot_uniform_conv", built(glorot_uniform_initializer(1), {3, 3, 2, 4})},
      {"random_normal_initializer",
       built(random_normal_initializer({.mean = 1, .stddev = 2}), {3})},
      {"random_uniform_initializer",
       built(random_uniform_initializer({.minval = -1, .maxval = 1}), {3})},
      {"truncated_normal_initializer", built(truncated_normal_initializer({.stddev = 0.1}), {3})},
      {"zeros_ones_constant", zeros_ones_constant},
  };
  return all;
}

// Programs that our calls cannot make, and why.
const std::map<std::string, std::string> kNotMade = {
    {"constants_before", "the operator + makes AddV2, tf.add and Graph::add make Add"},
    {"after_placeholder", "there is no placeholder"},
    {"shape_is_tensor", "a shape is a Shape, not an Output"},
    {"glorot_normal", "there is no such initializer"},
    {"he_normal", "there is no such initializer"},
    {"he_uniform", "there is no such initializer"},
    {"lecun_normal", "there is no such initializer"},
    {"variance_scaling", "there is no such initializer"},
    {"variance_scaling_untruncated", "there is no such initializer"},
    {"uniform_unit_scaling", "there is no such initializer"},
    {"orthogonal", "there is no such initializer"},
};

const Json& read_cases(const std::string& file) {
  static std::map<std::string, Json> read;
  auto& json = read[file];
  if (json.is_null()) {
    auto parsed = Json::parse(read_test_file(source_path("src/tf1/testdata/random/" + file)));
    EXPECT_TRUE(is_ok(parsed));
    json = std::move(*parsed);
  }
  return *json.find("cases");
}

std::string text(const Json& json, std::string_view key) {
  return std::string(*json.find(key)->as_string());
}

const Json& find_case(const std::string& file, std::string_view name) {
  for (const Json& each : read_cases(file).items())
    if (each.find("name")->as_string() == name) return each;
  ADD_FAILURE() << "no case " << name << " in " << file;
  return read_cases(file)[0];
}

Graph seeded_graph(const Json& truth) {
  Graph graph;
  graph.set_random_seed(truth.find("graph_seed")->as_int64());
  return graph;
}

void expect_value(const Json& expected, const Tensor& value) {
  EXPECT_EQ(dtype_name(value.dtype()), text(expected, "dtype"));
  std::vector<int64_t> dims;
  for (const Json& size : expected.find("shape")->items()) dims.push_back(*size.as_int64());
  EXPECT_EQ(value.shape(), Shape(dims));
  const std::string hex =
      hex_of({reinterpret_cast<const char*>(value.bytes().data()), value.size_bytes()});
  const std::string first = text(expected, "first_hex");
  EXPECT_EQ(hex.substr(0, first.size()), first);
  EXPECT_EQ(first.size(), std::min<size_t>(2 * dtype_size_bytes(value.dtype()) * 16, hex.size()));
}

void expect_run(Session& session, const Program& program, const Json& expected) {
  if (program.init.is_valid()) {
    ASSERT_TRUE(is_ok(session.run(program.init)));
  }
  const auto values = session.run(program.fetches, {});
  ASSERT_TRUE(is_ok(values));
  ASSERT_EQ(values->size(), expected.size());
  for (size_t i = 0; i < values->size(); ++i) expect_value(expected[i], (*values)[i]);
}

class RandomProgram : public testing::TestWithParam<std::string> {
 protected:
  const Json& truth() const { return find_case("truth.json", GetParam()); }
};

std::vector<std::string> made_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : programs()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Truth, RandomProgram, testing::ValuesIn(made_names()),
                         [](const auto& each) { return each.param; });

TEST_P(RandomProgram, MakesTheSameNodes) {
  Graph graph = seeded_graph(truth());
  (void)programs().at(GetParam())(graph);
  ASSERT_TRUE(is_ok(graph.status()));
  std::vector<std::pair<std::string, std::string>> expected;
  for (const Json& node : truth().find("nodes")->items())
    expected.emplace_back(*node[0].as_string(), *node[1].as_string());
  EXPECT_EQ(nodes_of(graph), expected);
}

TEST_P(RandomProgram, GivesTheSameSeeds) {
  Graph graph = seeded_graph(truth());
  (void)programs().at(GetParam())(graph);
  for (const Json& expected : truth().find("random_ops")->items()) {
    const auto op = graph.operation_by_name(text(expected, "node"));
    ASSERT_TRUE(is_ok(op));
    const Node* node = GraphRep::node_of(*op);
    EXPECT_EQ(*node->find_attr<int64_t>("seed"), expected.find("seed")->as_int64());
    EXPECT_EQ(*node->find_attr<int64_t>("seed2"), expected.find("seed2")->as_int64());
    EXPECT_EQ(static_cast<int64_t>(node->id), expected.find("nodes_before")->as_int64());
  }
}

TEST_P(RandomProgram, GivesTheSameValues) {
  Graph graph = seeded_graph(truth());
  const Program program = programs().at(GetParam())(graph);
  Session first(graph);
  for (const Json& run : truth().find("runs_in_first_session")->items())
    expect_run(first, program, run);
  Session second(graph);
  expect_run(second, program, *truth().find("run_in_second_session"));
}

// Later versions count nodes in another way; where the seeds agree, so must the values.
TEST_P(RandomProgram, GivesTheValuesOfLaterVersionsForTheSameSeeds) {
  const Json& later = find_case("truth-tf2.json", GetParam());
  EXPECT_EQ(text(later, "program"), text(truth(), "program"));
  const auto seeds_of = [](const Json& of_case) {
    std::vector<std::optional<int64_t>> seeds;
    for (const Json& op : of_case.find("random_ops")->items()) {
      seeds.push_back(op.find("seed")->as_int64());
      seeds.push_back(op.find("seed2")->as_int64());
    }
    return seeds;
  };
  const bool has_own_seed = text(truth(), "program").find("seed=") != std::string::npos;
  EXPECT_EQ(seeds_of(later) == seeds_of(truth()) && !seeds_of(later).empty(), has_own_seed);
  if (!has_own_seed) return;
  Graph graph = seeded_graph(later);
  const Program program = programs().at(GetParam())(graph);
  Session session(graph);
  expect_run(session, program, later.find("runs_in_first_session")->items()[0]);
}

TEST(RandomPrograms, AreAllMadeOrListedAsNotMade) {
  for (const Json& each : read_cases("truth.json").items()) {
    const std::string name = text(each, "name");
    EXPECT_EQ(programs().contains(name) + kNotMade.contains(name), 1) << name;
  }
  EXPECT_EQ(read_cases("truth.json").size(), programs().size() + kNotMade.size());
  EXPECT_EQ(read_cases("truth-tf2.json").size(), read_cases("truth.json").size());
}

}  // namespace
}  // namespace holdall::tf1
