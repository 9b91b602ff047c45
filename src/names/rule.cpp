#include "names/rule.h"

#include <utility>

namespace holdall {
namespace {

// One alternative of a std::visit each.
template <class... Functions>
struct Cases : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Cases(Functions...) -> Cases<Functions...>;

std::string sub_text(const SubRule& sub) {
  std::string text = sub.matching == Pattern::Matching::kAnywhere ? "sub* " : "sub ";
  text += sub.forward.text;
  if (sub.backward) text += " inverse " + sub.backward->text;
  return text;
}

std::string text_of(const RuleAction& action) {
  return std::visit(Cases{
                        [](const StripRule& rule) { return "strip " + rule_word(rule.prefix); },
                        [](const AddRule& rule) { return "add " + rule_word(rule.prefix); },
                        [](const MapRule& rule) {
                          return "map " + rule_word(rule.from) + " " + rule_word(rule.to);
                        },
                        [](const SubRule& rule) { return sub_text(rule); },
                        [](const DropRule& rule) { return "drop " + rule_word(rule.glob.text()); },
                        [](const KeepRule& rule) { return "keep " + rule_word(rule.glob.text()); },
                    },
                    action);
}

Rule::Outcome strip(const StripRule& rule, std::string& name) {
  const bool has_prefix = name.size() > rule.prefix.size() && name.starts_with(rule.prefix);
  if (has_prefix) name.erase(0, rule.prefix.size());
  return {.has_matched = has_prefix};
}

Rule::Outcome map(const MapRule& rule, std::string& name) {
  const bool is_it = name == rule.from;
  if (is_it) name = rule.to;
  return {.has_matched = is_it};
}

Rule::Outcome sub(const SubRule& rule, std::string& name) {
  auto replaced = rule.forward.pattern.replace_all(name, rule.forward.replacement);
  if (!replaced) return {};
  name = *std::move(replaced);
  return {.has_matched = true};
}

}  // namespace

Rule::Rule(RuleAction action) : action_(std::move(action)), text_(text_of(action_)) {}

std::optional<Rule> Rule::inverse() const {
  return std::visit(
      Cases{
          [](const StripRule& rule) -> std::optional<Rule> { return Rule(AddRule{rule.prefix}); },
          [](const AddRule& rule) -> std::optional<Rule> { return Rule(StripRule{rule.prefix}); },
          [](const MapRule& rule) -> std::optional<Rule> {
            return Rule(MapRule{rule.to, rule.from});
          },
          [](const SubRule& rule) -> std::optional<Rule> {
            if (!rule.backward) return std::nullopt;
            return Rule(SubRule{rule.matching, *rule.backward, rule.forward});
          },
          [](const DropRule&) -> std::optional<Rule> { return std::nullopt; },
          [](const KeepRule&) -> std::optional<Rule> { return std::nullopt; },
      },
      action_);
}

const std::string* Rule::mapped_name() const {
  const auto* rule = std::get_if<MapRule>(&action_);
  return rule == nullptr ? nullptr : &rule->from;
}

Rule::Outcome Rule::apply(std::string& name) const {
  return std::visit(Cases{
                        [&](const StripRule& rule) { return strip(rule, name); },
                        [&](const AddRule& rule) {
                          name.insert(0, rule.prefix);
                          return Outcome{.has_matched = true};
                        },
                        [&](const MapRule& rule) { return map(rule, name); },
                        [&](const SubRule& rule) { return sub(rule, name); },
                        [&](const DropRule& rule) {
                          const bool matches = rule.glob.matches(name);
                          return Outcome{.has_matched = matches, .is_left_out = matches};
                        },
                        [&](const KeepRule& rule) {
                          const bool matches = rule.glob.matches(name);
                          return Outcome{.has_matched = matches, .is_left_out = !matches};
                        },
                    },
                    action_);
}

std::string rule_word(std::string_view text) {
  const bool is_plain = !text.empty() && text.front() != '#' &&
                        text.find_first_of(" \t\r;\"") == std::string_view::npos;
  if (is_plain) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace holdall
