// What shells read to complete the words of a command, made from the command table.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command_table.h"

namespace holdall::cli {

// "--select", "-n": the spellings of an option; none for a positional.
std::vector<std::string> spellings(const Option& option);
bool is_positional(const Option& option);
bool is_flag(const Option& option);
bool takes_value(const Option& option);

// `shell`: "bash", "zsh" or "fish".
std::string completion_script(std::string_view shell, std::span<const Verb> verbs);

}  // namespace holdall::cli
