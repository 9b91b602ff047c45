#include "cmd_copy.h"

#include <memory>

#include "command.h"
#include "holdall/copy.h"
#include "holdall/text.h"
#include "holdall/verify.h"
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
  bool compress = false;
  bool is_forced = false;
  bool is_dry_run = false;
  bool is_verified = false;
};

std::vector<Option> writing_options(CopyArguments& arguments) {
  return {{"--format", "NAME", "The format; else told from the ending of OUT", &arguments.format},
          {"--dtype", "[GLOB=]DTYPE", "Cast floating tensors, or what the glob matches",
           &arguments.casts},
          {"--partition", "GLOB=axisA:N", "Cut what matches into N slices along axis A",
           &arguments.partitions},
          {"--shards", "N", "Spread the tensors over N data files", &arguments.shard_count},
          {"--compress", "", "Deflate the tensors (npz)", &arguments.compress},
          {"--force", "", "Replace a checkpoint that is there", &arguments.is_forced},
          {"-n,--dry-run", "", "Only say what would be written", &arguments.is_dry_run},
          {"--verify", "", "Read back what was written", &arguments.is_verified}};
}

CopyOptions to_copy_options(const CopyArguments& arguments) {
  CopyOptions options;
  options.save.format = arguments.format;
  options.save.shard_count = static_cast<uint32_t>(arguments.shard_count);
  options.save.compress = arguments.compress;
  options.casts = arguments.casts;
  options.partitions = arguments.partitions;
  return options;
}

Error usage(std::string path, std::string text) {
  Error error;
  error.place.file = std::move(path);
  error.message = std::move(text);
  return error;
}

// A checkpoint is replaced only if that was asked for, and never by a copy of itself.
Status check_output(const std::string& output, const std::vector<Source>& sources, bool is_forced) {
  const auto there = Checkpoint::open(output);
  if (!there.ok()) return {};
  for (const Source& source : sources) {
    if (source.checkpoint.path() == there->path())
      return usage(output, "it is one of the checkpoints that are copied; give another name");
  }
  // A directory opens as the newest checkpoint in it, which would not be replaced.
  if (is_forced || there->path() != output) return {};
  return usage(output, "a checkpoint is there already; --force replaces it");
}

int write(SavePlan plan, const CopyArguments& arguments) {
  if (arguments.is_dry_run) {
    print(plan.to_string() + "nothing was written: this was a dry run\n");
    return kDone;
  }
  const auto report = [&] {
    ProgressLine line("writing");
    plan.options.progress = line.callback();
    return execute(plan);
  }();
  if (!report.ok()) return fail(report.error(), Direction::kWriting);
  print(report->summary() + "\n");
  if (!arguments.is_verified) return kDone;
  const auto written = Checkpoint::open(report->path);
  if (!written.ok()) return fail(written.error(), Direction::kWriting);
  const auto verified = verify(*written);
  if (!verified.ok()) return fail(verified.error(), Direction::kWriting);
  print(verified->to_string());
  return verified->is_whole() ? kDone : kNo;
}

int run_copy(const CopyArguments& arguments) {
  auto restore = to_restore_options(arguments.restore);
  if (!restore.ok()) return fail(restore.error(), Direction::kReading);
  const auto sources = open_sources(arguments.sources);
  if (!sources.ok()) return fail(sources.error(), Direction::kReading);
  if (auto status = check_output(arguments.output, *sources, arguments.is_forced); !status.ok())
    return fail(status.error(), Direction::kWriting);
  std::vector<CopySource> copied;
  for (const Source& source : *sources) {
    restore->scope = source.scope;
    copied.push_back({source.checkpoint, *restore});
  }
  auto plan = plan_copy(copied, arguments.output, to_copy_options(arguments));
  if (!plan.ok()) return fail(plan.error(), Direction::kReading);
  return write(*std::move(plan), arguments);
}

int run_split(const CopyArguments& arguments) {
  const auto source = open_source(arguments.sources.front());
  if (!source.ok()) return fail(source.error(), Direction::kReading);
  auto plans = plan_split(source->checkpoint, arguments.output, to_copy_options(arguments));
  if (!plans.ok()) return fail(plans.error(), Direction::kReading);
  for (const SavePlan& plan : *plans) {
    if (auto status = check_output(plan.path, {*source}, arguments.is_forced); !status.ok())
      return fail(status.error(), Direction::kWriting);
  }
  for (SavePlan& plan : *plans) {
    if (const int status = write(std::move(plan), arguments); status != kDone) return status;
  }
  return kDone;
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
