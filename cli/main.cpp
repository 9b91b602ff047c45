// The command line: parses what the command table describes, and runs the verb.
#include <algorithm>
#include <csignal>
#include <type_traits>

#include <CLI/CLI.hpp>

#include "command.h"
#include "command_table.h"
#include "interruption.h"
#include "program_version.h"
#include "settings.h"
#include "usage_error.h"

namespace holdall::cli {
namespace {

std::string type_text(const Option& option) {
  std::string text = option.value_name;
  for (size_t i = 0; i < option.choices.size(); ++i)
    text += (i == 0 ? ":{" : ",") + option.choices[i];
  return option.choices.empty() ? text : text + "}";
}

CLI::Option* add_option(CLI::App& app, const Option& option) {
  const std::string& variable = option.environment;
  const std::string about = option.about + (variable.empty() ? "" : " [" + variable + "]");
  CLI::Option* added = std::visit(
      [&](auto* target) -> CLI::Option* {
        using Target = std::remove_pointer_t<decltype(target)>;
        if constexpr (std::is_same_v<Target, bool> || std::is_same_v<Target, int>) {
          return app.add_flag(option.names, *target, about);
        } else {
          return app.add_option(option.names, *target, about);
        }
      },
      option.target);
  if (const std::string type = type_text(option); !type.empty()) added->type_name(type);
  if (option.is_required) added->required();
  if (!option.value_name.empty() || !option.choices.empty()) {
    added->check(CLI::Validator([option](std::string& text) { return check_value(option, text); },
                                "", "value"));
  }
  // "--rule a --rule b", never "--rule a b", which would swallow a positional.
  const bool is_list = std::holds_alternative<std::vector<std::string>*>(option.target);
  if (is_list && option.names.starts_with('-'))
    added->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return added;
}

// Errors have names too, but some are that of the verb.
bool has_code(const CLI::ParseError& error, CLI::ExitCodes code) {
  return error.get_exit_code() == static_cast<int>(code);
}

// CLI11's own sentences are about its own words.
std::string words_of(const CLI::ParseError& error) {
  std::string text = error.what();
  if (has_code(error, CLI::ExitCodes::RequiredError))
    return text.substr(0, text.find(" is required")) + " is missing";
  if (has_code(error, CLI::ExitCodes::ArgumentMismatch))
    return text.substr(0, text.find(':')) + " is given without its value, or more than once";
  return text;
}

int fail_parse(const CLI::App& app, const CLI::ParseError& error, const std::vector<Verb>& verbs) {
  const auto chosen = app.get_subcommands();
  const auto verb = std::find_if(verbs.begin(), verbs.end(), [&](const Verb& each) {
    return !chosen.empty() && each.name == chosen.front()->get_name();
  });
  const auto words = app.remaining(true);
  const bool is_extra = has_code(error, CLI::ExitCodes::ExtrasError) && !words.empty();
  if (verb == verbs.end()) {
    if (is_extra) return fail_usage(unknown_verb_text(words.front(), verbs));
    return fail_usage(words_of(error) + "; see 'holdall --help'");
  }
  if (is_extra) return fail_usage(unexpected_word_text(words.front(), *verb));
  return fail_usage(with_next_step(words_of(error), *verb));
}

int run(int argc, char** argv) {
  CLI::App app{"Holdall: many models' checkpoints in one session, each under its own scope",
               "holdall"};
  app.get_formatter()->label("SUBCOMMAND", "VERB");
  bool wants_version = false;
  bool wants_json = false;
  app.add_flag("--version", wants_version, "Print the version");
  app.add_flag("--json", wants_json, "With --version: what the program is made of, as JSON");
  // These may stand before the verb too.
  for (const Option& option : shared_options()) add_option(app, option);
  app.require_subcommand(0, 1);
  const std::vector<Verb> verbs = all_verbs();
  const Verb* chosen = nullptr;
  for (const Verb& verb : verbs) {
    CLI::App* command = app.add_subcommand(verb.name, verb.about);
    command->group(verb.is_hidden ? "" : "Verbs");
    if (!verb.examples.empty()) command->footer("Examples:\n" + verb.examples);
    for (const Option& option : verb.options) add_option(*command, option);
    command->callback([&chosen, &verb] { chosen = &verb; });
  }
  if (const std::string text = take_environment(); !text.empty()) return fail_usage(text);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? finish(app.exit(error)) : fail_parse(app, error, verbs);
  }
  if (wants_version) {
    print(wants_json ? version_json() : version_line());
    return finish(kDone);
  }
  if (wants_json) return fail_usage("--json stands behind the verb");
  if (chosen == nullptr) return fail_usage("a verb is missing; see 'holdall --help'");
  return finish(chosen->run());
}

}  // namespace
}  // namespace holdall::cli

int main(int argc, char** argv) {
  // A reader such as `head` that has seen enough ends the program quietly.
  std::signal(SIGPIPE, SIG_DFL);
  holdall::cli::watch_signals();
  return holdall::cli::run(argc, argv);
}
