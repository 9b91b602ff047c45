// holdall show: one tensor of a checkpoint.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb show_verb();

}  // namespace holdall::cli
