#include "settings.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>

#include "usage_error.h"

namespace holdall::cli {

Settings& settings() {
  static Settings the_settings;
  return the_settings;
}

std::vector<Option> shared_options() {
  Settings& shared = settings();
  Option color{"--color", "WHEN", "Colours; auto: on a terminal", &shared.color};
  color.choices = {"auto", "always", "never"};
  color.environment = "HOLDALL_COLOR";
  Option progress{"--progress", "FORM", "How far it is, on stderr; auto: on a terminal",
                  &shared.progress};
  progress.choices = {"auto", "plain", "json", "none"};
  progress.environment = "HOLDALL_PROGRESS";
  return {
      {"-q,--quiet", "", "Only the answer and errors: no notes, no progress, no closing words",
       &shared.is_quiet},
      {"-v,--verbose", "", "Say what is opened and why it fails; -vv says more", &shared.verbosity},
      color,
      progress};
}

Option names_option() {
  Option option{"--names", "VIEW", "How TensorFlow 2's objects are called", &settings().names};
  option.choices = {"raw", "object", "variable"};
  option.environment = "HOLDALL_NAMES";
  return option;
}

Option threads_option() {
  Option option{"--threads", "N", "Read and write with N threads; 0: one a core",
                &settings().threads};
  option.environment = "HOLDALL_THREADS";
  return option;
}

Option durability_option() {
  Option option{"--durability", "WORD",
                "What a save survives: a power cut, the program's end, nothing",
                &settings().durability};
  for (const Durability each : {Durability::kDurable, Durability::kAtomic, Durability::kNone})
    option.choices.emplace_back(durability_name(each));
  return option;
}

std::string take_environment() {
  std::vector<Option> options = shared_options();
  options.push_back(names_option());
  options.push_back(threads_option());
  for (const Option& option : options) {
    const char* variable = std::getenv(option.environment.c_str());
    const std::string value = variable == nullptr ? "" : variable;
    if (option.environment.empty() || value.empty()) continue;
    const std::string problem = check_value(option, value);
    if (!problem.empty()) return option.environment + ": " + problem;
    if (auto* const* text = std::get_if<std::string*>(&option.target)) **text = value;
    if (auto* const* number = std::get_if<uint64_t*>(&option.target))
      std::from_chars(value.data(), value.data() + value.size(), **number);
  }
  return "";
}

OpenOptions open_options(NameView otherwise) {
  OpenOptions options;
  options.names = otherwise;
  if (settings().names == "raw") options.names = NameView::kRaw;
  if (settings().names == "object") options.names = NameView::kObject;
  if (settings().names == "variable") options.names = NameView::kVariable;
  return options;
}

unsigned thread_count() {
  constexpr uint64_t kMost = std::numeric_limits<unsigned>::max();
  return static_cast<unsigned>(std::min(settings().threads, kMost));
}

Durability durability() {
  return find_durability(settings().durability).value_or(Durability::kDurable);
}

}  // namespace holdall::cli
