// Whether a verb may write where it was told to.
#pragma once

#include <vector>

#include "holdall/saver.h"
#include "source_argument.h"

namespace holdall::cli {

// Files that are there are replaced only if that was asked for, and those that are read never,
// whatever the spelling: also through links. Fails: kInvalidArgument.
Status check_output(const SavePlan& plan, const std::vector<Source>& sources, bool is_forced);

}  // namespace holdall::cli
