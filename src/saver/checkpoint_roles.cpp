#include "saver/checkpoint_roles.h"

#include "base/guard.h"
#include "base/try.h"
#include "formats/format.h"

namespace holdall {
const Catalog& CheckpointRoles::catalog() const {
  std::call_once(file_flag_, [&] { status_ = guarded([&] { return read_file(); }); });
  return with_roles_ ? *with_roles_ : catalog_;
}

const Status& CheckpointRoles::status() const {
  catalog();
  return status_;
}

Role CheckpointRoles::of(const TensorInfo& info) const {
  const auto i = catalog_.index_of(info);
  const TensorInfo& told = i ? catalog()[*i] : info;
  if (told.role) return *told.role;
  std::call_once(names_flag_, [&] {
    // Without memory a name has to tell by itself.
    if (!guarded([&] { return tell_by_names(); }).ok()) by_names_.clear();
  });
  const auto at = i ? i : catalog().index_of(info);
  return at && *at < by_names_.size() ? by_names_[*at] : role_of(info.name);
}

// Only what names would tell otherwise makes a catalog of its own, which takes memory.
Status CheckpointRoles::read_file() const {
  if (storage_ == nullptr) return {};
  HOLDALL_ASSIGN(const Format* format, find_format(catalog_.format()));
  HOLDALL_ASSIGN(const auto roles, format->read_roles(*storage_, catalog_));
  if (roles.empty()) return {};
  std::call_once(names_flag_, [] {});
  HOLDALL_TRY(tell_by_names());
  bool is_news = false;
  for (size_t i = 0; i < roles.size(); ++i)
    is_news |= roles[i] && *roles[i] != catalog_[i].role.value_or(by_names_[i]);
  if (!is_news) return {};
  std::vector<TensorInfo> tensors(catalog_.begin(), catalog_.end());
  for (size_t i = 0; i < roles.size(); ++i) {
    if (roles[i]) tensors[i].role = roles[i];
  }
  HOLDALL_ASSIGN(with_roles_, Catalog::make(catalog_.path(), catalog_.format(), catalog_.files(),
                                            catalog_.byte_order(), std::move(tensors)));
  return {};
}

Status CheckpointRoles::tell_by_names() const {
  std::vector<std::string_view> names;
  names.reserve(catalog_.count());
  for (size_t i = 0; i < catalog_.count(); ++i) names.push_back(catalog_.name(i));
  by_names_ = roles_of(names);
  return {};
}

}  // namespace holdall
