// holdall cat: one tensor's bytes on stdout.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb cat_verb();

}  // namespace holdall::cli
