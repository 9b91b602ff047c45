// holdall diff: what differs between two checkpoints.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb diff_verb();

}  // namespace holdall::cli
