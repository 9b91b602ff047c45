// The two models of the classic programs, which TensorFlow 1.15.5 ran with graph seed 1
// (formats/tf_bundle/testdata/good/two_models_seeded).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tf1/tf1_testing.h"

namespace holdall::tf1 {

inline const std::vector<float> kSeededW1 = {-0.67086124f, 0.22357145f};
inline const std::vector<float> kSeededW2 = {-0.47795692f, 0.88442147f, -0.62377393f, -0.951011f,
                                             -0.9606378f};

struct ClassicModel {
  Variable first;
  Variable second;
};

inline ClassicModel add_model1(Graph& graph) {
  VariableScope scope(graph, "model1");
  return {graph.variable("w1", random_normal({2})), graph.variable("w2", random_normal({5}))};
}

inline ClassicModel add_model2(Graph& graph) {
  VariableScope scope(graph, "model2");
  return {graph.variable("w3", random_normal({3})), graph.variable("w4", random_normal({4}))};
}

// The path of a file or prefix that TensorFlow wrote.
inline std::string written_by_tensorflow(std::string_view path) {
  return source_path("src/formats/tf_bundle/testdata/good/" + std::string(path));
}

// A graph of model1, seeded, its values in a session and a saver of both: what most tests need.
struct SeededModel1 {
  Graph graph;
  ClassicModel model;
  Saver saver;
  Session session;

  explicit SeededModel1(const SaverOptions& options = {})
      : model(add_model1(seeded(graph))), saver(graph, options), session(graph) {
    EXPECT_TRUE(is_ok(saver.status()));
    EXPECT_TRUE(is_ok(session.run(graph.global_variables_initializer())));
  }

 private:
  static Graph& seeded(Graph& graph) {
    graph.set_random_seed(1);
    return graph;
  }
};

inline std::vector<float> read_values(Session& session, const Variable& variable) {
  const auto value = session.eval(variable);
  EXPECT_TRUE(is_ok(value));
  return value.ok() ? values_of<float>(*value) : std::vector<float>();
}

}  // namespace holdall::tf1
