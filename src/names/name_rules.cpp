#include "holdall/name_rules.h"

#include <algorithm>
#include <cassert>
#include <unordered_map>
#include <utility>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "names/rule_parser.h"

namespace holdall {

// Conversions have a `map` for each of thousands of names; those that follow each other are found
// by name, not tried in turn.
struct NameRules::List {
  std::vector<Rule> rules;
  std::vector<size_t> map_ends;  // of a `map`: behind the last one of its row; else the rule itself
  std::unordered_map<std::string_view, std::vector<size_t>> maps;  // rules by the name they map

  List(const List&) = delete;  // `maps` borrows from `rules`
  explicit List(std::vector<Rule> all) : rules(std::move(all)), map_ends(rules.size()) {
    for (size_t i = rules.size(); i-- > 0;) {
      const bool is_map = rules[i].mapped_name() != nullptr;
      const bool row_goes_on = i + 1 < rules.size() && map_ends[i + 1] > i + 1;
      map_ends[i] = !is_map ? i : row_goes_on ? map_ends[i + 1] : i + 1;
    }
    for (size_t i = 0; i < rules.size(); ++i) {
      if (const std::string* name = rules[i].mapped_name()) maps[*name].push_back(i);
    }
  }

  // The first rule from `rule` on that may apply to `name`; rules.size() where none does.
  size_t next_for(std::string_view name, size_t rule) const {
    while (rule < rules.size() && map_ends[rule] > rule) {
      if (const auto found = maps.find(name); found != maps.end()) {
        const auto next = std::lower_bound(found->second.begin(), found->second.end(), rule);
        if (next != found->second.end() && *next < map_ends[rule]) return *next;
      }
      rule = map_ends[rule];
    }
    return rule;
  }

  // Takes renamed.name through all rules. Requires: it is there.
  void rename(RenamedName& renamed, std::vector<size_t>& match_counts) const {
    std::string before;
    for (size_t i = next_for(*renamed.name, 0); i < rules.size();
         i = next_for(*renamed.name, i + 1)) {
      before = *renamed.name;
      const Rule::Outcome outcome = rules[i].apply(*renamed.name);
      if (outcome.has_matched) ++match_counts[i];
      if (outcome.is_left_out) renamed.name.reset();
      if (renamed.name != before) renamed.history.push_back({i, renamed.name});
      if (!renamed.name) return;
    }
  }
};

NameRules::NameRules() = default;
NameRules::NameRules(std::shared_ptr<const List> list) : list_(std::move(list)) {}

Result<NameRules> NameRules::parse(std::string_view text) {
  return guarded([&]() -> Result<NameRules> {
    HOLDALL_ASSIGN(std::vector<Rule> rules, parse_rules(text, preset_files()));
    return NameRules(std::make_shared<List>(std::move(rules)));
  });
}

Result<NameRules> NameRules::parse(std::span<const std::string> rules) {
  return guarded([&]() -> Result<NameRules> {
    std::vector<Rule> all;
    for (size_t i = 0; i < rules.size(); ++i) {
      auto parsed = parse_rules(rules[i], preset_files());
      if (!parsed.ok()) {
        return invalid_argument("string {} of {}: {}", i + 1, rules.size(), parsed.error().message);
      }
      all.insert(all.end(), parsed->begin(), parsed->end());
    }
    return NameRules(std::make_shared<List>(std::move(all)));
  });
}

bool NameRules::empty() const {
  return count() == 0;
}
size_t NameRules::count() const {
  return list_ ? list_->rules.size() : 0;
}

const std::string& NameRules::text(size_t rule) const {
  assert(rule < count());
  return list_->rules[rule].text();
}

std::string NameRules::to_string() const {
  std::string lines;
  for (size_t i = 0; i < count(); ++i) lines += text(i) + '\n';
  return lines;
}

std::optional<std::string> NameRules::apply(std::string_view name) const {
  std::string renamed(name);
  if (empty()) return renamed;
  for (size_t i = list_->next_for(renamed, 0); i < count(); i = list_->next_for(renamed, i + 1)) {
    if (list_->rules[i].apply(renamed).is_left_out) return std::nullopt;
  }
  return renamed;
}

RenameReport NameRules::apply_all(std::span<const std::string_view> names) const {
  RenameReport report;
  report.match_counts.resize(count());
  report.names.reserve(names.size());
  for (const std::string_view name : names) {
    RenamedName& renamed = report.names.emplace_back();
    renamed.source = name;
    renamed.name = name;
    if (!empty()) list_->rename(renamed, report.match_counts);
  }
  return report;
}

std::vector<std::string> NameRules::unmatched(const RenameReport& report) const {
  assert(report.match_counts.size() == count());
  std::vector<std::string> texts;
  for (size_t i = 0; i < count(); ++i) {
    if (report.match_counts[i] == 0) texts.push_back(text(i));
  }
  return texts;
}

bool NameRules::is_invertible() const {
  for (size_t i = 0; i < count(); ++i) {
    if (!list_->rules[i].inverse()) return false;
  }
  return true;
}

Result<NameRules> NameRules::inverse() const {
  return guarded([&]() -> Result<NameRules> {
    std::vector<Rule> all;
    for (size_t i = 0; i < count(); ++i) {
      auto undoing = list_->rules[i].inverse();
      if (!undoing) {
        Error error = invalid_argument("is not invertible");
        if (text(i).starts_with("sub")) {
          error.message += "; say what undoes it: " + text(i) + " inverse /EXPRESSION/TEXT/";
        }
        error.place.rule = text(i);
        return error;
      }
      all.push_back(*std::move(undoing));
    }
    std::reverse(all.begin(), all.end());
    return NameRules(std::make_shared<List>(std::move(all)));
  });
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const PresetFile& file : preset_files()) names.emplace_back(file.name);
  return names;
}

Result<std::string> preset_text(std::string_view name) {
  std::string known;
  for (const PresetFile& file : preset_files()) {
    if (file.name == name) return std::string(file.text);
    known += (known.empty() ? "" : ", ") + std::string(file.name);
  }
  return invalid_argument("there is no preset {}, there are: {}", quote(name), known);
}

}  // namespace holdall
