#include "cmd_diff.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include "command.h"
#include "holdall/diff.h"
#include "holdall/text.h"
#include "ink.h"
#include "progress_line.h"
#include "restore_arguments.h"
#include "source_argument.h"

namespace holdall::cli {
namespace {

struct DiffArguments {
  std::string a;
  std::string b;
  std::vector<std::string> rules_a;
  std::vector<std::string> rules_b;
  std::vector<std::string> select;
  std::vector<std::string> skip_roles;
  std::string tolerance = "0";
  bool json = false;
};

Result<double> parse_tolerance(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec == std::errc() && parsed.ptr == end) return value;
  Error error;
  error.message = "a tolerance is a number, not '" + printable(text) + "'";
  return error;
}

Result<RestoreOptions> options_of(const DiffArguments& arguments,
                                  const std::vector<std::string>& rules, const std::string& scope) {
  RestoreArguments restore;
  restore.select = arguments.select;
  restore.rules = rules;
  restore.skip_roles = arguments.skip_roles;
  auto options = to_restore_options(restore);
  if (options.ok()) options->scope = scope;
  return options;
}

Result<DiffReport> make_report(const DiffArguments& arguments) {
  const auto tolerance = parse_tolerance(arguments.tolerance);
  if (!tolerance.ok()) return tolerance.error();
  const auto sources = open_sources({arguments.a, arguments.b});
  if (!sources.ok()) return sources.error();
  const Source& a = sources->front();
  const Source& b = sources->back();
  auto options_a = options_of(arguments, arguments.rules_a, a.scope);
  if (!options_a.ok()) return std::move(options_a).error();
  auto options_b = options_of(arguments, arguments.rules_b, b.scope);
  if (!options_b.ok()) return std::move(options_b).error();
  ProgressLine line("diff");
  DiffOptions options{*std::move(options_a), *std::move(options_b), *tolerance};
  options.threads = thread_count();
  options.progress = line.callback();
  return diff(a.checkpoint, b.checkpoint, options);
}

// The report's first word of a line tells what it is about.
std::string colored(const std::string& text) {
  std::string out;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string line = text.substr(start, end - start);
    if (line.starts_with("added ")) {
      out += inked(line, Ink::kAdded, stdout);
    } else if (line.starts_with("removed ") || line.starts_with("unread ")) {
      out += inked(line, Ink::kRemoved, stdout);
    } else {
      out += line.starts_with("changed ") ? inked(line, Ink::kChanged, stdout) : line;
    }
    out += '\n';
    start = end + 1;
  }
  return out;
}

int run(const DiffArguments& arguments) {
  const auto report = make_report(arguments);
  if (!report.ok()) return fail(report.error(), Direction::kReading);
  print(arguments.json ? report->to_json() + "\n" : colored(report->to_string()));
  // What could not be compared is no answer, whatever the rest says.
  if (!report->problems.empty()) return fail(report->problems.front().error, Direction::kReading);
  return report->is_same() ? kDone : kNo;
}

}  // namespace

Verb diff_verb() {
  const auto arguments = std::make_shared<DiffArguments>();
  return {
      "diff",
      "Tell what differs between two checkpoints",
      {{"A", "", "A checkpoint", &arguments->a, true, {}, Completion::kFiles},
       {"B", "", "Another, of any format", &arguments->b, true, {}, Completion::kFiles},
       {"--rule-a", "RULE", "Rename A's tensors: 'strip a/', ... (docs/name_rules.md)",
        &arguments->rules_a},
       {"--rule-b", "RULE", "Rename B's tensors", &arguments->rules_b},
       {"--select", "GLOB", "Only tensors whose name in the file matches", &arguments->select},
       {"--skip-role",
        "ROLE",
        "Leave out tensors of this role",
        &arguments->skip_roles,
        false,
        {"weight", "optimizer", "ema", "step"}},
       {"--tolerance", "X", "Numbers no further apart than this are equal", &arguments->tolerance},
       names_option(),
       threads_option(),
       {"--json", "", "Print JSON (docs/json.md)", &arguments->json}},
      [arguments] { return run(*arguments); },
      "  # Did a thousand steps change the embedding?\n"
      "  holdall diff runs/a/model-1000 runs/a/model-2000 --select '**/embedding'\n"};
}

}  // namespace holdall::cli
