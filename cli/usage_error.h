// What is wrong with a command line, in words that say what would be right.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "command_table.h"

namespace holdall::cli {

// No verb has this name.
std::string unknown_verb_text(const std::string& word, std::span<const Verb> verbs);

// A word that the verb has no use for: an option it lacks, or an argument too many.
std::string unexpected_word_text(const std::string& word, const Verb& verb);

// "" if the option takes the value, else why not.
std::string check_value(const Option& option, const std::string& value);

// `text`, of the verb, and where to read on.
std::string with_next_step(const std::string& text, const Verb& verb);

}  // namespace holdall::cli
