// holdall verify: every checksum of checkpoints.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb verify_verb();

}  // namespace holdall::cli
