#include "names/rule_candidates.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "names/rule.h"

namespace holdall {
namespace {

// Enough to see what most names have in common, and few enough to compare each with all.
constexpr size_t kSampleCount = 64;
// Of the guesses of one kind, those with most votes are tried.
constexpr size_t kTriedCount = 6;
// What more wanted names share says nothing, and costs a vote for each present name.
constexpr size_t kMostSharing = 4;
// A proposal with more lines than this helps nobody.
constexpr size_t kMostPairs = 8;

using Pair = std::pair<std::string, std::string>;  // what is present, what is wanted
using Votes = std::map<Pair, size_t>;

// Evenly spread, the first included.
std::vector<std::string_view> sample_of(std::span<const std::string_view> names) {
  std::vector<std::string_view> sample;
  const size_t count = std::min(names.size(), kSampleCount);
  for (size_t i = 0; i < count; ++i) sample.push_back(names[i * names.size() / count]);
  return sample;
}

bool is_separator(char c) {
  return c == '/' || c == '.';
}

// What may be written into a rule.
bool is_writable(std::string_view text) {
  return text.find('\n') == std::string_view::npos;
}

std::string escape(std::string_view text, std::string_view specials, char escape_character) {
  std::string escaped;
  for (const char c : text) {
    if (specials.find(c) != std::string_view::npos) escaped += escape_character;
    escaped += c;
  }
  return escaped;
}

// `text` as an expression that matches just that, and as a replacement, between "#".
std::string as_expression(std::string_view text) {
  return escape(text, R"(\.+*?()|[]{}^$#)", '\\');
}
std::string as_replacement(std::string_view text) {
  return escape(escape(text, "$", '$'), R"(\#)", '\\');
}

std::string sub_rule(const Pair& pair) {
  return "sub #" + as_expression(pair.first) + "#" + as_replacement(pair.second) + "#";
}

std::vector<Pair> best_of(const Votes& votes, size_t least) {
  std::vector<std::pair<size_t, const Pair*>> ranked;
  for (const auto& [pair, count] : votes) {
    const bool may_be_tried = count >= least && is_writable(pair.first) && is_writable(pair.second);
    if (may_be_tried) ranked.emplace_back(count, &pair);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Pair> best;
  for (size_t i = 0; i < ranked.size() && i < kTriedCount; ++i) best.push_back(*ranked[i].second);
  return best;
}

// Prefixes: a present and a wanted name that share their last components differ in what is before.
class PrefixVotes {
 public:
  explicit PrefixVotes(std::span<const std::string_view> sample) {
    for (const std::string_view name : sample) {
      for (size_t i = 0; i < name.size(); ++i) {
        if (i == 0 || is_separator(name[i - 1])) by_tail_[name.substr(i)].push_back(name);
      }
    }
  }

  // The longest tail only: shorter ones are shared by chance.
  void add(std::string_view present) {
    for (size_t i = 0; i < present.size(); ++i) {
      if (i > 0 && !is_separator(present[i - 1])) continue;
      const auto found = by_tail_.find(present.substr(i));
      if (found == by_tail_.end()) continue;
      if (found->second.size() > kMostSharing) return;
      const size_t tail_size = present.size() - i;
      for (const std::string_view wanted : found->second) {
        ++votes_[{std::string(present.substr(0, i)),
                  std::string(wanted.substr(0, wanted.size() - tail_size))}];
      }
      return;
    }
  }

  const Votes& votes() const { return votes_; }

 private:
  std::unordered_map<std::string_view, std::vector<std::string_view>> by_tail_;
  Votes votes_;
};

// Components, split as `sub` does.
std::vector<std::string_view> components_of(std::string_view name) {
  const char separator = name.find('/') == std::string_view::npos ? '.' : '/';
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = name.find(separator);
    parts.push_back(name.substr(0, end));
    if (end == std::string_view::npos) return parts;
    name.remove_prefix(end + 1);
  }
}

// Calls visit(name without one component, that component) for each.
template <class Visit>
void for_each_gap(std::string_view name, std::string& buffer, Visit visit) {
  for (const std::string_view part : components_of(name)) {
    const auto begin = static_cast<size_t>(part.data() - name.data());
    buffer.assign(name.substr(0, begin)).append(1, '\0').append(name.substr(begin + part.size()));
    visit(buffer, part);
  }
}

// Components: a present and a wanted name that differ in one only.
class ComponentVotes {
 public:
  explicit ComponentVotes(std::span<const std::string_view> sample) {
    for (const std::string_view name : sample) {
      for_each_gap(name, buffer_, [&](const std::string& gap, std::string_view part) {
        by_gap_[gap].push_back(part);
      });
    }
  }

  void add(std::string_view present) {
    for_each_gap(present, buffer_, [&](const std::string& gap, std::string_view part) {
      const auto found = by_gap_.find(gap);
      if (found == by_gap_.end() || found->second.size() > kMostSharing) return;
      for (const std::string_view wanted : found->second) {
        ++votes_[{std::string(part), std::string(wanted)}];
      }
    });
  }

  const Votes& votes() const { return votes_; }

