#include "usage_error.h"

#include <algorithm>
#include <charconv>

#include "holdall/names.h"
#include "holdall/text.h"
#include "shell_completion.h"

namespace holdall::cli {
namespace {

// "; did you mean 'ls'?", or nothing if no candidate is like the word.
std::string proposal(const std::string& word, std::span<const std::string> candidates) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  const auto nearest = nearest_names(word, views, 1);
  return nearest.empty() ? "" : "; did you mean '" + nearest.front() + "'?";
}

std::string listed(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

bool is_whole_number(const std::string& text) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

}  // namespace

std::string unknown_verb_text(const std::string& word, std::span<const Verb> verbs) {
  if (word.starts_with('-'))
    return "there is no option '" + printable(word) + "' before a verb; see 'holdall --help'";
  if (word == "help") return "help is an option: 'holdall --help', 'holdall ls --help'";
  std::vector<std::string> names;
  for (const Verb& verb : verbs) {
    if (!verb.is_hidden) names.push_back(verb.name);
  }
  const std::string like = proposal(word, names);
  return "there is no verb '" + printable(word) + "'" +
         (like.empty() ? "; there are " + listed(names) : like);
}

std::string unexpected_word_text(const std::string& word, const Verb& verb) {
  if (!word.starts_with('-') || word == "-")
    return with_next_step("'" + printable(word) + "' is one argument too many", verb);
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const Option& option : verb.options) {
    for (std::string& spelling : spellings(option)) names.push_back(std::move(spelling));
  }
  const std::string text = "there is no option '" + printable(name) + "'" + proposal(name, names);
  return text.back() == '?' ? verb.name + ": " + text : with_next_step(text, verb);
}

std::string check_value(const Option& option, const std::string& value) {
  const auto& choices = option.choices;
  const bool is_choice = std::find(choices.begin(), choices.end(), value) != choices.end();
  if (!choices.empty() && !is_choice)
    return "'" + printable(value) + "' is none of " + listed(choices);
  if (std::holds_alternative<uint64_t*>(option.target) && !is_whole_number(value))
    return "'" + printable(value) + "' is no whole number";
  return "";
}

std::string with_next_step(const std::string& text, const Verb& verb) {
  return verb.name + ": " + text + "; see 'holdall " + verb.name + " --help'";
}

}  // namespace holdall::cli
