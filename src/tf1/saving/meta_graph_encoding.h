// A graph, its collections and a saver as TensorFlow's MetaGraphDef message: the `.meta` file.
#pragma once

#include <string>

#include "tf1/graph/graph_rep.h"
#include "tf1/saving/saver_nodes.h"

namespace holdall::tf1 {

// Collections of the caller's own objects are left out, and so is a saver without nodes.
std::string encode_meta_graph(GraphRep& graph, const SaverDef& saver);

}  // namespace holdall::tf1
