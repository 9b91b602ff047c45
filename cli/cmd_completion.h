// holdall completion, and the hidden verbs that completions and the installation call.
#pragma once

#include "command_table.h"

namespace holdall::cli {

Verb completion_verb();

// holdall __complete: the verbs, or the names of a checkpoint's tensors that begin so.
Verb complete_verb();

// holdall __man: a manual page.
Verb man_verb();

}  // namespace holdall::cli
