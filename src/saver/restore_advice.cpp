#include "saver/restore_advice.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/message.h"
#include "base/quote.h"
#include "holdall/name_rules.h"
#include "holdall/names.h"

namespace holdall {
namespace {

std::string_view first_component(std::string_view name) {
  const size_t slash = name.find('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

std::set<std::string> scopes_of(const Catalog& catalog) {
  std::set<std::string> scopes;
  for (const TensorInfo& tensor : catalog) scopes.emplace(first_component(tensor.name));
  return scopes;
}

std::string list_of(const std::set<std::string>& scopes) {
  std::string text;
  size_t listed = 0;
  for (const std::string& scope : scopes) {
    if (scope.empty()) continue;
    if (++listed > 5) return text + ", ...";
    text += (text.empty() ? "" : ", ") + quote(scope);
  }
  return text;
}

// How many of the names are in the catalog once `drop` characters are taken off the front and `add`
// is put there.
size_t count_matches(const Catalog& catalog, std::span<const std::string_view> names, size_t drop,
                     const std::string& add) {
  size_t count = 0;
  for (const std::string_view name : names) {
    if (name.size() > drop && catalog.find(add + std::string(name.substr(drop))) != nullptr)
      ++count;
  }
  return count;
}

}  // namespace

RuleAdvice advise_rules(const Catalog& catalog, std::string_view scope,
                        std::span<const std::string_view> wanted) {
  std::vector<std::string_view> inside;
  for (const std::string_view name : wanted) {
    if (is_in_scope(name, scope))
      inside.push_back(name.substr(scope.empty() ? 0 : scope.size() + 1));
  }
  std::vector<std::string_view> present;
  for (const TensorInfo& tensor : catalog) present.push_back(tensor.name);
  const auto proposal = propose_rules(inside, present);
  if (!proposal) return {};
  const bool is_for_all = proposal->match_count == wanted.size();
  const std::string count = is_for_all ? message("all {}", wanted.size())
                                       : message("{} of {}", proposal->match_count, wanted.size());
  return {message("{} would match with:  {}", count, proposal->rules), is_for_all};
}

std::string list_roles(const std::map<Role, size_t>& counts) {
  std::vector<std::pair<Role, size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [role, count] : sorted) {
    text += (text.empty() ? "" : ", ") + message("{} {}", count, role_name(role));
  }
  return text;
}

std::string describe_missing_roles(std::span<const std::string_view> wanted,
                                   std::span<const std::string_view> missing) {
  std::vector<std::string_view> sorted(wanted.begin(), wanted.end());
  std::sort(sorted.begin(), sorted.end());
  const std::vector<Role> roles = roles_of(sorted);
  std::map<Role, size_t> counts;
  for (const std::string_view name : missing) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), name);
    ++counts[roles[static_cast<size_t>(at - sorted.begin())]];
  }
  if (counts.size() == counts.count(Role::kWeight)) return "";
  std::string text =
      message("missing are {} {}", list_roles(counts), missing.size() == 1 ? "tensor" : "tensors");
  if (counts.contains(Role::kWeight)) return text;
  return text + ", no weight: 'keep' for what is missing restores the rest";
}

std::string advise_nearest(std::string_view missing, std::span<const std::string> nearest) {
  std::string text;
  for (const std::string& name : nearest) {
    text +=
        (text.empty() ? "the nearest names to " + quote(missing) + " are " : ", ") + quote(name);
  }
  return text;
}

std::string advise_scope(const Catalog& catalog, std::span<const std::string_view> missing,
                         std::span<const std::string_view> found) {
  if (missing.empty() || catalog.count() == 0) return "";
  const std::set<std::string> scopes = scopes_of(catalog);
  // Some models of several are in the file: the caller asked for more than this checkpoint's scope.
  std::set<std::string> missing_scopes;
  for (const std::string_view name : missing) missing_scopes.emplace(first_component(name));
  bool is_other_scope = !scopes.contains("");
  for (const std::string& scope : missing_scopes) is_other_scope &= !scopes.contains(scope);
  if (!found.empty() && is_other_scope) {
    return message(
        "the checkpoint holds only scope {}: restore just the variables in it, and the "
        "others ({}) from their own checkpoint",
        list_of(scopes),
        list_of(missing_scopes).empty() ? "without scope" : list_of(missing_scopes));
  }
  const std::string_view scope = first_component(missing.front());
  const std::string prefix = scope.empty() ? "" : std::string(scope) + '/';
  if (!prefix.empty()) {
    const size_t matches = count_matches(catalog, missing, prefix.size(), "");
    if (matches > 0) {
      return message("the checkpoint's names lack the prefix '{}': {} of {} would match without it",
                     printable(prefix), matches, missing.size());
    }
  }
  for (const std::string& other : scopes) {
    if (other.empty()) continue;
    const size_t replaced = count_matches(catalog, missing, prefix.size(), other + '/');
    const size_t added = count_matches(catalog, missing, 0, other + '/');
    if (added > 0 || replaced > 0) {
      return message("in the checkpoint they stand in scope {}: {} of {} would match with '{}/' {}",
                     quote(other), std::max(added, replaced), missing.size(), printable(other),
                     added >= replaced ? "in front" : "in place of '" + printable(prefix) + "'");
    }
  }
  return "";
}

}  // namespace holdall
