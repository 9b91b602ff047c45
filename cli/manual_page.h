// Manual pages, made from the command table.
#pragma once

#include <span>
#include <string>

#include "command_table.h"

namespace holdall::cli {

// holdall(1): what there is.
std::string program_page(std::span<const Verb> verbs);

// holdall-VERB(1).
std::string verb_page(const Verb& verb);

}  // namespace holdall::cli
