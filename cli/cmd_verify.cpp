#include "cmd_verify.h"

#include <memory>

#include "command.h"
#include "holdall/digest.h"
#include "holdall/verify.h"
#include "progress_line.h"
#include "source_argument.h"

namespace holdall::cli {
namespace {

struct VerifyArguments {
  std::vector<std::string> sources;
  std::string manifest;
  std::string new_manifest;
  bool is_forced = false;
  bool json = false;
};

Result<VerifyReport> verify_source(const Source& source) {
  ProgressLine line("verify");
  VerifyOptions options;
  options.threads = thread_count();
  options.progress = line.callback();
  return verify(source.checkpoint, options);
}

void print_json(const std::vector<VerifyReport>& reports, const std::string& digests) {
  std::string text = "{\"schema\": 1, \"reports\": [";
  for (size_t i = 0; i < reports.size(); ++i) text += (i > 0 ? ",\n" : "\n") + reports[i].to_json();
  text += "\n]";
  if (!digests.empty()) text += ", \"digests\":\n" + digests;
  print(text + "}\n");
}

Result<DigestReport> compare_manifest(const VerifyArguments& arguments, const Source& source) {
  ProgressLine line("digest");
  return check_digests(source.checkpoint, arguments.manifest, {thread_count(), line.callback()});
}

// What was just verified, unless it is damaged.
Status write_manifest(const VerifyArguments& arguments, const Source& source) {
  ProgressLine line("digest");
  const auto digests = digest_files(source.checkpoint, {thread_count(), line.callback()});
  if (!digests.ok()) return digests.error();
  DigestFileOptions options;
  options.replace = arguments.is_forced;
  return write_digest_file(arguments.new_manifest, *digests, options);
}

int run(const VerifyArguments& arguments) {
  const bool has_manifest = !arguments.manifest.empty() || !arguments.new_manifest.empty();
  if (has_manifest && arguments.sources.size() != 1)
    return fail_usage("a manifest is of one checkpoint");
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
  std::string digests;
  if (!arguments.manifest.empty()) {
    const auto report = compare_manifest(arguments, sources->front());
    if (!report.ok()) return fail(report.error(), Direction::kReading);
    if (!report->is_whole()) status = kNo;
    const bool is_silent = arguments.json || (settings().is_quiet && report->is_whole());
    if (!is_silent) print(report->to_string());
    digests = report->to_json();
  }
  if (!arguments.new_manifest.empty() && status == kDone) {
    const Status written = write_manifest(arguments, sources->front());
    if (!written.ok()) return fail(written.error(), Direction::kWriting);
  }
  if (arguments.json) print_json(reports, digests);
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
           {"--manifest",
            "FILE",
            "Compare every file with its SHA-256 in this list too (as sha256sum writes it)",
            &arguments->manifest,
            false,
            {},
            Completion::kFiles},
           {"--write-manifest",
            "FILE",
            "Write that list, unless something is wrong",
            &arguments->new_manifest,
            false,
            {},
            Completion::kFiles},
           {"--force", "", "Replace a list that is there", &arguments->is_forced},
           names_option(),
           threads_option(),
           {"--json", "", "Print JSON (docs/json.md)", &arguments->json}},
          [arguments] { return run(*arguments); },
          "  # Did the copy arrive whole?\n"
          "  holdall verify backup/model-1000\n"
          "  # Record what no checksum covers, and compare with it later\n"
          "  holdall verify model-1000 --write-manifest model-1000.sha256\n"
          "  holdall verify model-1000 --manifest model-1000.sha256\n"};
}

}  // namespace holdall::cli
