#include "cmd_verify.h"

#include <memory>

#include "command.h"
#include "holdall/verify.h"
#include "progress_line.h"
#include "source_argument.h"

namespace holdall::cli {
namespace {

struct VerifyArguments {
  std::vector<std::string> sources;
  bool json = false;
};

Result<VerifyReport> verify_source(const Source& source) {
  ProgressLine line("verify");
  VerifyOptions options;
  options.threads = thread_count();
  options.progress = line.callback();
  return verify(source.checkpoint, options);
}

void print_json(const std::vector<VerifyReport>& reports) {
  std::string text = "{\"schema\": 1, \"reports\": [";
  for (size_t i = 0; i < reports.size(); ++i) text += (i > 0 ? ",\n" : "\n") + reports[i].to_json();
  print(text + "\n]}\n");
}

int run(const VerifyArguments& arguments) {
  const auto sources = open_sources(arguments.sources);
  if (!sources.ok()) return fail(sources.error(), Direction::kReading);
  std::vector<VerifyReport> reports;
  ExitStatus status = kDone;
  for (const Source& source : *sources) {
    auto report = verify_source(source);
    if (!report.ok()) return fail(report.error(), Direction::kReading);
    if (!report->is_whole()) status = kNo;
    const bool is_silent = arguments.json || (settings().is_quiet && report->is_whole());
    if (!is_silent) print(report->to_string());
    reports.push_back(*std::move(report));
  }
  if (arguments.json) print_json(reports);
  return status;
}

}  // namespace

Verb verify_verb() {
  const auto arguments = std::make_shared<VerifyArguments>();
  return {"verify",
          "Compare every checksum of checkpoints with their bytes",
          {{"CKPT",
            "",
            "A checkpoint's prefix, one of its files or its directory",
            &arguments->sources,
            true,
            {},
            Completion::kFiles},
           names_option(),
           threads_option(),
           {"--json", "", "Print JSON (docs/json.md)", &arguments->json}},
          [arguments] { return run(*arguments); },
          "  # Did the copy arrive whole?\n"
          "  holdall verify backup/model-1000\n"};
}

}  // namespace holdall::cli
