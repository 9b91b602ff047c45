// The names of an open checkpoint's tensors: other views of them, and what to say of one that is
// not there.
#pragma once

#include <string_view>

#include "formats/tf_bundle/object_names.h"
#include "holdall/checkpoint.h"
#include "holdall/status.h"

namespace holdall {

bool has_object_graph(const Catalog& catalog);

// Whether the view shows names that are not the stored ones.
bool is_renaming(NameView view);

// The names of a checkpoint that was opened by its stored ones. Reads the object graph. Requires:
// has_object_graph, is_renaming. Fails: as Checkpoint::read() does; kCorrupt.
Result<tf_bundle::NamedCatalog> read_names(const Checkpoint& checkpoint, NameView view);

// kNotFound, with what may have been meant.
Error refuse_name(const Checkpoint& checkpoint, std::string_view name);

}  // namespace holdall
