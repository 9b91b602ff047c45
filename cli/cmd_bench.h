// holdall bench: how fast checkpoints come in on this machine.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb bench_verb();

}  // namespace holdall::cli
