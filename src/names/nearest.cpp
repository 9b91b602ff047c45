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

bool is_nearer(const Ranked& a, const Ranked& b) {
  if (a.components != b.components) return a.components > b.components;
  if (a.distance != b.distance) return a.distance < b.distance;
  return a.name < b.name;
}

// No distance is below the difference of the lengths that are compared.
size_t least_distance(std::string_view a, std::string_view b) {
  const size_t a_size = std::min(a.size(), kComparedCharacters);
  const size_t b_size = std::min(b.size(), kComparedCharacters);
  return std::max(a_size, b_size) - std::min(a_size, b_size);
}

}  // namespace

std::vector<std::string> nearest_names(std::string_view name,
                                       std::span<const std::string_view> candidates, size_t limit) {
  if (limit == 0) return {};
  const size_t far_off = std::max<size_t>(2, std::min(name.size(), kComparedCharacters) / 3);
  std::vector<Ranked> nearest;
  for (const std::string_view candidate : candidates) {
    Ranked entry{shared_last_components(name, candidate), least_distance(name, candidate),
                 candidate};
    // Distances take most of the time: none is calculated that could not matter.
    const bool is_full = nearest.size() == limit;
    if (is_full && !is_nearer(entry, nearest.back())) continue;
    if (entry.components == 0 && entry.distance > far_off) continue;
    entry.distance = edit_distance(name, candidate);
    if (entry.components == 0 && entry.distance > far_off) continue;
    if (is_full && !is_nearer(entry, nearest.back())) continue;
    nearest.insert(std::upper_bound(nearest.begin(), nearest.end(), entry, is_nearer), entry);
    if (nearest.size() > limit) nearest.pop_back();
  }
  std::vector<std::string> names;
  for (const Ranked& entry : nearest) names.emplace_back(entry.name);
  return names;
}

}  // namespace holdall
