// holdall ls: what checkpoints contain.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb ls_verb();

}  // namespace holdall::cli
