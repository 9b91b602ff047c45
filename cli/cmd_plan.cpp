#include "cmd_plan.h"

#include <algorithm>
#include <memory>

#include "command.h"
#include "restore_arguments.h"
#include "source_argument.h"
#include "text_input.h"

namespace holdall::cli {
namespace {

struct PlanArguments {
  std::vector<std::string> sources;
  std::string into;
  RestoreArguments restore;
  bool json = false;
};

// As a restore opens: by the names that have to fit a program's.
OpenOptions plan_options() {
  return open_options(NameView::kVariable);
}

// The variables of a spec file, or those that another checkpoint holds.
Result<std::vector<RestoreTarget>> read_into(const std::string& path) {
  if (path == "-") {
    const auto text = read_text(path, "the spec");
    if (!text.ok()) return text.error();
    auto targets = parse_targets(*text);
    if (!targets.ok()) return std::move(targets).error().in_file("stdin");
    return targets;
  }
  if (path.ends_with(".json") && !path.ends_with(".index.json")) return read_targets(path);
  auto checkpoint = open_checkpoint(path, plan_options());
  if (!checkpoint.ok()) return std::move(checkpoint).error();
  return targets_of(checkpoint->catalog());
}

Result<std::vector<RestorePlan>> make_plans(const PlanArguments& arguments) {
  auto options = to_restore_options(arguments.restore);
  if (!options.ok()) return std::move(options).error();
  auto sources = open_sources(arguments.sources, plan_options());
  if (!sources.ok()) return std::move(sources).error();
  std::vector<RestoreTarget> targets;
  if (!arguments.into.empty()) {
    auto read = read_into(arguments.into);
    if (!read.ok()) return std::move(read).error();
    targets = *std::move(read);
  }
  std::vector<RestorePlan> plans;
  for (const Source& source : *sources) {
    options->scope = source.scope;
    const Catalog& catalog = source.checkpoint.catalog_with_roles();
    auto plan = arguments.into.empty() ? plan_restore(catalog, *options)
                                       : plan_restore(catalog, targets, *options);
    if (!plan.ok()) return std::move(plan).error();
    plans.push_back(*std::move(plan));
  }
  return plans;
}

void print_json(const std::vector<RestorePlan>& plans) {
  std::string text = "{\"schema\": 1, \"plans\": [";
  for (size_t i = 0; i < plans.size(); ++i) text += (i > 0 ? ",\n" : "\n") + plans[i].to_json();
  print(text + "\n]}\n");
}

// What is wrong in one line: the plan itself tells each problem and the advice.
Error head_of(const RestorePlan& plan, Error error) {
  if (plan.problems.empty()) return error;
  error.message.resize(std::min(error.message.find('\n'), error.message.size()));
  if (error.message.ends_with(':')) error.message.pop_back();
  return error;
}

int run(const PlanArguments& arguments) {
  const auto plans = make_plans(arguments);
  if (!plans.ok()) return fail(plans.error(), Direction::kReading);
  if (arguments.json) print_json(*plans);
  ExitStatus status = kDone;
  for (const RestorePlan& plan : *plans) {
    if (!arguments.json) print(plan.to_string());
    Status check = plan.check();
    if (check.ok()) continue;
    fail(head_of(plan, std::move(check).error()), Direction::kReading);
    // The checkpoint is fine; the answer is that it does not fit.
    status = kNo;
  }
  return status;
}

}  // namespace

Verb plan_verb() {
  const auto arguments = std::make_shared<PlanArguments>();
  Verb verb{"plan",
            "Say what a restore would do, without reading a tensor",
            {{"SCOPE=CKPT",
              "",
              "Checkpoints and where their tensors go",
              &arguments->sources,
              true,
              {},
              Completion::kFiles},
             {"--into",
              "SPEC",
              "The variables there are: a spec (docs/json.md; - for stdin) or another checkpoint",
              &arguments->into,
              false,
              {},
              Completion::kFiles}},
            [arguments] { return run(*arguments); },
            "  # Would this checkpoint fit these variables, without its optimizer?\n"
            "  holdall plan dna=DNA_default --into model.json --skip-role optimizer\n"};
  for (auto& options : {naming_options(arguments->restore), policy_options(arguments->restore)}) {
    verb.options.insert(verb.options.end(), options.begin(), options.end());
  }
  verb.options.push_back(names_option());
  verb.options.push_back({"--json", "", "Print JSON (docs/json.md)", &arguments->json});
  return verb;
}

}  // namespace holdall::cli
