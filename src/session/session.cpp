#include "holdall/session.h"

#include <algorithm>
#include <iterator>
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
  explicit Rep(const SessionOptions& options)
      : arena({.kept_bytes = std::max(options.kept_bytes, options.ready_bytes),
               .budget_bytes = options.budget_bytes,
               .in_flight_bytes = options.in_flight_bytes}) {
    arena.make_ready(options.ready_bytes);
  }

  std::mutex writing;  // one publisher at a time; readers never take it
  CurrentTable table;
  Arena arena;
};

namespace {

using SharedRow = SessionTable::SharedRow;

std::string_view name_of(const SharedRow& row) {
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

using Names = std::vector<std::string_view>;

std::string_view name_of(std::string_view name) {
  return name;
}

template <class Value>
Status check_names(const std::vector<Value>& values) {
  for (const Value& value : values) {
    if (name_of(value).empty()) return invalid_argument("a variable needs a name");
  }
  return {};
}

Error collision(std::string_view name, bool is_twin) {
  return make_error(Code::kInvalidArgument, reason::kNameCollision, "variable {} {}", quote(name),
                    is_twin ? "is given twice" : "exists already; give another scope");
}

// Of names in ascending order, the first that is there twice; "" if none is.
template <class Value>
std::string_view find_twin(const std::vector<Value>& values) {
  const auto twin =
      std::adjacent_find(values.begin(), values.end(),
                         [](const auto& a, const auto& b) { return name_of(a) == name_of(b); });
  return twin == values.end() ? std::string_view() : name_of(*twin);
}

// Puts the values between the rows; names that exist are replaced, or refused. Both may be names
// alone. What is loaded under a scope of its own has one place among the rows, and goes there as a
// whole: to touch each row for each of many models would cost the square of their number.
template <class Row>
Status put_into(std::vector<Row>& rows, std::vector<Row> values, Existing existing) {
  const auto is_before = [](const auto& a, const auto& b) { return name_of(a) < name_of(b); };
  if (!std::is_sorted(values.begin(), values.end(), is_before))
    std::stable_sort(values.begin(), values.end(), is_before);
  if (const auto twin = find_twin(values); !twin.empty()) return collision(twin, true);
  const auto after = values.empty()
                         ? rows.end()
                         : std::lower_bound(rows.begin(), rows.end(), values.front(), is_before);
  if (after == rows.end() || is_before(values.back(), *after)) {
    rows.insert(after, std::move_iterator(values.begin()), std::move_iterator(values.end()));
    return {};
  }
  std::vector<Row> merged;
  merged.reserve(rows.size() + values.size());
  auto kept = rows.begin();
  for (Row& value : values) {
    if (kept != rows.end() && is_before(*kept, value)) {
      const auto place = std::lower_bound(kept, rows.end(), value, is_before);
      merged.insert(merged.end(), std::move_iterator(kept), std::move_iterator(place));
      kept = place;
    }
    if (kept != rows.end() && name_of(*kept) == name_of(value)) {
      if (existing != Existing::kReplace) return collision(name_of(value), false);
      ++kept;
    }
    merged.push_back(std::move(value));
  }
  merged.insert(merged.end(), std::move_iterator(kept), std::move_iterator(rows.end()));
  rows = std::move(merged);
  return {};
}

using TakenScopes = std::map<std::string, std::string>;

// A scope inside the scope goes with it.
void remove_scope(TakenScopes& scopes, std::string_view scope) {
  std::erase_if(scopes, [&](const auto& taken) {
    return taken.first == scope || is_in_scope(taken.first, scope);
  });
}

// Those that give way as a whole.
template <class Value>
Names replaced_scopes(std::span<const ChangeOf<Value>> changes) {
  Names scopes;
  for (const auto& change : changes) {
    if (change.existing == Existing::kReplaceScope) scopes.push_back(change.scope);
  }
  return scopes;
}

bool is_in_any(std::string_view name, const Names& scopes) {
  return std::any_of(scopes.begin(), scopes.end(),
                     [&](std::string_view scope) { return is_in_scope(name, scope); });
}

// The scopes' part of the changes.
template <class Value>
Status take_scopes(TakenScopes& scopes, std::span<const ChangeOf<Value>> changes,
                   const Names& replaced) {
  for (const std::string_view scope : replaced) remove_scope(scopes, scope);
  for (const auto& change : changes) {
    if (change.existing == Existing::kReplace) continue;
    const auto [holder, is_free] = scopes.emplace(change.scope, change.checkpoint_path);
    if (!is_free) return scope_taken(change.scope, holder->second, change.checkpoint_path);
  }
  return {};
}

}  // namespace

size_t SessionTable::lower_bound(std::string_view name) const {
  const auto at =
      std::lower_bound(rows.begin(), rows.end(), name,
                       [](const SharedRow& row, std::string_view n) { return row->first < n; });
  return static_cast<size_t>(at - rows.begin());
}

namespace {

// The table after the changes.
Result<TablePointer> apply(const SessionTable& table, std::vector<Change> changes) {
  for (const Change& change : changes) HOLDALL_TRY(check_names(change.values));
  auto next = std::make_shared<SessionTable>(table);
  ++next->generation;
  const std::span<const Change> all(changes);
  const Names replaced = replaced_scopes(all);
  HOLDALL_TRY(take_scopes(next->scopes, all, replaced));
  if (!replaced.empty())
    std::erase_if(next->rows, [&](const auto& row) { return is_in_any(row->first, replaced); });
  for (Change& change : changes) {
    auto status = put_into(next->rows, std::move(change.values), change.existing);
    if (!status.ok()) return std::move(status).error().in_scope(change.scope);
  }
  return TablePointer(std::move(next));
}

}  // namespace

Status SessionAccess::check(const Session& session, std::span<const ChangeOfNames> changes) {
  for (const ChangeOfNames& change : changes) HOLDALL_TRY(check_names(change.values));
  const TablePointer now = table(session);
  TakenScopes scopes = now->scopes;
  const Names replaced = replaced_scopes(changes);
  HOLDALL_TRY(take_scopes(scopes, changes, replaced));
  Names names;
  names.reserve(now->rows.size());
  for (const auto& row : now->rows) {
    if (!is_in_any(row->first, replaced)) names.push_back(row->first);
  }
  for (const ChangeOfNames& change : changes) {
    auto status = put_into(names, change.values, change.existing);
    if (!status.ok()) return std::move(status).error().in_scope(change.scope);
  }
  return {};
}

Status SessionAccess::publish(Session& session, std::vector<Change> changes) {
  const std::lock_guard lock(session.rep_->writing);
  HOLDALL_ASSIGN(TablePointer next, apply(*table(session), std::move(changes)));
  session.rep_->table.store(std::move(next));
  return {};
}

TablePointer SessionAccess::table(const Session& session) {
  return session.rep_->table.load();
}

Arena& SessionAccess::arena(const Session& session) {
  return session.rep_->arena;
}

Session::Session(const SessionOptions& options) : rep_(std::make_unique<Rep>(options)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

uint64_t Session::kept_bytes() const {
  return rep_->arena.kept_bytes();
}

uint64_t Session::used_bytes() const {
  return rep_->arena.used_bytes();
}

uint64_t Session::trim() {
  return rep_->arena.trim();
}

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
    std::vector<Change> changes(1);
    for (auto& value : values)
      changes.front().values.push_back(std::make_shared<const SessionTable::Row>(std::move(value)));
    return SessionAccess::publish(*this, std::move(changes));
  });
}

