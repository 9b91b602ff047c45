// Variables by patterns of their names.
#include <algorithm>
#include <variant>

#include "base/guard.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/tf1_framework.h"
#include "names/pattern.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

enum class Anchor { kStart, kAnywhere };

class NamePattern {
 public:
  static Result<NamePattern> parse(std::string_view text, Anchor anchor) {
    // The whole name is what matches, so that what matches no byte of it counts as well.
    const std::string whole =
        (anchor == Anchor::kStart ? "^(?:" : "^.*(?:") + std::string(text) + ").*";
    auto pattern = Pattern::parse(whole, Pattern::Matching::kAnywhere);
    if (const auto* fault = std::get_if<PatternFault>(&pattern))
      return value_error("{}: {}", quote(text), fault->message);
    return NamePattern(std::get<Pattern>(std::move(pattern)));
  }

  bool matches(const Variable& variable) const {
    return pattern_.replace_all(variable.name(), empty_).has_value();
  }

 private:
  explicit NamePattern(Pattern pattern)
      : pattern_(std::move(pattern)), empty_(std::get<Replacement>(Replacement::parse("", 0))) {}

  Pattern pattern_;
  Replacement empty_;
};

Result<std::vector<NamePattern>> parse_all(std::span<const std::string> texts, Anchor anchor) {
  std::vector<NamePattern> patterns;
  for (const std::string& text : texts) {
    HOLDALL_ASSIGN(auto pattern, NamePattern::parse(text, anchor));
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

bool any_matches(std::span<const NamePattern> patterns, const Variable& variable) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const NamePattern& pattern) { return pattern.matches(variable); });
}

}  // namespace

std::string variable_pattern(std::string_view scope, const std::optional<std::string>& suffix) {
  std::string pattern(scope);
  if (!suffix) return pattern;
  pattern += ".*" + *suffix;
  // A suffix that says so itself goes on behind the name.
  return suffix->find(':') == std::string::npos ? pattern + "(:0|$)" : pattern;
}

Result<std::vector<Variable>> get_variables(const Graph& graph, std::string_view pattern,
                                            std::string_view collection) {
  return guarded([&]() -> Result<std::vector<Variable>> {
    HOLDALL_ASSIGN(const auto parsed, NamePattern::parse(pattern, Anchor::kStart));
    std::vector<Variable> found;
    for (const CollectionItem& item : graph.collection(collection)) {
      const auto* variable = std::get_if<Variable>(&item);
      if (variable != nullptr && parsed.matches(*variable)) found.push_back(*variable);
    }
    return found;
  });
}

Result<Variable> get_unique_variable(const Graph& graph, std::string_view op_name) {
  const auto all = graph.global_variables();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Variable& each) { return each.op_name() == op_name; });
  if (found != all.end()) return *found;
  const bool is_front = std::any_of(all.begin(), all.end(), [&](const Variable& each) {
    return each.name().starts_with(op_name);
  });
  if (is_front)
    return value_error("Variable {} does not uniquely identify a variable", printable(op_name));
  return value_error("Couldn't find variable {}", printable(op_name));
}

Result<std::vector<Variable>> get_variables_to_restore(
    const Graph& graph, const std::optional<std::vector<std::string>>& include,
    const std::vector<std::string>& exclude) {
  return guarded([&]() -> Result<std::vector<Variable>> {
    std::vector<Variable> chosen;
    for (const std::string& scope : include.value_or(std::vector<std::string>{""})) {
      HOLDALL_ASSIGN(const auto found, get_variables(graph, scope));
      chosen.insert(chosen.end(), found.begin(), found.end());
    }
    HOLDALL_ASSIGN(const auto left_out, parse_all(exclude, Anchor::kStart));
    std::erase_if(chosen, [&](const Variable& each) { return any_matches(left_out, each); });
    return chosen;
  });
}

Result<std::vector<Variable>> filter_variables(std::span<const Variable> variables,
                                               const VariableFilter& filter) {
  return guarded([&]() -> Result<std::vector<Variable>> {
    const Anchor anchor = filter.searches ? Anchor::kAnywhere : Anchor::kStart;
    const auto wanted = filter.include.value_or(std::vector<std::string>{""});
    HOLDALL_ASSIGN(const auto include, parse_all(wanted, anchor));
    HOLDALL_ASSIGN(const auto exclude, parse_all(filter.exclude, anchor));
    std::vector<Variable> kept;
    for (const Variable& each : variables) {
      if (any_matches(include, each) && !any_matches(exclude, each)) kept.push_back(each);
    }
    return kept;
  });
}

}  // namespace holdall::tf1
