#include "names/rule_parser.h"

#include <algorithm>
#include <utility>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "names/rule_scanner.h"

namespace holdall {
namespace {

class RuleParser {
 public:
  // `inside`: the presets that are being read, outermost first.
  RuleParser(std::string_view text, std::span<const PresetFile> presets,
             std::vector<std::string_view> inside)
      : scanner_(text), presets_(presets), inside_(std::move(inside)) {}

  Status parse_into(std::vector<Rule>& rules) {
    while (scanner_.find_rule()) {
      HOLDALL_TRY(parse_rule(rules));
      if (!scanner_.is_at_rule_end()) {
        const size_t offset = scanner_.offset();
        HOLDALL_ASSIGN(const std::string word, scanner_.read_word("nothing"));
        return scanner_.error_at(offset,
                                 message("found {}, expected the end of the rule", quote(word)));
      }
    }
    return {};
  }

 private:
  Status parse_rule(std::vector<Rule>& rules) {
    HOLDALL_ASSIGN(const std::string verb, scanner_.read_word("a rule"));
    if (verb == "preset") return parse_preset(rules);
    HOLDALL_ASSIGN(RuleAction action, parse_action(verb));
    rules.emplace_back(std::move(action));
    return {};
  }

  Result<RuleAction> parse_action(std::string_view verb) {
    if (verb == "strip" || verb == "add") {
      HOLDALL_ASSIGN(std::string prefix, read_name("a prefix"));
      if (prefix.back() != '/' && prefix.back() != '.') prefix += '/';
      if (verb == "strip") return RuleAction(StripRule{std::move(prefix)});
      return RuleAction(AddRule{std::move(prefix)});
    }
    if (verb == "map") {
      HOLDALL_ASSIGN(std::string from, read_name("the name to map"));
      HOLDALL_ASSIGN(std::string to, read_name("the name it becomes"));
      return RuleAction(MapRule{std::move(from), std::move(to)});
    }
    if (verb == "sub") return parse_sub(Pattern::Matching::kComponents);
    if (verb == "sub*") return parse_sub(Pattern::Matching::kAnywhere);
    if (verb == "drop" || verb == "keep") {
      HOLDALL_ASSIGN(Glob glob, read_glob());
      if (verb == "drop") return RuleAction(DropRule{std::move(glob)});
      return RuleAction(KeepRule{std::move(glob)});
    }
    return scanner_.error_at(scanner_.word_offset(),
                             message("found {}, expected a rule: strip, add, map, sub, sub*, drop, "
                                     "keep or preset",
                                     quote(verb)));
  }

  Result<std::string> read_name(std::string_view expected) {
    HOLDALL_ASSIGN(std::string name, scanner_.read_word(expected));
    if (name.empty()) {
      return scanner_.error_at(scanner_.word_offset(),
                               message("found an empty word, expected {}", expected));
    }
    return name;
  }

  Result<Glob> read_glob() {
    HOLDALL_ASSIGN(const std::string text, scanner_.read_word("a pattern of names"));
    auto glob = Glob::parse(text);
    if (!glob.ok()) return scanner_.error_at(scanner_.word_offset(), glob.error().message);
    return glob;
  }

  Result<RuleAction> parse_sub(Pattern::Matching matching) {
    HOLDALL_ASSIGN(Exchange forward, parse_exchange(matching));
    SubRule rule{matching, std::move(forward), std::nullopt};
    if (!scanner_.is_at_rule_end()) {
      HOLDALL_ASSIGN(const std::string word, scanner_.read_word("'inverse'"));
      if (word != "inverse") {
        return scanner_.error_at(
            scanner_.word_offset(),
            message("found {}, expected 'inverse' or the end of the rule", quote(word)));
      }
      HOLDALL_ASSIGN(rule.backward, parse_exchange(matching));
    }
    return RuleAction(std::move(rule));
  }

  Result<Exchange> parse_exchange(Pattern::Matching matching) {
    HOLDALL_ASSIGN(const char delimiter, scanner_.read_delimiter());
    const size_t begin = scanner_.offset() - 1;
    HOLDALL_ASSIGN(const std::string_view expression,
                   scanner_.read_section(delimiter, "the expression"));
    const size_t replacement_begin = scanner_.offset();
    HOLDALL_ASSIGN(const std::string_view replacement_text,
                   scanner_.read_section(delimiter, "the replacement"));
    HOLDALL_ASSIGN(Pattern pattern, at(begin + 1, Pattern::parse(expression, matching)));
    HOLDALL_ASSIGN(
        Replacement replacement,
        at(replacement_begin, Replacement::parse(replacement_text, pattern.group_count())));
    std::string text(scanner_.between(begin, scanner_.offset()));
    return Exchange{std::move(text), std::move(pattern), std::move(replacement)};
  }

  // What was parsed, or the fault as an error at its place behind `begin`.
  template <class T>
  Result<T> at(size_t begin, PatternResult<T> parsed) const {
    if (const auto* fault = std::get_if<PatternFault>(&parsed)) {
      return scanner_.error_at(begin + fault->offset, fault->message);
    }
    return std::get<T>(std::move(parsed));
  }

  Status parse_preset(std::vector<Rule>& rules) {
    HOLDALL_ASSIGN(const std::string name, scanner_.read_word("the name of a preset"));
    const auto preset = std::find_if(presets_.begin(), presets_.end(),
                                     [&](const PresetFile& file) { return file.name == name; });
    if (preset == presets_.end()) {
      std::string known;
      for (const PresetFile& file : presets_) {
        known += (known.empty() ? "" : ", ") + std::string(file.name);
      }
      return scanner_.error_at(scanner_.word_offset(),
                               message("there is no preset {}, there are: {}", quote(name), known));
    }
    HOLDALL_TRY(check_depth(preset->name));
    std::vector<std::string_view> inside = inside_;
    inside.push_back(preset->name);
    const Status parsed = RuleParser(preset->text, presets_, std::move(inside)).parse_into(rules);
    if (!parsed.ok()) {
      return invalid_argument("in preset {}: {}", quote(name), parsed.error().message);
    }
    return {};
  }

  Status check_depth(std::string_view name) const {
    const bool is_cycle = std::find(inside_.begin(), inside_.end(), name) != inside_.end();
    if (!is_cycle && inside_.size() < kDeepestPreset) return {};
    std::string way;
    for (const std::string_view outer : inside_) way += quote(outer) + " in ";
    way += quote(name);
    return scanner_.error_at(
        scanner_.word_offset(),
        is_cycle ? message("the preset names itself: {}", way)
                 : message("presets within presets may be {} deep: {}", kDeepestPreset, way));
  }

  RuleScanner scanner_;
  std::span<const PresetFile> presets_;
  std::vector<std::string_view> inside_;
};

}  // namespace

Result<std::vector<Rule>> parse_rules(std::string_view text, std::span<const PresetFile> presets) {
  std::vector<Rule> rules;
  HOLDALL_TRY(RuleParser(text, presets, {}).parse_into(rules));
  return rules;
}

}  // namespace holdall
