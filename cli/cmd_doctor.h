// holdall doctor: what a path is, what is wrong with it, what would work; and salvage.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb doctor_verb();

}  // namespace holdall::cli
