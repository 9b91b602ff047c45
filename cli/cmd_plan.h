// holdall plan: what a restore would do, from catalogs alone.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb plan_verb();

}  // namespace holdall::cli