 private:
  std::string buffer_;
  std::unordered_map<std::string, std::vector<std::string_view>> by_gap_;
  Votes votes_;
};

// "dense" of "dense_2".
std::string_view unnumbered(std::string_view component) {
  const size_t digits = component.find_last_not_of("0123456789") + 1;
  const bool is_numbered = digits < component.size() && digits > 1 && component[digits - 1] == '_';
  return is_numbered ? component.substr(0, digits - 1) : component;
}

std::string unnumbered_name(std::string_view name) {
  std::string key;
  for (const std::string_view part : components_of(name)) key.append(unnumbered(part)) += '/';
  return key;
}

// Numbers: names that are the same but for the "_N" of several components.
class NumberVotes {
 public:
  explicit NumberVotes(std::span<const std::string_view> sample) {
    for (const std::string_view name : sample) by_key_[unnumbered_name(name)].push_back(name);
  }

  void add(std::string_view present) {
    const auto found = by_key_.find(unnumbered_name(present));
    if (found == by_key_.end() || found->second.size() > 1) return;
    const auto from = components_of(present);
    const auto to = components_of(found->second.front());
    for (size_t i = 0; i < from.size(); ++i) {
      if (from[i] != to[i]) ++votes_[{std::string(from[i]), std::string(to[i])}];
    }
  }

  // All pairs as one list: each rule before the one whose result it would change again.
  std::string rules() const {
    std::vector<Pair> pairs;
    for (const auto& [pair, count] : votes_) {
      if (is_writable(pair.first) && is_writable(pair.second)) pairs.push_back(pair);
    }
    if (pairs.empty() || pairs.size() > kMostPairs) return {};
    std::string text;
    while (!pairs.empty()) {
      auto next = std::find_if(pairs.begin(), pairs.end(), [&](const Pair& pair) {
        return std::none_of(pairs.begin(), pairs.end(),
                            [&](const Pair& other) { return other.first == pair.second; });
      });
      if (next == pairs.end()) next = pairs.begin();
      text += (text.empty() ? "" : "; ") + sub_rule(*next);
      pairs.erase(next);
    }
    return text;
  }

 private:
  std::unordered_map<std::string, std::vector<std::string_view>> by_key_;
  Votes votes_;
};

void append_prefix_rules(std::vector<std::string>& lists, const Pair& pair) {
  const auto& [present, wanted] = pair;
  if (present.empty() && wanted.empty()) return;
  std::string list;
  if (!present.empty()) list = "strip " + rule_word(present);
  if (!wanted.empty()) list += (list.empty() ? "add " : "; add ") + rule_word(wanted);
  lists.push_back(list);
  // `add` also changes the names that `strip` left alone.
  if (!present.empty() && !wanted.empty()) {
    lists.push_back("sub* #^" + as_expression(present) + "#" + as_replacement(wanted) + "#");
  }
}

bool any_has(std::span<const std::string_view> names, std::string_view part) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return name.find(part) != std::string_view::npos;
  });
}

}  // namespace

std::vector<std::string> spelling_candidates(std::span<const std::string_view> wanted,
                                             std::span<const std::string_view> present) {
  constexpr std::string_view kKeyTail = "/.ATTRIBUTES/VARIABLE_VALUE";
  std::vector<std::string> lists = {""};
  const auto try_where = [&](bool applies, std::string_view list) {
    if (applies) lists.emplace_back(list);
  };
  const bool has_keys = any_has(present, kKeyTail);
  const bool wants_keys = any_has(wanted, kKeyTail);
  try_where(has_keys && !wants_keys, R"(sub* #/\.ATTRIBUTES/VARIABLE_VALUE$##)");
  try_where(has_keys && !wants_keys && any_has(present, ".S"),
            R"(sub* #/\.ATTRIBUTES/VARIABLE_VALUE$##; sub* #\.S#/#; sub* #\.\.#.#)");
  try_where(wants_keys && !has_keys, "sub* #$#/.ATTRIBUTES/VARIABLE_VALUE#");
  const bool has_outputs = any_has(present, ":0");
  try_where(has_outputs, "sub* #:0$##");
  try_where(any_has(wanted, ":0") && !has_outputs, "sub* #$#:0#");
  try_where(any_has(present, "."), R"(sub* #\.#/#)");
  try_where(any_has(present, "/"), "sub* #/#.#");
  try_where(any_has(present, "._orig_mod."), R"(sub* #(^|\.)_orig_mod\.#$1#)");
  try_where(any_has(present, ".module."), R"(sub* #(^|\.)module\.#$1#)");
  try_where(any_has(present, "_orig_mod.") && any_has(present, "module."),
            R"(sub* #(^|\.)(module\.|_orig_mod\.)+#$1#)");
  return lists;
}

std::vector<std::string> renaming_candidates(std::span<const std::string_view> missing,
                                             std::span<const std::string_view> present) {
  const std::vector<std::string_view> sample = sample_of(missing);
  PrefixVotes prefixes(sample);
  ComponentVotes components(sample);
  NumberVotes numbers(sample);
  for (const std::string_view name : present) {
    prefixes.add(name);
    components.add(name);
    numbers.add(name);
  }
  // What fewer names say cannot lead to more than half of the matches.
  const size_t least = std::max<size_t>(1, sample.size() / 3);
  std::vector<std::string> lists;
  for (const Pair& pair : best_of(prefixes.votes(), least)) append_prefix_rules(lists, pair);
  for (const Pair& pair : best_of(components.votes(), least)) lists.push_back(sub_rule(pair));
  if (std::string list = numbers.rules(); !list.empty()) lists.push_back(std::move(list));
  return lists;
}

}  // namespace holdall
