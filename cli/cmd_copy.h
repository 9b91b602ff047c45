// holdall cp, merge and split: new checkpoints from old ones.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb cp_verb();
Verb merge_verb();
Verb split_verb();

}  // namespace holdall::cli
