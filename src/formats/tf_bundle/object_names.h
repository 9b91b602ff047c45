// The catalog of an object-based checkpoint under names that people use (tf_bundle.md,
// "Object-based checkpoints").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/tf_bundle/object_graph.h"
#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/status.h"

namespace holdall::tf_bundle {

// "a/b.c" for "a/b..c/.ATTRIBUTES/VARIABLE_VALUE": the marks that TensorFlow puts into a key are
// taken out and its escapes undone. "layer/OBJECT_CONFIG_JSON" for attributes that are no
// variable's value. A key without marks is its own name.
std::string object_name(std::string_view key);

struct NamedCatalog {
  Catalog catalog;
  std::vector<std::string> notes;  // sentences about names that could not be given
};

// `catalog` with its tensors under the view's names, without the object graph itself, and with the
// roles that the graph tells. Requires: kObject or kVariable. Fails: kCorrupt.
Result<NamedCatalog> rename_tensors(const Catalog& catalog, const ObjectGraph& graph,
                                    NameView view);

}  // namespace holdall::tf_bundle
