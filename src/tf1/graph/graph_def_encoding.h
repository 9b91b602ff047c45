// A graph as TensorFlow's GraphDef message.
#pragma once

#include <string>
#include <vector>

#include "tf1/graph/graph_rep.h"

namespace holdall::tf1 {

enum class InferredShapes { kLeaveOut, kWrite };

// What becomes of nodes on their way out.
struct EncodingOptions {
  InferredShapes shapes =
      InferredShapes::kLeaveOut;  // whether nodes carry what is known of outputs
  std::string scope = {};         // only nodes in it (with a slash), by their names inside it
  bool clear_devices = false;
  bool strip_default_attrs = false;
  std::vector<std::string> excluded = {};       // scopes (with a slash) whose nodes stay behind
  std::vector<std::string>* unbound = nullptr;  // inputs from outside the scope are added to it
};

// Requires: the graph's mutex is held.
std::string encode_node_def(const GraphRep& graph, const Node& node,
                            const EncodingOptions& options = {});
std::string encode_graph_def(const GraphRep& graph, const EncodingOptions& options = {});

}  // namespace holdall::tf1
