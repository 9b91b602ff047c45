#include <algorithm>
#include <vector>

#include "holdall/names.h"

namespace holdall {
namespace {

// Longer names are compared by their last characters: that is where variables differ, and it bounds
// the work at a few thousand steps a candidate.
constexpr size_t kComparedCharacters = 80;

size_t edit_distance(std::string_view a, std::string_view b) {
  a.remove_prefix(a.size() - std::min(a.size(), kComparedCharacters));
  b.remove_prefix(b.size() - std::min(b.size(), kComparedCharacters));
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

size_t shared_last_components(std::string_view a, std::string_view b) {
  size_t components = 0;
  size_t i = 0;
  while (i < a.size() && i < b.size() && a[a.size() - 1 - i] == b[b.size() - 1 - i]) {
    ++i;
    const bool a_component_ends = i == a.size() || a[a.size() - 1 - i] == '/';
    const bool b_component_ends = i == b.size() || b[b.size() - 1 - i] == '/';
    if (a_component_ends && b_component_ends) ++components;
  }
  return components;
}

struct Ranked {
  size_t components;
  size_t distance;
  std::string_view name;
};

}  // namespace

std::vector<std::string> nearest_names(std::string_view name,
                                       std::span<const std::string_view> candidates, size_t limit) {
  std::vector<Ranked> ranked;
  for (const std::string_view candidate : candidates) {
    const Ranked entry{shared_last_components(name, candidate), edit_distance(name, candidate),
                       candidate};
    const size_t far_off = std::max<size_t>(2, std::min(name.size(), kComparedCharacters) / 3);
    if (entry.components > 0 || entry.distance <= far_off) ranked.push_back(entry);
  }
  std::sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    if (a.components != b.components) return a.components > b.components;
    if (a.distance != b.distance) return a.distance < b.distance;
    return a.name < b.name;
  });
  std::vector<std::string> names;
  for (size_t i = 0; i < ranked.size() && i < limit; ++i) names.emplace_back(ranked[i].name);
  return names;
}

}  // namespace holdall
