#include "saver/name_mapping.h"

#include <algorithm>
#include <set>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/names.h"
#include "tensor/reserve_pages.h"

namespace holdall {
namespace {

constexpr std::string_view kEmaSuffix = "/ExponentialMovingAverage";

Result<std::vector<Glob>> parse_globs(std::span<const std::string> texts) {
  std::vector<Glob> globs;
  for (const std::string& text : texts) {
    HOLDALL_ASSIGN(Glob glob, Glob::parse(text));
    globs.push_back(std::move(glob));
  }
  return globs;
}

class Mapping {
 public:
  Mapping(const Catalog& catalog, const RestoreOptions& options)
      : catalog_(catalog), options_(options) {}

  Result<NameMapping> run() {
    HOLDALL_TRY(check_scope(options_.scope));
    HOLDALL_ASSIGN(select_, parse_globs(options_.select));
    std::vector<std::string_view> names;
    names.reserve(catalog_.count());
    for (size_t i = 0; i < catalog_.count(); ++i) names.push_back(catalog_.name(i));
    mapping_.roles = roles_of(names);
    for (size_t i = 0; i < catalog_.count(); ++i) {
      if (const auto told = catalog_[i].role) mapping_.roles[i] = *told;
    }
    if (options_.prefer_ema) find_averages();
    reserve_pages(mapping_.taken, catalog_.count());
    for (size_t i = 0; i < catalog_.count(); ++i) add(i);
    HOLDALL_TRY(apply_rules());
    const auto is_before = [](const auto& a, const auto& b) { return a.name < b.name; };
    // A scope keeps the order that the catalog has; rules may not.
    if (!std::is_sorted(mapping_.taken.begin(), mapping_.taken.end(), is_before))
      std::sort(mapping_.taken.begin(), mapping_.taken.end(), is_before);
    HOLDALL_TRY(check_twins());
    return std::move(mapping_);
  }

 private:
  void add(size_t i) {
    const TensorInfo& info = catalog_[i];
    const Role role = mapping_.roles[i];
    const auto skip = [&](SkipReason why) { mapping_.skipped.push_back({info.name, role, why}); };
    if (!is_selected(info.name)) return skip(SkipReason::kSelect);
    if (std::find(options_.skip_roles.begin(), options_.skip_roles.end(), role) !=
        options_.skip_roles.end())
      return skip(SkipReason::kRole);
    if (averaged_.contains(info.name)) return skip(SkipReason::kEma);
    const std::string_view averaged = averaged_by(i);
    const std::string_view name = averaged.empty() ? std::string_view(info.name) : averaged;
    // Rules want the names without the scope, and put it in front of what they make of them.
    const std::string_view scope = options_.rules.empty() ? options_.scope : std::string_view();
    mapping_.taken.push_back({join_scope(scope, name), &info, role});
  }

  // Whose average a tensor is, with policies that ask for it; "" if it is none. Names tell by the
  // suffix, unless the role is told otherwise; another suffix is one only behind a name that
  // exists.
  std::string_view averaged_by(size_t i) const {
    const TensorInfo& info = catalog_[i];
    const std::string_view name = info.name;
    if (!options_.prefer_ema || info.role.value_or(Role::kEma) != Role::kEma) return {};
    if (name.ends_with(kEmaSuffix)) return name.substr(0, name.size() - kEmaSuffix.size());
    const size_t slash = name.rfind('/');
    if (!info.role || slash == std::string_view::npos) return {};
    const std::string_view base = name.substr(0, slash);
    return catalog_.find(base) != nullptr ? base : std::string_view();
  }

  void find_averages() {
    for (size_t i = 0; i < catalog_.count(); ++i) {
      const std::string_view averaged = averaged_by(i);
      if (!averaged.empty() && is_selected(catalog_.name(i))) averaged_.insert(averaged);
    }
  }

  bool is_selected(std::string_view name) const {
    return select_.empty() || std::any_of(select_.begin(), select_.end(),
                                          [&](const Glob& glob) { return glob.matches(name); });
  }

  Status apply_rules() {
    if (options_.rules.empty()) return {};
    std::vector<std::string_view> names;
    for (const MappedTensor& tensor : mapping_.taken) names.push_back(tensor.name);
    const RenameReport renamed = options_.rules.apply_all(names);
    HOLDALL_TRY(options_.rules.check(renamed));
    mapping_.unmatched_rules = options_.rules.unmatched(renamed);
    std::vector<MappedTensor> kept;
    for (size_t i = 0; i < renamed.names.size(); ++i) {
      MappedTensor& tensor = mapping_.taken[i];
      if (const auto& name = renamed.names[i].name) {
        kept.push_back({join_scope(options_.scope, *name), tensor.info, tensor.role});
      } else {
        mapping_.skipped.push_back({tensor.info->name, tensor.role, SkipReason::kRule});
      }
    }
    mapping_.taken = std::move(kept);
    return {};
  }

  // Without rules only a moving average can take another tensor's name: one that was left out of
  // the selection is not there, and one that was not has given way.
  Status check_twins() const {
    const auto twin =
        std::adjacent_find(mapping_.taken.begin(), mapping_.taken.end(),
                           [](const auto& a, const auto& b) { return a.name == b.name; });
    if (twin == mapping_.taken.end()) return {};
    return make_error(Code::kInvalidArgument, reason::kNameCollision,
                      "{} and {} would both be called {}", quote(twin->info->name),
                      quote((twin + 1)->info->name), quote(twin->name));
  }

  const Catalog& catalog_;
  const RestoreOptions& options_;
  std::vector<Glob> select_;
  std::set<std::string_view> averaged_;  // whose average is selected
  NameMapping mapping_;
};

}  // namespace

const MappedTensor* NameMapping::find(std::string_view name) const {
  const auto at = std::lower_bound(
      taken.begin(), taken.end(), name,
      [](const MappedTensor& tensor, std::string_view wanted) { return tensor.name < wanted; });
  return at != taken.end() && at->name == name ? &*at : nullptr;
}

Result<NameMapping> map_names(const Catalog& catalog, const RestoreOptions& options) {
  auto mapping = Mapping(catalog, options).run();
  if (!mapping.ok())
    return std::move(mapping).error().in_scope(options.scope).in_file(catalog.path());
  return mapping;
}

Result<NameMapping> map_names(const Checkpoint& checkpoint, const RestoreOptions& options) {
  const bool has_roles = !options.skip_roles.empty() || options.prefer_ema;
  return map_names(has_roles ? checkpoint.catalog_with_roles() : checkpoint.catalog(), options);
}

}  // namespace holdall
