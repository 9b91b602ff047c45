// Rules that take the names of a checkpoint to the names a program uses, and patterns that select
// names. One language everywhere: C++, Python, `.rules` files and the command line;
// docs/name_rules.md teaches it.
//
// Parsing touches no file. Values are immutable; copies share what they hold. Safe to use from many
// threads at once.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/export.h"
#include "holdall/status.h"

namespace holdall {

// A pattern of names: "*" stands for any part of one component, "**" for anything, "?" for one
// character of a component; "\" takes the next character as it is. "**/" at the front or after a
// "/" also stands for nothing: "**/w" matches "w". Components split at "/", and at "." too if the
// pattern has a "." and no "/". A character is a UTF-8 sequence, or a byte that belongs to none.
class HOLDALL_EXPORT Glob {
 public:
  // Fails: kInvalidArgument where the pattern is empty, longer than 4096 bytes or ends in a single
  // "\".
  static Result<Glob> parse(std::string_view pattern);

  // Whether all of `name` matches. The time is bounded by pattern length times name length.
  bool matches(std::string_view name) const;
  const std::string& text() const;

 private:
  struct Program;
  explicit Glob(std::shared_ptr<const Program> program);
  std::shared_ptr<const Program> program_;
};

// What one rule made of a name: none if the rule left it out.
struct NameStep {
  size_t rule_index = 0;
  std::optional<std::string> name;
};

struct RenamedName {
  std::string source;
  std::optional<std::string> name;  // none: left out
  std::vector<NameStep> history;    // only the rules that changed it or left it out
};

struct RenameReport {
  std::vector<RenamedName> names;    // in the order given
  std::vector<size_t> match_counts;  // one a rule: how many names it applied to
};

// An ordered list of rules. A name goes through all of them, each taking what the one before made:
//
//   strip PREFIX      takes PREFIX off the front; a name without it stays
//   add PREFIX        puts PREFIX in front
//   map OLD NEW       the one name OLD becomes NEW
//   sub /RE/TEXT/     replaces every match of whole components; `sub*` every match anywhere
//   drop GLOB         leaves out what matches
//   keep GLOB         leaves out what does not match
//   preset NAME       the rules of that preset (preset_names)
//
// A prefix that ends in neither "/" nor "." names a scope, and a "/" is taken to follow: "strip
// dna" is "strip dna/". A prefix that is the whole name is not taken off. `sub` has RE2's syntax;
// "$1" in TEXT is a group, "$0" the match, "$$" a dollar; a name that has a "/" splits there, any
// other at
// "."; names that are, or would become, longer than 16 KiB stay. "sub /RE/TEXT/ inverse /RE/TEXT/"
// says what undoes it.
class HOLDALL_EXPORT NameRules {
 public:
  // No rules: names stay.
  NameRules();

  // One rule a line, or several with ";" between; "#" in front of a word starts a comment.
  // Fails: kInvalidArgument; line and column (in characters, from 1), the line itself with a mark
  // under the place, what was found and expected.
  static Result<NameRules> parse(std::string_view text);
  // All strings in order; the message of a failure says which string it is in.
  static Result<NameRules> parse(std::span<const std::string> rules);

  bool empty() const;
  // Presets count as the rules they hold.
  size_t count() const;
  // One rule, normalised. Requires: rule < count().
  const std::string& text(size_t rule) const;
  // All of them, one a line; parses back to an equal list.
  std::string to_string() const;

  // What becomes of one name: none if it is left out.
  std::optional<std::string> apply(std::string_view name) const;
  RenameReport apply_all(std::span<const std::string_view> names) const;

  // Fails: kInvalidArgument with reason name-collision where two sources end in one name (all of
  // them, the first 20 with their way through the rules), or where rules leave nothing of a name.
  // Requires: a report of these rules.
  Status check(const RenameReport& report) const;
  // The texts of the rules that applied to no name. Requires: a report of these rules.
  std::vector<std::string> unmatched(const RenameReport& report) const;

  bool is_invertible() const;
  // The rules that take names back, in reversed order: for names to which each rule applied as
  // meant.
  // (`strip a/` is undone by `add a/`, which is right for the names that had "a/".)
  // Fails: kInvalidArgument naming the first rule that is not invertible: `drop`, `keep`, and `sub`
  // without a declared inverse.
  Result<NameRules> inverse() const;

 private:
  struct List;
  explicit NameRules(std::shared_ptr<const List> list);
  std::shared_ptr<const List> list_;  // none: no rules
};

// The presets that are part of the library, sorted: files of rules for what frameworks do to names.
HOLDALL_EXPORT std::vector<std::string> preset_names();
// The file's text, comments too, ready to edit.
// Fails: kInvalidArgument with the names there are.
HOLDALL_EXPORT Result<std::string> preset_text(std::string_view name);

struct RuleProposal {
  std::string rules;       // text ready to paste, ";" between
  size_t match_count = 0;  // of the wanted names, once the rules are applied
  size_t wanted_count = 0;
};

// The shortest list of rules found that takes names `present` in a checkpoint to those `wanted`.
// Tried are: a missing, extra, doubled or other scope; a component with another name or "_N"
// suffix; TensorFlow 2's object keys against variable names; ":0"; dots against slashes; "module."
// and
// "_orig_mod." of PyTorch. None unless it makes more than half of what is missing match, without a
// collision. Depends on the arguments only, not on their order beyond that of the names.
HOLDALL_EXPORT std::optional<RuleProposal> propose_rules(std::span<const std::string_view> wanted,
                                                         std::span<const std::string_view> present);

}  // namespace holdall
