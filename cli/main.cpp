// The command line: a table of verbs, each one call into the library.
#include <csignal>
#include <functional>

#include <CLI/CLI.hpp>

#include "cmd_ls.h"
#include "command.h"
#include "holdall/version.h"

namespace holdall::cli {
namespace {

struct Arguments {
  LsOptions ls;
};

struct Verb {
  const char* name;
  const char* about;
  void (*add_options)(CLI::App& app, Arguments& arguments);
  int (*run)(const Arguments& arguments);
};

// THE list of verbs.
constexpr Verb kVerbs[] = {
    {"ls", "Show what checkpoints contain",
     [](CLI::App& app, Arguments& arguments) {
       app.add_option(
              "CKPT", arguments.ls.sources,
              "A checkpoint's prefix, one of its files or its directory; SCOPE=CKPT shows its "
              "names under a scope")
           ->required();
       app.add_flag("--json", arguments.ls.json, "Print JSON (docs/json.md)");
     },
     [](const Arguments& arguments) { return run_ls(arguments.ls); }},
    {"formats", "List the checkpoint formats that this build knows", [](CLI::App&, Arguments&) {},
     [](const Arguments&) { return run_formats(); }},
};

int run(int argc, char** argv) {
  CLI::App app{"Holdall: many models' checkpoints in one session, each under its own scope",
               "holdall"};
  app.set_version_flag("--version", "holdall " + version());
  app.require_subcommand(1);
  Arguments arguments;
  std::function<int()> chosen;
  for (const Verb& verb : kVerbs) {
    CLI::App* command = app.add_subcommand(verb.name, verb.about);
    verb.add_options(*command, arguments);
    command->callback([&] { chosen = [&] { return verb.run(arguments); }; });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  return chosen();
}

}  // namespace
}  // namespace holdall::cli

int main(int argc, char** argv) {
  // A reader such as `head` that has seen enough ends the program quietly.
  std::signal(SIGPIPE, SIG_DFL);
  return holdall::cli::run(argc, argv);
}
