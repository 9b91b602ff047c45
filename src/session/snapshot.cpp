#include <algorithm>

#include "base/message.h"
#include "base/quote.h"
#include "holdall/names.h"
#include "holdall/session.h"
#include "session/session_access.h"

namespace holdall {
namespace {

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + quote(name);
  return text;
}

}  // namespace

Snapshot::Snapshot() : table_(std::make_shared<const SessionTable>()) {}

uint64_t Snapshot::generation() const {
  return table_->generation;
}
size_t Snapshot::count() const {
  return table_->rows.size();
}

std::vector<std::string> Snapshot::scopes() const {
  std::vector<std::string> names;
  for (const auto& [scope, path] : table_->scopes) names.push_back(scope);
  return names;
}

ScopeView Snapshot::scope(std::string_view name) const {
  ScopeView view;
  view.table_ = table_;
  view.name_ = name;
  view.begin_ = 0;
  view.end_ = table_->rows.size();
  if (!name.empty()) {
    // Names in the scope start with "name/" and therefore stand together, before "name0".
    view.begin_ = table_->lower_bound(std::string(name) + '/');
    view.end_ = table_->lower_bound(std::string(name) + static_cast<char>('/' + 1));
  }
  return view;
}

std::optional<Tensor> Snapshot::find(std::string_view name) const {
  const size_t i = table_->lower_bound(name);
  if (i == table_->rows.size() || table_->rows[i]->first != name) return std::nullopt;
  return table_->rows[i]->second;
}

std::optional<Tensor> ScopeView::find(std::string_view name) const {
  const std::string full = join_scope(name_, name);
  const size_t i = table_->lower_bound(full);
  if (i >= end_ || table_->rows[i]->first != full) return std::nullopt;
  return table_->rows[i]->second;
}

std::vector<std::string> ScopeView::names() const {
  const size_t prefix = name_.empty() ? 0 : name_.size() + 1;
  std::vector<std::string> names;
  names.reserve(count());
  for (size_t i = begin_; i < end_; ++i) names.push_back(table_->rows[i]->first.substr(prefix));
  return names;
}

Result<Tensor> ScopeView::at(std::string_view name) const {
  if (auto value = find(name)) return *std::move(value);
  if (count() == 0) {
    const std::vector<std::string> scopes = Snapshot(table_).scopes();
    return not_found("the session has nothing in this scope; {}",
                     scopes.empty() ? "nothing is loaded yet" : "loaded scopes: " + list_of(scopes))
        .in_scope(name_);
  }
  const std::vector<std::string> all = names();
  const std::vector<std::string_view> candidates(all.begin(), all.end());
  const std::vector<std::string> nearest = nearest_names(name, candidates);
  return not_found("no variable {} among {}{}", quote(name), count(),
                   nearest.empty() ? "" : "; nearest: " + list_of(nearest))
      .in_scope(name_);
}

}  // namespace holdall
