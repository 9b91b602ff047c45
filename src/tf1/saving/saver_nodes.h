// The nodes that a Saver adds to its graph, so that TensorFlow can restore and save through a
// `.meta`; and what such nodes say, whoever made them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tf1/files/checkpoint_tensors.h"
#include "tf1/graph/graph_rep.h"

namespace holdall::tf1 {

// `saveables` in the order of names. Requires: the graph's mutex is held. On failure the graph has
// failed and the names are empty.
SaverDef add_saver_nodes(GraphRep& graph, const std::vector<Saveable>& saveables,
                         const SaverOptions& options);

// A tensor that a Saver's nodes save.
struct SavedPart {
  TensorRequest request;
  Output tensor;
  uint32_t shard = 0;
};

// A tensor that they restore.
struct RestoredPart {
  TensorRequest request;
  Output tensor;
  // The variable it is assigned to as it is; null if something else becomes of it.
  const Node* variable = nullptr;
};

struct SaverParts {
  std::vector<SavedPart> saved;
  std::vector<RestoredPart> restored;
  uint32_t shard_count = 1;
  SaverVersion version = SaverVersion::kV2;
  Operation restore;
  // Whether restoring is nothing but assigning.
  bool only_assigns = true;
};

// Requires: the graph's mutex is held. Fails: kNotFound (KeyError), kInvalidArgument.
Result<SaverParts> read_saver_nodes(GraphRep& graph, const SaverDef& def);

}  // namespace holdall::tf1
