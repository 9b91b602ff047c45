#include <algorithm>
#include <cassert>
#include <unordered_map>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "holdall/name_rules.h"

namespace holdall {
namespace {

constexpr size_t kMostCollisionsListed = 20;
constexpr size_t kMostSourcesListed = 4;

// The names that end as one name, by their places in the report.
using Collision = std::vector<size_t>;

// In the order of their first sources.
std::vector<Collision> find_collisions(const RenameReport& report) {
  std::unordered_map<std::string_view, size_t> first;
  std::unordered_map<size_t, Collision> by_first;
  first.reserve(report.names.size());
  for (size_t i = 0; i < report.names.size(); ++i) {
    if (!report.names[i].name) continue;
    const auto [place, is_new] = first.emplace(*report.names[i].name, i);
    if (is_new) continue;
    Collision& collision = by_first[place->second];
    if (collision.empty()) collision.push_back(place->second);
    collision.push_back(i);
  }
  std::vector<Collision> collisions;
  collisions.reserve(by_first.size());
  for (auto& [i, collision] : by_first) collisions.push_back(std::move(collision));
  std::sort(collisions.begin(), collisions.end());
  return collisions;
}

// "'a/w' (strip a/ -> 'w')"
std::string way_of(const NameRules& rules, const RenamedName& renamed) {
  std::string way = quote(renamed.source) + " (";
  if (renamed.history.empty()) way += "no rule changes it";
  for (const NameStep& step : renamed.history) {
    if (&step != &renamed.history.front()) way += ", ";
    way += printable(rules.text(step.rule_index)) + " -> " + quote(step.name.value_or(""));
  }
  return way + ")";
}

std::string describe(const NameRules& rules, const RenameReport& report,
                     const Collision& collision) {
  std::string line = "\n  " + quote(*report.names[collision.front()].name) + " from ";
  const size_t listed = std::min(collision.size(), kMostSourcesListed);
  for (size_t i = 0; i < listed; ++i) {
    if (i > 0) line += i + 1 == collision.size() ? " and " : ", ";
    line += way_of(rules, report.names[collision[i]]);
  }
  if (listed < collision.size()) line += message(" and {} more", collision.size() - listed);
  return line;
}

}  // namespace

Status NameRules::check(const RenameReport& report) const {
  assert(report.match_counts.size() == count());
  return guarded([&]() -> Status {
    for (const RenamedName& renamed : report.names) {
      if (renamed.name && renamed.name->empty() && !renamed.source.empty()) {
        return invalid_argument("the rules leave nothing of {}", way_of(*this, renamed));
      }
    }
    const std::vector<Collision> collisions = find_collisions(report);
    if (collisions.empty()) return {};
    std::string list;
    const size_t listed = std::min(collisions.size(), kMostCollisionsListed);
    for (size_t i = 0; i < listed; ++i) list += describe(*this, report, collisions[i]);
    if (listed < collisions.size()) list += message("\n  and {} more", collisions.size() - listed);
    return make_error(Code::kInvalidArgument, reason::kNameCollision,
                      "several sources end in one name:{}", list);
  });
}

}  // namespace holdall
