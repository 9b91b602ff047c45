// holdall formats: the formats this build knows, as a table.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb formats_verb();

}  // namespace holdall::cli
