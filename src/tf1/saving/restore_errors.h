// TensorFlow's words for a restore that does not fit.
#pragma once

#include <span>

#include "holdall/catalog.h"
#include "holdall/saver.h"
#include "holdall/status.h"

namespace holdall::tf1 {

// What Saver.restore says of a plan with problems. Requires: it has some.
Error restore_error(const RestorePlan& plan, std::span<const RestoreTarget> targets,
                    const Catalog& catalog);

}  // namespace holdall::tf1
