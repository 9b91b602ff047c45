// The mistake this library is about: a saver over all variables cannot restore the checkpoint of
// one model, since the other's variables are not in it. The error says so, and which scope would
// fit.
#include <holdall/tf1.h>

#include <iostream>

namespace tf = holdall::tf1;

int main() {
  tf::Graph graph;
  {
    tf::VariableScope model1(graph, "model1");
    graph.variable("w1", tf::random_normal({2}));
    graph.variable("w2", tf::random_normal({5}));
  }
  {
    tf::VariableScope model2(graph, "model2");
    graph.variable("w3", tf::random_normal({3}));
    graph.variable("w4", tf::random_normal({4}));
  }
  tf::Session session(graph);
  tf::Saver saver(graph);
  auto status = saver.restore(session, "./save/model1");
  if (status.ok()) {
    std::cout << "Model restored.\n";
    return 0;
  }
  std::cerr << tf::error_class_name(tf::error_class(status.error())) << ": "
            << status.error().to_string() << '\n';
  return 1;
}
