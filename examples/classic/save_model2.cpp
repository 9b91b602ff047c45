// Builds the variables of model2 in their own scope, initialises them and saves them.
#include <holdall/tf1.h>

#include <iostream>

namespace tf = holdall::tf1;

int main(int argc, char** argv) {
  tf::Graph graph;
  // A number on the command line makes the random values repeatable.
  if (argc > 1) graph.set_random_seed(std::stoll(argv[1]));
  {
    tf::VariableScope model2(graph, "model2");
    graph.variable("w3", tf::random_normal({3}));
    graph.variable("w4", tf::random_normal({4}));
  }
  tf::Saver saver(graph);
  tf::Session session(graph);
  if (auto status = session.run(graph.global_variables_initializer()); !status.ok()) {
    std::cerr << status.error().to_string() << '\n';
    return 1;
  }
  auto path = saver.save(session, "./save/model2");
  if (!path.ok()) {
    std::cerr << path.error().to_string() << '\n';
    return 1;
  }
  std::cout << "Model saved in " << *path << '\n';
  return 0;
}
