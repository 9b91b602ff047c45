#include "cmd_keep.h"

#include <memory>

#include "command.h"
#include "holdall/retention.h"
#include "settings.h"

namespace holdall::cli {
namespace {

struct KeepArguments {
  std::string directory;
  uint64_t last = 0;
  uint64_t every_steps = 0;
  std::vector<std::string> also;
  bool is_dry_run = false;
  bool json = false;
};

int run(const KeepArguments& arguments) {
  const auto plan = plan_keep(arguments.directory,
                              {arguments.last, arguments.every_steps, arguments.also, nullptr});
  if (!plan.ok()) return fail(plan.error(), Direction::kReading);
  if (arguments.json) print(plan->to_json() + "\n");
  const bool is_told = !arguments.json && (arguments.is_dry_run || !settings().is_quiet);
  if (is_told) print(plan->to_string());
  if (arguments.is_dry_run) {
    if (!arguments.json) print("nothing was removed: this was a dry run\n");
    return kDone;
  }
  const Status status = execute(*plan);
  return status.ok() ? kDone : fail(status.error(), Direction::kWriting);
}

}  // namespace

Verb keep_verb() {
  const auto arguments = std::make_shared<KeepArguments>();
  return {"keep",
          "Remove old checkpoints of a directory",
          {{"DIR", "", "The directory", &arguments->directory, true, {}, Completion::kDirectories},
           {"--last", "N", "Keep the N newest complete ones of each series", &arguments->last},
           {"--every", "STEPS", "Keep those whose step is a multiple", &arguments->every_steps},
           {"--also", "GLOB", "Keep those whose name matches", &arguments->also},
           {"-n,--dry-run", "", "Only say what would be removed", &arguments->is_dry_run},
           {"--json", "", "Print JSON (docs/json.md)", &arguments->json}},
          [arguments] { return run(*arguments); },
          "  # What would go if the last three and every 1000th stayed?\n"
          "  holdall keep runs/a --last 3 --every 1000 --dry-run\n"};
}

}  // namespace holdall::cli
