#include <algorithm>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "holdall/name_rules.h"
#include "names/rule_candidates.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;
using NameSet = std::unordered_set<std::string_view>;

// A list of rules that was tried, and what came of it.
struct Trial {
  std::string rules;
  size_t rule_count = 0;
  size_t match_count = 0;

  // More matches, then fewer rules, then less to read; the text itself makes the order total.
  bool is_better_than(const Trial& other) const {
    const auto rank = [](const Trial& trial) {
      return std::tuple(SIZE_MAX - trial.match_count, trial.rule_count, trial.rules.size());
    };
    return rank(*this) != rank(other) ? rank(*this) < rank(other) : rules < other.rules;
  }
};

class Search {
 public:
  Search(std::span<const std::string_view> wanted, std::span<const std::string_view> present)
      : wanted_(wanted.begin(), wanted.end()), present_(present) {
    const NameSet have(present.begin(), present.end());
    for (const std::string_view name : wanted_) {
      if (!have.contains(name)) missing_.push_back(name);
    }
    // The order of a set is nobody's.
    std::sort(missing_.begin(), missing_.end());
  }

  std::optional<RuleProposal> find() {
    if (missing_.empty() || present_.empty()) return std::nullopt;
    std::vector<std::string_view> wanted(wanted_.begin(), wanted_.end());
    for (const std::string& spelling : spelling_candidates(wanted, present_)) {
      try_with_renamings(spelling);
      if (best_.match_count == wanted_.size() && best_.rule_count == 1) break;
    }
    const size_t matched_before = wanted_.size() - missing_.size();
    const bool helps = best_.match_count > matched_before &&
                       (best_.match_count - matched_before) * 2 > missing_.size();
    if (!helps) return std::nullopt;
    return RuleProposal{best_.rules, best_.match_count, wanted_.size()};
  }

 private:
  // `spelling` alone, and with each renaming that its names suggest.
  void try_with_renamings(const std::string& spelling) {
    std::optional<Names> spelled = try_rules(spelling, {}, present_);
    if (!spelled) return;
    const std::vector<std::string_view> names(spelled->begin(), spelled->end());
    const NameSet have(names.begin(), names.end());
    std::vector<std::string_view> missing;
    for (const std::string_view name : missing_) {
      if (!have.contains(name)) missing.push_back(name);
    }
    if (missing.empty()) return;
    for (const std::string& renaming : renaming_candidates(missing, names)) {
      (void)try_rules(renaming, spelling, names);
    }
  }

  // What `rules` make of `names`, which `before` has made; none where two become one.
  std::optional<Names> try_rules(const std::string& rules, const std::string& before,
                                 std::span<const std::string_view> names) {
    const std::string text = before.empty() ? rules : before + "; " + rules;
    const auto all = NameRules::parse(text);
    const auto parsed = NameRules::parse(rules);
    if (!all.ok() || !parsed.ok()) return std::nullopt;
    Names renamed;
    renamed.reserve(names.size());
    for (const std::string_view name : names) {
      renamed.push_back(parsed->apply(name).value_or(std::string()));
    }
    Trial trial{text, all->count(), 0};
    NameSet seen;
    seen.reserve(renamed.size());
    for (const std::string& name : renamed) {
      if (name.empty() || !seen.insert(name).second) return std::nullopt;
      if (wanted_.contains(name)) ++trial.match_count;
    }
    if (!text.empty() && (best_.rules.empty() || trial.is_better_than(best_))) best_ = trial;
    return renamed;
  }

  NameSet wanted_;
  std::span<const std::string_view> present_;
  std::vector<std::string_view> missing_;
  Trial best_;
};

}  // namespace

std::optional<RuleProposal> propose_rules(std::span<const std::string_view> wanted,
                                          std::span<const std::string_view> present) {
  return Search(wanted, present).find();
}

}  // namespace holdall
