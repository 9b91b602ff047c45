// holdall keep: which checkpoints of a directory stay.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb keep_verb();

}  // namespace holdall::cli
