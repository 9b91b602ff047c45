// holdall latest: the newest checkpoint of a directory that can be used.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb latest_verb();

}  // namespace holdall::cli
