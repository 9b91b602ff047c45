#include "cmd_copy.h"

#include <memory>

#include "command.h"
#include "holdall/copy.h"
#include "holdall/text.h"
#include "holdall/verify.h"
#include "output_check.h"
#include "progress_line.h"
#include "restore_arguments.h"
#include "source_argument.h"

namespace holdall::cli {
namespace {

struct CopyArguments {
  std::vector<std::string> sources;
  std::string output;
  RestoreArguments restore;
  std::string format;
  std::vector<std::string> casts;
  std::vector<std::string> partitions;
  uint64_t shard_count = 1;
  uint64_t alignment = 0;
  bool compress = false;
  bool is_forced = false;
  bool is_dry_run = false;
  bool is_verified = false;
  bool json = false;
};

std::vector<Option> writing_options(CopyArguments& arguments) {
  return {{"--format", "NAME", "The format; else told from the ending of OUT", &arguments.format},
          {"--dtype", "[GLOB=]DTYPE", "Cast floating tensors, or what the glob matches",
           &arguments.casts},
          {"--partition", "GLOB=axisA:N", "Cut what matches into N slices along axis A",
           &arguments.partitions},
          {"--shards", "N", "Spread the tensors over N data files", &arguments.shard_count},
          {"--alignment", "BYTES",
           "Where tensors begin in a file; 1 packs them as TensorFlow does (64 for tf_bundle)",
           &arguments.alignment},
          {"--compress", "", "Deflate the tensors (npz)", &arguments.compress},
          durability_option(),
          {"--force", "", "Replace a checkpoint that is there", &arguments.is_forced},
          {"-n,--dry-run", "", "Only say what would be written", &arguments.is_dry_run},
          {"--verify", "", "Read back what was written", &arguments.is_verified},
          names_option(),
          threads_option(),
          {"--json", "", "Print JSON (docs/json.md)", &arguments.json}};
}

CopyOptions to_copy_options(const CopyArguments& arguments) {
  CopyOptions options;
  options.save.format = arguments.format;
  options.save.shard_count = static_cast<uint32_t>(arguments.shard_count);
  options.save.alignment = arguments.alignment;
  options.save.compress = arguments.compress;
  options.save.threads = thread_count();
  options.save.durability = durability();
  options.save.reread = arguments.is_verified;
  options.casts = arguments.casts;
  options.partitions = arguments.partitions;
  return options;
}

// Rules, globs and roles left nothing: that is an answer, not a broken file.
int fail_plan(const Error& error) {
  const ExitStatus status = fail(error, Direction::kReading);
  return error.code == Code::kNotFound && error.reason == reason::kNone ? kNo : status;
}

void print_plans(const std::vector<SavePlan>& plans, bool is_json) {
  std::string text = is_json ? "{\"schema\": 1, \"plans\": [" : "";
  for (size_t i = 0; i < plans.size(); ++i)
    text += is_json ? (i > 0 ? ",\n" : "\n") + plans[i].to_json() : plans[i].to_string();
  print(text + (is_json ? "\n]}\n" : "nothing was written: this was a dry run\n"));
}

// Reads back what was written.
int check_written(const std::string& path, const CopyArguments& arguments) {
  const auto written = Checkpoint::open(path);
  if (!written.ok()) return fail(written.error(), Direction::kWriting);
  ProgressLine line("verifying");
  VerifyOptions options;
  options.threads = thread_count();
  options.progress = line.callback();
  const auto verified = verify(*written, options);
  if (!verified.ok()) return fail(verified.error(), Direction::kReading);
  if (!verified->is_whole() || (!arguments.json && !settings().is_quiet))
    std::fputs(verified->to_string().c_str(), arguments.json ? stderr : stdout);
  return verified->is_whole() ? kDone : kNo;
}

Result<SaveReport> write(SavePlan plan) {
  ProgressLine line("writing");
  plan.options.progress = line.callback();
  return execute(plan);
}

// All that can be refused is refused before the first is written.
int write_all(const std::vector<SavePlan>& plans, const std::vector<Source>& sources,
              const CopyArguments& arguments) {
  for (const SavePlan& plan : plans) {
    auto status = check_output(plan, sources, arguments.is_forced);
    if (status.ok()) status = check_space(plan);
    if (!status.ok()) return fail(status.error(), Direction::kWriting);
  }
  if (arguments.is_dry_run) {
    print_plans(plans, arguments.json);
    return kDone;
  }
  std::string reports;
  for (const SavePlan& plan : plans) {
    const auto report = write(plan);
    if (!report.ok()) return fail(report.error(), Direction::kWriting);
    for (const std::string& each : report->notes) note(printable(report->path) + ": " + each);
    reports += (reports.empty() ? "\n" : ",\n") + report->to_json();
    if (!arguments.json && !settings().is_quiet) print(report->summary() + "\n");
    if (!arguments.is_verified) continue;
    if (const int status = check_written(report->path, arguments); status != kDone) return status;
  }
  if (arguments.json) print("{\"schema\": 1, \"reports\": [" + reports + "\n]}\n");
  return kDone;
}

int run_copy(const CopyArguments& arguments) {
  auto restore = to_restore_options(arguments.restore);
  if (!restore.ok()) return fail(restore.error(), Direction::kReading);
  const auto sources = open_sources(arguments.sources);
  if (!sources.ok()) return fail(sources.error(), Direction::kReading);
  std::vector<CopySource> copied;
  for (const Source& source : *sources) {
    restore->scope = source.scope;
    copied.push_back({source.checkpoint, *restore});
  }
  auto plan = plan_copy(copied, arguments.output, to_copy_options(arguments));
  if (!plan.ok()) return fail_plan(plan.error());
  return write_all({*std::move(plan)}, *sources, arguments);
}

int run_split(const CopyArguments& arguments) {
  const auto source = open_source(arguments.sources.front());
  if (!source.ok()) return fail(source.error(), Direction::kReading);
  auto plans = plan_split(source->checkpoint, arguments.output, to_copy_options(arguments));
  if (!plans.ok()) return fail_plan(plans.error());
  return write_all(*plans, {*source}, arguments);
}

void append(std::vector<Option>& options, std::vector<Option> more) {
  options.insert(options.end(), more.begin(), more.end());
}

}  // namespace

Verb cp_verb() {
  const auto arguments = std::make_shared<CopyArguments>();
  const auto source = std::make_shared<std::string>();
  Verb verb{"cp",
            "Copy a checkpoint: select, rename, cast, convert",
            {{"IN",
              "",
              "The checkpoint; SCOPE=CKPT puts its names under a scope",
              source.get(),
              true,
              {},
              Completion::kFiles},
             {"OUT", "", "The new one", &arguments->output, true, {}, Completion::kFiles}},
            [arguments, source] {
              arguments->sources = {*source};
              return run_copy(*arguments);
            },
            "  # Only the weights, without the scope, for PyTorch\n"
            "  holdall cp both dna.safetensors --select 'dna/**' --rule 'strip dna/' "
            "--skip-role optimizer\n"};
  append(verb.options, naming_options(arguments->restore));
  append(verb.options, writing_options(*arguments));
  return verb;
}

Verb merge_verb() {
  const auto arguments = std::make_shared<CopyArguments>();
  Verb verb{
      "merge",
      "Put several checkpoints into one, each under its scope",
      {{"SCOPE=CKPT", "", "The checkpoints", &arguments->sources, true, {}, Completion::kFiles},
       {"-o,--output", "OUT", "The new one", &arguments->output, true, {}, Completion::kFiles}},
      [arguments] { return run_copy(*arguments); },
      "  holdall merge dna=DNA_default rna=RNA_default -o both\n"};
  append(verb.options, naming_options(arguments->restore));
  append(verb.options, writing_options(*arguments));
  return verb;
}

Verb split_verb() {
  const auto arguments = std::make_shared<CopyArguments>();
  const auto source = std::make_shared<std::string>();
  Verb verb{"split",
            "Take a checkpoint apart, a new one for each scope",
            {{"IN", "", "The checkpoint", source.get(), true, {}, Completion::kFiles},
             {"-o,--output",
              "PATTERN",
              "The new ones; {scope} stands for the scope's name",
              &arguments->output,
              true,
              {},
              Completion::kFiles}},
            [arguments, source] {
              arguments->sources = {*source};
              return run_split(*arguments);
            },
            "  holdall split both -o '{scope}/model.ckpt'\n"};
  append(verb.options, writing_options(*arguments));
  return verb;
}

}  // namespace holdall::cli
