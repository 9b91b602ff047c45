#include "restore_arguments.h"

#include "text_input.h"

namespace holdall::cli {
namespace {

Result<NameRules> read_rules(const RestoreArguments& arguments) {
  std::vector<std::string> texts;
  for (const std::string& path : arguments.rule_files) {
    auto text = read_text(path, "the file of rules");
    if (!text.ok()) return std::move(text).error();
    auto parsed = NameRules::parse(*text);
    if (!parsed.ok()) return std::move(parsed).error().in_file(path);
    texts.push_back(*std::move(text));
  }
  texts.insert(texts.end(), arguments.rules.begin(), arguments.rules.end());
  return NameRules::parse(texts);
}

}  // namespace

std::vector<Option> naming_options(RestoreArguments& arguments) {
  return {{"--select", "GLOB", "Take only tensors whose name matches", &arguments.select},
          {"--rule", "RULE", "Rename: 'strip a/', 'sub /x/y/', ... (docs/name_rules.md)",
           &arguments.rules},
          {"--rules",
           "FILE",
           "The same from a file, or - for stdin",
           &arguments.rule_files,
           false,
           {},
           Completion::kFiles},
          {"--skip-role",
           "ROLE",
           "Leave out tensors of this role",
           &arguments.skip_roles,
           false,
           {"weight", "optimizer", "ema", "step"}},
          {"--prefer-ema", "", "Take moving averages in place of the tensors they are of",
           &arguments.prefer_ema}};
}

std::vector<Option> policy_options(RestoreArguments& arguments) {
  return {{"--missing",
           "POLICY",
           "A variable that is not in the checkpoint",
           &arguments.missing,
           false,
           {"error", "keep"}},
          {"--unexpected",
           "POLICY",
           "A tensor that no variable wants",
           &arguments.unexpected,
           false,
           {"error", "skip"}},
          {"--shape",
           "POLICY",
           "Another shape than the variable's",
           &arguments.shape,
           false,
           {"error", "keep", "overlap"}},
          {"--dtype-policy",
           "POLICY",
           "Another dtype than the variable's",
           &arguments.dtype,
           false,
           {"error", "cast", "cast_lossy"}}};
}

Result<RestoreOptions> to_restore_options(const RestoreArguments& arguments) {
  RestoreOptions options;
  options.select = arguments.select;
  auto rules = read_rules(arguments);
  if (!rules.ok()) return std::move(rules).error();
  options.rules = *std::move(rules);
  for (const std::string& name : arguments.skip_roles) {
    if (const auto role = find_role(name)) options.skip_roles.push_back(*role);
  }
  options.prefer_ema = arguments.prefer_ema;
  RestorePolicies& policies = options.policies;
  if (arguments.missing == "keep") policies.missing = MissingPolicy::kKeep;
  if (arguments.unexpected == "skip") policies.unexpected = UnexpectedPolicy::kSkip;
  if (arguments.shape == "keep") policies.shape = ShapePolicy::kKeep;
  if (arguments.shape == "overlap") policies.shape = ShapePolicy::kOverlap;
  if (arguments.dtype == "cast") policies.dtype = DTypePolicy::kCast;
  if (arguments.dtype == "cast_lossy") policies.dtype = DTypePolicy::kCastLossy;
  return options;
}

}  // namespace holdall::cli
