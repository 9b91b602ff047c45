// One name rule: what it does to a name, its text, and what undoes it. Immutable once made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "holdall/name_rules.h"
#include "names/pattern.h"

namespace holdall {

struct StripRule {
  std::string prefix;
};

struct AddRule {
  std::string prefix;
};

struct MapRule {
  std::string from;
  std::string to;
};

// An expression and what replaces its matches.
struct Exchange {
  std::string text;  // as written, delimiters included
  Pattern pattern;
  Replacement replacement;
};

struct SubRule {
  Pattern::Matching matching;
  Exchange forward;
  std::optional<Exchange> backward;
};

struct DropRule {
  Glob glob;
};

struct KeepRule {
  Glob glob;
};

using RuleAction = std::variant<StripRule, AddRule, MapRule, SubRule, DropRule, KeepRule>;

class Rule {
 public:
  explicit Rule(RuleAction action);

  // Normalised; parses back to the same rule.
  const std::string& text() const { return text_; }
  // None for `drop`, `keep` and a `sub` that declares none.
  std::optional<Rule> inverse() const;

  // The one name that a `map` applies to; null for other rules.
  const std::string* mapped_name() const;

  struct Outcome {
    bool has_matched = false;
    bool is_left_out = false;
  };
  // Changes `name` to what the rule makes of it.
  Outcome apply(std::string& name) const;

 private:
  RuleAction action_;
  std::string text_;
};

// `text` as one word of a rule, in double quotes where it needs them. Requires: no line feed in it.
std::string rule_word(std::string_view text);

}  // namespace holdall