Result<size_t> Session::drop_scope(std::string_view name) {
  return guarded([&]() -> Result<size_t> {
    const std::lock_guard lock(rep_->writing);
    const TablePointer old = rep_->table.load();
    auto next = std::make_shared<SessionTable>(*old);
    ++next->generation;
    std::erase_if(next->rows, [&](const auto& row) { return is_in_scope(row->first, name); });
    remove_scope(next->scopes, name);
    const size_t dropped = old->rows.size() - next->rows.size();
    if (dropped == 0) return not_found("there is nothing to drop").in_scope(name);
    rep_->table.store(std::move(next));
    return dropped;
  });
}

Result<size_t> Session::copy_scope(std::string_view from, std::string_view to) {
  return guarded([&]() -> Result<size_t> {
    HOLDALL_TRY(check_scope(to));
    const ScopeView source = scope(from);
    if (source.count() == 0) return not_found("there is nothing to copy").in_scope(from);
    std::vector<Change> changes(1);
    Change& change = changes.front();
    change.existing = Existing::kRefuse;
    change.scope = to;
    change.checkpoint_path = message("a copy of scope {}", quote(from));
    for (const std::string& name : source.names()) {
      change.values.push_back(
          std::make_shared<const SessionTable::Row>(join_scope(to, name), *source.find(name)));
    }
    const size_t count = change.values.size();
    HOLDALL_TRY(SessionAccess::publish(*this, std::move(changes)));
    return count;
  });
}

}  // namespace holdall
