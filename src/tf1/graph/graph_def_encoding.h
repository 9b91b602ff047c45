// A graph as TensorFlow's GraphDef message.
#pragma once

#include <string>

#include "tf1/graph/graph_rep.h"

namespace holdall::tf1 {

enum class InferredShapes { kLeaveOut, kWrite };

// `shapes` says whether each node carries what is known of its outputs, as nodes in a `.meta` do.
// Requires: the graph's mutex is held.
std::string encode_node_def(const GraphRep& graph, const Node& node,
                            InferredShapes shapes = InferredShapes::kLeaveOut);
std::string encode_graph_def(const GraphRep& graph,
                             InferredShapes shapes = InferredShapes::kLeaveOut);

}  // namespace holdall::tf1
