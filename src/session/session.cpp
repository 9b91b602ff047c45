#include "holdall/session.h"

#include <algorithm>
#include <mutex>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/names.h"
#include "session/session_access.h"

namespace holdall {

using Values = std::vector<std::pair<std::string, Tensor>>;
using TablePointer = std::shared_ptr<const SessionTable>;

namespace {

// The pointer that is the session. Its lock is held for a copy or a swap, never while tables are
// made or freed. (atomic<shared_ptr> would say it shorter; libstdc++ 12 reads its pointer without
// order to the next store.)
class CurrentTable {
 public:
  TablePointer load() const {
    const std::lock_guard lock(mutex_);
    return table_;
  }
  void store(TablePointer table) {
    const std::lock_guard lock(mutex_);
    table_.swap(table);
  }

 private:
  mutable std::mutex mutex_;
  TablePointer table_ = std::make_shared<const SessionTable>();
};

}  // namespace

struct Session::Rep {
  std::mutex writing;  // one publisher at a time; readers never take it
  CurrentTable table;
};

namespace {

std::string_view name_of(const std::shared_ptr<const SessionTable::Row>& row) {
  return row->first;
}

Error scope_taken(const std::string& scope, const std::string& holder,
                  const std::string& newcomer) {
  return make_error(
             Code::kInvalidArgument, reason::kScopeTaken,
             "it already holds the variables of {}, so {} cannot be loaded into it; give another "
             "scope, or drop this one first",
             printable(holder), printable(newcomer))
      .in_scope(scope.empty() ? "(root)" : scope);
}

Status check_names(const Values& values) {
  for (const auto& [name, value] : values) {
    if (name.empty()) return invalid_argument("a variable needs a name");
  }
  return {};
}

// `old` with the values put in, sorted and without twins.
Result<std::vector<std::shared_ptr<const SessionTable::Row>>> merge(const SessionTable& old,
                                                                    Values values,
                                                                    Existing existing) {
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::shared_ptr<const SessionTable::Row>> rows;
  rows.reserve(old.rows.size() + values.size());
  auto kept = old.rows.begin();
  for (auto& [name, value] : values) {
    while (kept != old.rows.end() && name_of(*kept) < name) rows.push_back(*kept++);
    const bool exists = kept != old.rows.end() && name_of(*kept) == name;
    const bool is_twin = !rows.empty() && name_of(rows.back()) == name;
    if ((exists && existing == Existing::kRefuse) || is_twin) {
      return make_error(Code::kInvalidArgument, reason::kNameCollision, "variable {} {}",
                        quote(name),
                        is_twin ? "is given twice" : "exists already; give another scope");
    }
    if (exists) ++kept;
    rows.push_back(std::make_shared<const SessionTable::Row>(std::move(name), std::move(value)));
  }
  rows.insert(rows.end(), kept, old.rows.end());
  return rows;
}

}  // namespace

size_t SessionTable::lower_bound(std::string_view name) const {
  const auto at = std::lower_bound(
      rows.begin(), rows.end(), name,
      [](const std::shared_ptr<const Row>& row, std::string_view n) { return row->first < n; });
  return static_cast<size_t>(at - rows.begin());
}

Status SessionAccess::check_scope_is_free(const Session& session, const std::string& scope,
                                          const std::string& checkpoint_path) {
  const TablePointer table = SessionAccess::table(session);
  const auto holder = table->scopes.find(scope);
  if (holder != table->scopes.end()) return scope_taken(scope, holder->second, checkpoint_path);
  return {};
}

Status SessionAccess::publish(Session& session, Values values, Existing existing,
                              const std::string& scope, const std::string& checkpoint_path) {
  HOLDALL_TRY(check_names(values));
  const std::lock_guard lock(session.rep_->writing);
  if (existing == Existing::kRefuse) {
    HOLDALL_TRY(check_scope_is_free(session, scope, checkpoint_path));
  }
  const TablePointer old = session.rep_->table.load();
  auto next = std::make_shared<SessionTable>();
  next->generation = old->generation + 1;
  next->scopes = old->scopes;
  if (existing == Existing::kRefuse) next->scopes[scope] = checkpoint_path;
  auto rows = merge(*old, std::move(values), existing);
  if (!rows.ok()) return std::move(rows).error().in_scope(scope);
  next->rows = std::move(*rows);
  session.rep_->table.store(std::move(next));
  return {};
}

TablePointer SessionAccess::table(const Session& session) {
  return session.rep_->table.load();
}

Session::Session() : rep_(std::make_unique<Rep>()) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Snapshot Session::snapshot() const {
  return Snapshot(rep_->table.load());
}

Status Session::assign(std::string_view name, Tensor value) {
  return guarded([&]() -> Status {
    Values values;
    values.emplace_back(name, std::move(value));
    return assign_all(std::move(values));
  });
}

Status Session::assign_all(Values values) {
  return guarded([&]() -> Status {
    return SessionAccess::publish(*this, std::move(values), Existing::kReplace, "", "");
  });
}

Result<size_t> Session::drop_scope(std::string_view name) {
  return guarded([&]() -> Result<size_t> {
    const std::lock_guard lock(rep_->writing);
    const TablePointer old = rep_->table.load();
    auto next = std::make_shared<SessionTable>();
    next->generation = old->generation + 1;
    for (const auto& row : old->rows) {
      if (!is_in_scope(row->first, name)) next->rows.push_back(row);
    }
    // A scope inside the dropped one goes with it.
    for (const auto& [scope, path] : old->scopes) {
      if (scope != name && !is_in_scope(scope, name)) next->scopes.emplace(scope, path);
    }
    const size_t dropped = old->rows.size() - next->rows.size();
    if (dropped == 0) return not_found("there is nothing to drop").in_scope(name);
    rep_->table.store(std::move(next));
    return dropped;
  });
}

}  // namespace holdall
