#include "cmd_latest.h"

#include <cstdio>
#include <memory>

#include "command.h"
#include "holdall/checkpoint.h"
#include "holdall/text.h"
#include "progress_line.h"
#include "settings.h"

namespace holdall::cli {
namespace {

struct LatestArguments {
  std::string directory;
  bool is_verified = false;
  bool json = false;
};

int run(const LatestArguments& arguments) {
  const auto latest = [&] {
    ProgressLine line("verifying");
    LatestOptions options;
    options.verify = arguments.is_verified;
    options.threads = thread_count();
    if (arguments.is_verified) options.progress = line.callback();
    return find_latest_checkpoint(arguments.directory, options);
  }();
  if (!latest.ok()) return fail(latest.error(), Direction::kReading);
  for (const std::string& each : latest->notes) note(each);
  print(arguments.json ? latest->to_json() + "\n" : latest->path + "\n");
  return kDone;
}

}  // namespace

Verb latest_verb() {
  const auto arguments = std::make_shared<LatestArguments>();
  return {"latest",
          "Print the newest complete checkpoint of a directory",
          {{"DIR", "", "The directory", &arguments->directory, true, {}, Completion::kDirectories},
           {"--verify", "", "And whose every checksum holds", &arguments->is_verified},
           threads_option(),
           {"--json", "", "Print JSON (docs/json.md)", &arguments->json}},
          [arguments] { return run(*arguments); },
          "  # Copy the newest one that is whole\n"
          "  holdall cp \"$(holdall latest runs/a --verify)\" best.safetensors\n"};
}

}  // namespace holdall::cli
