// Two models in one session: each is declared in its own scope and restored by a saver over just
// its variables.
#include <holdall/text.h>
#include <holdall/tf1.h>

#include <iostream>

namespace tf = holdall::tf1;

namespace {

std::vector<tf::Variable> variables_named(const tf::Graph& graph, const std::string& part) {
  std::vector<tf::Variable> chosen;
  for (const tf::Variable& variable : graph.global_variables()) {
    if (variable.name().find(part) != std::string::npos) chosen.push_back(variable);
  }
  return chosen;
}

int fail(const holdall::Error& error) {
  std::cerr << tf::error_class_name(tf::error_class(error)) << ": " << error.to_string() << '\n';
  return 1;
}

}  // namespace

int main() {
  tf::Graph graph;
  tf::Session session(graph);
  tf::Variable w1, w2, w3, w4;
  {
    tf::VariableScope model1(graph, "model1");
    w1 = graph.variable("w1", tf::random_normal({2}));
    w2 = graph.variable("w2", tf::random_normal({5}));
  }
  {
    tf::VariableScope model2(graph, "model2");
    w3 = graph.variable("w3", tf::random_normal({3}));
    w4 = graph.variable("w4", tf::random_normal({4}));
  }

  tf::Saver saver1(variables_named(graph, "model1"));
  if (auto status = saver1.restore(session, "./save/model1"); !status.ok())
    return fail(status.error());
  tf::Saver saver2(variables_named(graph, "model2"));
  if (auto status = saver2.restore(session, "./save/model2"); !status.ok())
    return fail(status.error());

  const std::pair<const char*, tf::Variable> all[] = {
      {"w1", w1}, {"w2", w2}, {"w3", w3}, {"w4", w4}};
  for (const auto& [name, variable] : all) {
    auto value = session.eval(variable);
    if (!value.ok()) return fail(value.error());
    std::cout << name << " : " << holdall::format_values(*value) << '\n';
  }
  std::cout << "Model restored.\n";
  return 0;
}
