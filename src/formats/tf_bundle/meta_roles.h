// What the tensors of a bundle are for, told by the collections of the `.meta` file beside it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/tf_bundle/meta_collections.h"
#include "holdall/catalog.h"
#include "holdall/roles.h"
#include "holdall/storage.h"

namespace holdall::tf_bundle {

// One a tensor of the catalog; none of those that no collection names, and an empty list where
// there are no collections at all. What is trainable, or of the model, is a weight whatever its
// name; other variables are told by their names among all variables of the graph, saved or not.
// Fails: kNotFound if the collections name variables, and none of them is in the catalog.
Result<std::vector<std::optional<Role>>> roles_of_collections(const Catalog& catalog,
                                                              const MetaCollections& collections);

// From the `.meta` file at `path`, as Format::read_roles().
Result<std::vector<std::optional<Role>>> read_meta_roles(const Storage& storage,
                                                         const std::string& path,
                                                         const Catalog& catalog);

}  // namespace holdall::tf_bundle
