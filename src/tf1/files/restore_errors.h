// TensorFlow's words for a restore that does not fit.
#pragma once

#include <span>

#include "holdall/catalog.h"
#include "holdall/saver.h"
#include "holdall/status.h"

namespace holdall::tf1 {

// A Saver says in front what most likely has gone wrong, the operation itself does not.
enum class Wrapping { kNone, kSaver };

// What is said of a plan with problems. Requires: it has some.
Error restore_error(const RestorePlan& plan, std::span<const RestoreTarget> targets,
                    const Catalog& catalog, Wrapping wrapping = Wrapping::kSaver);

// An error of the nodes that take restored values, as a Saver tells it.
Error mismatch_while_restoring(Error error);

// An object-based checkpoint that lacks variables under their own names too.
Error object_based_error(const PlannedRestore& planned, std::span<const RestoreTarget> targets);

inline constexpr std::string_view kObjectBasedWarning =
    "Restoring an object-based checkpoint using a name-based saver. This may be somewhat fragile, "
    "and will re-build the Saver. Instead, consider loading object-based checkpoints using "
    "tf.train.Checkpoint().";

}  // namespace holdall::tf1
