// The command line: parses what the command table describes, and runs the verb.
#include <csignal>
#include <functional>

#include <CLI/CLI.hpp>

#include "command.h"
#include "command_table.h"
#include "holdall/version.h"

namespace holdall::cli {
namespace {

void add_option(CLI::App& app, const Option& option) {
  CLI::Option* added = std::visit(
      [&](auto* target) -> CLI::Option* {
        if constexpr (std::is_same_v<decltype(target), bool*>) {
          return app.add_flag(option.names, *target, option.about);
        } else {
          return app.add_option(option.names, *target, option.about);
        }
      },
      option.target);
  if (!option.value_name.empty()) added->type_name(option.value_name);
  if (option.is_required) added->required();
  if (!option.choices.empty()) added->check(CLI::IsMember(option.choices));
  // "--rule a --rule b", never "--rule a b", which would swallow a positional.
  const bool is_list = std::holds_alternative<std::vector<std::string>*>(option.target);
  if (is_list && option.names.starts_with('-'))
    added->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

int run(int argc, char** argv) {
  CLI::App app{"Holdall: many models' checkpoints in one session, each under its own scope",
               "holdall"};
  app.set_version_flag("--version", "holdall " + version());
  app.require_subcommand(1);
  const std::vector<Verb> verbs = all_verbs();
  const Verb* chosen = nullptr;
  for (const Verb& verb : verbs) {
    CLI::App* command = app.add_subcommand(verb.name, verb.about);
    if (verb.is_hidden) command->group("");
    if (!verb.examples.empty()) command->footer("Examples:\n" + verb.examples);
    for (const Option& option : verb.options) add_option(*command, option);
    command->callback([&chosen, &verb] { chosen = &verb; });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  return chosen->run();
}

}  // namespace
}  // namespace holdall::cli

int main(int argc, char** argv) {
  // A reader such as `head` that has seen enough ends the program quietly.
  std::signal(SIGPIPE, SIG_DFL);
  return holdall::cli::run(argc, argv);
}
