// What the variables of an object graph are for, as far as the shape of the graph tells.
#pragma once

#include <optional>
#include <vector>

#include "formats/tf_bundle/object_graph.h"
#include "holdall/roles.h"

namespace holdall::tf_bundle {

// By node. An object with slots, or with both a count of iterations and a learning rate, is an
// optimizer; its variables, those in its lists and its slots are kOptimizer or kEma, its count and
// the root's save counter kStep. The lists in which Keras 3's optimizers hold the model's own
// variables tell nothing. What is not said here has no role.
std::vector<std::optional<Role>> find_roles(const ObjectGraph& graph);

}  // namespace holdall::tf_bundle
