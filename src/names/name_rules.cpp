#include "holdall/name_rules.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "names/rule_parser.h"

namespace holdall {

struct NameRules::List {
  std::vector<Rule> rules;
};

NameRules::NameRules() = default;
NameRules::NameRules(std::shared_ptr<const List> list) : list_(std::move(list)) {}

Result<NameRules> NameRules::parse(std::string_view text) {
  return guarded([&]() -> Result<NameRules> {
    HOLDALL_ASSIGN(std::vector<Rule> rules, parse_rules(text, preset_files()));
    return NameRules(std::make_shared<List>(List{std::move(rules)}));
  });
}

Result<NameRules> NameRules::parse(std::span<const std::string> rules) {
  return guarded([&]() -> Result<NameRules> {
    List list;
    for (size_t i = 0; i < rules.size(); ++i) {
      auto parsed = parse_rules(rules[i], preset_files());
      if (!parsed.ok()) {
        return invalid_argument("string {} of {}: {}", i + 1, rules.size(), parsed.error().message);
      }
      list.rules.insert(list.rules.end(), parsed->begin(), parsed->end());
    }
    return NameRules(std::make_shared<List>(std::move(list)));
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
  for (size_t i = 0; i < count(); ++i) {
    if (list_->rules[i].apply(renamed).is_left_out) return std::nullopt;
  }
  return renamed;
}

RenameReport NameRules::apply_all(std::span<const std::string_view> names) const {
  RenameReport report;
  report.match_counts.resize(count());
  report.names.reserve(names.size());
  std::string before;
  for (const std::string_view name : names) {
    RenamedName& renamed = report.names.emplace_back();
    renamed.source = name;
    renamed.name = name;
    for (size_t i = 0; i < count() && renamed.name; ++i) {
      before = *renamed.name;
      const Rule::Outcome outcome = list_->rules[i].apply(*renamed.name);
      if (outcome.has_matched) ++report.match_counts[i];
      if (outcome.is_left_out) renamed.name.reset();
      if (renamed.name != before) renamed.history.push_back({i, renamed.name});
    }
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
    List list;
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
      list.rules.push_back(*std::move(undoing));
    }
    std::reverse(list.rules.begin(), list.rules.end());
    return NameRules(std::make_shared<List>(std::move(list)));
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
