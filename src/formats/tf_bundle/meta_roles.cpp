#include "formats/tf_bundle/meta_roles.h"

#include <algorithm>
#include <string>

#include "base/message.h"
#include "base/quote.h"

namespace holdall::tf_bundle {
namespace {

class RoleTeller {
 public:
  explicit RoleTeller(const MetaCollections& collections)
      : in_(collections), roles_(roles_of(collections.variables.names)) {
    find_average_suffix();
  }

  std::optional<Role> role(std::string_view name) const {
    if (in_.trainable.has(name) || in_.model.has(name)) return Role::kWeight;
    if (in_.steps.has(name)) return Role::kStep;
    const auto& names = in_.variables.names;
    const auto at = std::lower_bound(names.begin(), names.end(), name);
    if (at == names.end() || *at != name) return std::nullopt;
    const Role by_name = roles_[static_cast<size_t>(at - names.begin())];
    return by_name == Role::kWeight && is_average(name) ? Role::kEma : by_name;
  }

 private:
  // tf.train.ExponentialMovingAverage(name="shadow") calls the average of "w" "w/shadow": one
  // suffix that all averaged variables have, where none has an average that names tell.
  void find_average_suffix() {
    const auto& averaged = in_.averaged.names;
    if (averaged.empty()) return;
    std::vector<std::string_view> found;
    const auto& names = in_.variables.names;
    const std::string start = std::string(averaged.front()) + "/";
    for (auto at = std::lower_bound(names.begin(), names.end(), start);
         at != names.end() && at->starts_with(start); ++at) {
      const std::string_view suffix = at->substr(start.size() - 1);
      const Role by_name = roles_[static_cast<size_t>(at - names.begin())];
      if (by_name == Role::kEma) return;
      if (by_name == Role::kWeight && !in_.trainable.has(*at) && is_suffix_of_all(suffix))
        found.push_back(suffix);
    }
    if (found.size() == 1) average_suffix_ = found.front();
  }

  bool is_suffix_of_all(std::string_view suffix) const {
    return std::ranges::all_of(in_.averaged.names, [&](std::string_view name) {
      return in_.variables.has(std::string(name) + std::string(suffix));
    });
  }

  bool is_average(std::string_view name) const {
    if (average_suffix_.empty() || !name.ends_with(average_suffix_)) return false;
    name.remove_suffix(average_suffix_.size());
    return in_.averaged.has(name);
  }

  const MetaCollections& in_;
  std::vector<Role> roles_;  // of the variables, by their names
  std::string_view average_suffix_;
};

}  // namespace

Result<std::vector<std::optional<Role>>> roles_of_collections(const Catalog& catalog,
                                                              const MetaCollections& collections) {
  std::vector<std::optional<Role>> roles;
  const std::vector<std::string_view>& names = collections.variables.names;
  if (names.empty() && collections.trainable.names.empty()) return roles;
  const RoleTeller teller(collections);
  roles.reserve(catalog.count());
  for (const TensorInfo& info : catalog) roles.push_back(teller.role(info.name));
  const bool is_any_known =
      std::ranges::any_of(roles, [](const std::optional<Role>& role) { return role.has_value(); });
  if (is_any_known || names.empty() || roles.empty()) return roles;
  return not_found(
      "it is of another checkpoint, or its saver renamed everything: of the {} variables that it "
      "lists, {} the first, none is there",
      names.size(), quote(names.front()));
}

Result<std::vector<std::optional<Role>>> read_meta_roles(const Storage& storage,
                                                         const std::string& path,
                                                         const Catalog& catalog) {
  const auto file = storage.open_reader(path);
  if (!file.ok()) {
    if (file.error().code == Code::kNotFound) return std::vector<std::optional<Role>>();
    return file.error();
  }
  const auto collections = read_meta_collections(**file);
  if (!collections.ok()) return Error(collections.error()).in_file(path);
  auto roles = roles_of_collections(catalog, *collections);
  if (!roles.ok()) return std::move(roles).error().in_file(path);
  return roles;
}

}  // namespace holdall::tf_bundle
