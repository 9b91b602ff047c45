#include "cmd_doctor.h"

#include <memory>

#include "command.h"
#include "holdall/doctor.h"
#include "holdall/text.h"
#include "output_check.h"
#include "progress_line.h"
#include "settings.h"
#include "source_argument.h"

namespace holdall::cli {
namespace {

struct DoctorArguments {
  std::string path;
  std::string output;
  std::string format;
  bool is_quick = false;
  bool is_forced = false;
  bool is_dry_run = false;
  bool json = false;
};

Result<Salvage> plan(const Checkpoint& checkpoint, const DoctorArguments& arguments) {
  ProgressLine line("checking");
  CopyOptions options;
  options.save.format = arguments.format;
  options.save.threads = thread_count();
  options.save.durability = durability();
  options.save.progress = line.callback();
  auto salvage = plan_salvage(checkpoint, arguments.output, options);
  if (salvage.ok()) salvage->plan.options.progress = {};
  return salvage;
}

int write(SavePlan plan) {
  ProgressLine line("writing");
  plan.options.progress = line.callback();
  const auto report = execute(plan);
  if (!report.ok()) return fail(report.error(), Direction::kWriting);
  for (const std::string& each : report->notes) note(printable(report->path) + ": " + each);
  if (!settings().is_quiet) print(report->summary() + "\n");
  return kDone;
}

// As every verb opens it; where that fails, by what is left of a damaged index.
Result<Source> open_damaged_source(const std::string& text) {
  auto source = open_source(text);
  if (source.ok() || source.error().code != Code::kCorrupt) return source;
  auto sound = open_for_salvage(text);
  if (!sound.ok()) return source;
  for (const std::string& each : sound->notes()) note(printable(sound->path()) + ": " + each);
  return Source{"", *std::move(sound)};
}

// What holds is written; status 1 tells that it is not all.
int salvage(const DoctorArguments& arguments) {
  const auto source = open_damaged_source(arguments.path);
  if (!source.ok()) return fail(source.error(), Direction::kReading);
  auto found = plan(source->checkpoint, arguments);
  if (!found.ok()) return fail(found.error(), Direction::kReading);
  auto status = check_output(found->plan, {*source}, arguments.is_forced);
  if (status.ok()) status = check_space(found->plan);
  if (!status.ok()) return fail(status.error(), Direction::kWriting);
  for (const LostRange& range : found->lost) print(range.to_string() + "\n");
  for (const VerifyProblem& reason : found->reasons)
    print("left out: " + reason.to_string() + "\n");
  const size_t all = source->checkpoint.catalog().count();
  print(std::to_string(all - found->left_out.size()) + " of " + std::to_string(all) +
        (found->lost.empty() ? " tensors hold\n" : " tensors that the index still lists hold\n"));
  if (arguments.is_dry_run) {
    print("nothing was written: this was a dry run\n");
  } else if (const int written = write(std::move(found->plan)); written != kDone) {
    return written;
  }
  return found->left_out.empty() && found->lost.empty() ? kDone : kNo;
}

int run(const DoctorArguments& arguments) {
  if (!arguments.output.empty()) return salvage(arguments);
  const auto diagnosis = [&] {
    ProgressLine line("checking");
    DiagnoseOptions options;
    options.read_data = !arguments.is_quick;
    options.threads = thread_count();
    options.progress = line.callback();
    return diagnose(arguments.path, options);
  }();
  if (!diagnosis.ok()) return fail(diagnosis.error(), Direction::kReading);
  print(arguments.json ? diagnosis->to_json() + "\n" : diagnosis->to_string());
  return diagnosis->is_healthy() ? kDone : kNo;
}

}  // namespace

Verb doctor_verb() {
  const auto arguments = std::make_shared<DoctorArguments>();
  return {"doctor",
          "Say what a path is, what is wrong with it and what would work",
          {{"PATH", "", "Any file or directory", &arguments->path, true, {}, Completion::kFiles},
           {"--quick", "", "Look at indexes and sizes only; read no data", &arguments->is_quick},
           {"--salvage",
            "OUT",
            "Write every tensor that holds to a new checkpoint",
            &arguments->output,
            false,
            {},
            Completion::kFiles},
           {"--format", "NAME", "The format of OUT; else told from its ending", &arguments->format},
           durability_option(),
           {"--force", "", "Replace a checkpoint that is there", &arguments->is_forced},
           {"-n,--dry-run", "", "Only say what --salvage would write", &arguments->is_dry_run},
           threads_option(),
           {"--json", "", "Print JSON (docs/json.md)", &arguments->json}},
          [arguments] { return run(*arguments); },
          "  # Why does it not load?\n"
          "  holdall doctor download/model.ckpt\n"
          "  # Keep what can be kept\n"
          "  holdall doctor broken --salvage rescued\n"};
}

}  // namespace holdall::cli
