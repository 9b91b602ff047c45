// The nodes that a Saver adds to its graph, so that TensorFlow can restore and save through a
// `.meta`.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tf1/graph/graph_rep.h"

namespace holdall::tf1 {

// A variable and the name it has in checkpoints.
struct SavedVariable {
  std::string key;
  Variable variable;
};

struct SaverDef {
  std::string filename_tensor_name;
  std::string save_tensor_name;
  std::string restore_op_name;
  int max_to_keep = 5;
  double keep_checkpoint_every_n_hours = 10000;
};

// `saved` in the order of keys. On failure the graph has failed and the names are empty.
SaverDef add_saver_nodes(GraphRep& graph, const std::vector<SavedVariable>& saved,
                         const SaverOptions& options);

}  // namespace holdall::tf1
