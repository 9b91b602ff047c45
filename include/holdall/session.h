// Session: the variables of any number of models and their values, each model under its own scope.
// All calls are thread-safe. Readers hold a Snapshot, which never changes and never waits for a
// restore; every change is published in one step.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "holdall/pending_save.h"
#include "holdall/restore.h"
#include "holdall/saver.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall {

struct SessionTable;

// One model's variables: all whose names start with the scope's. A view of one Snapshot.
class HOLDALL_EXPORT ScopeView {
 public:
  const std::string& name() const { return name_; }  // without the slash; "" is the whole session
  size_t count() const { return end_ - begin_; }

  // The variable called `name` inside the scope. Fails: kNotFound, with the nearest names.
  Result<Tensor> at(std::string_view name) const;
  std::optional<Tensor> find(std::string_view name) const;

  // Names inside the scope, in ascending byte order.
  std::vector<std::string> names() const;

 private:
  friend class Snapshot;
  std::shared_ptr<const SessionTable> table_;
  std::string name_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

// All variables as they were at one moment. Cheap to copy; keeps its values alive.
class HOLDALL_EXPORT Snapshot {
 public:
  Snapshot();
  uint64_t generation() const;  // grows by one with each published change
  size_t count() const;
  std::vector<std::string> scopes() const;       // those something was loaded into, sorted
  ScopeView scope(std::string_view name) const;  // empty if nothing has that prefix
  std::optional<Tensor> find(std::string_view name) const;  // by full name: "dna/conv1/weights"

 private:
  friend class Session;
  friend class ScopeView;
  explicit Snapshot(std::shared_ptr<const SessionTable> table) : table_(std::move(table)) {}
  std::shared_ptr<const SessionTable> table_;
};

// RestoreOptions (restore.h says what each does), and how the checkpoint is opened and read.
struct LoadOptions {
  std::string scope = {};  // "" is the root
  std::vector<std::string> select = {};
  NameRules rules = {};
  std::vector<Role> skip_roles = {};
  bool prefer_ema = false;
  RestorePolicies policies = {};  // for restore()
  bool replace = false;           // for load()
  NameView names = NameView::kAuto;
  std::shared_ptr<Storage> storage = {};
  OpenLimits limits = {};
  bool is_confined = false;
  ReadOptions read = {};
};

// One of several checkpoints that are loaded, or restored, together.
struct LoadSource {
  std::string path;
  LoadOptions options = {};
};

struct SessionOptions {
  // Memory of values that nobody holds any more may wait for the next ones, up to so many bytes: to
  // fill it takes a third of the time that fresh memory takes. What a scope held that is dropped is
  // then given back to the system only as far as it is more. 0: all of it, at once.
  uint64_t kept_bytes = 0;

  // So much memory is brought into being at once, by a thread of the session's own, and waits for
  // the first values; kept_bytes is then as much at least. Who loads before it is done has what is.
  uint64_t ready_bytes = 0;

  // So much memory at most is there for values that are read: for as long as anybody holds them,
  // for what they are made of on the way, and for what is kept. A load or restore that needs more
  // is an error (kExhausted, over-budget) and changes nothing; what is stored as it will be used is
  // refused before a byte of it is read. While values are replaced, old and new ones are there.
  // Pages of mapped files take none of it, nor does what is assigned. 0: as much as there is.
  uint64_t budget_bytes = 0;

  // So many stored bytes at most are being read and verified at once, by all threads of all calls,
  // so that what goes on beside a load gets its share of disk and cores. A tensor that has to be
  // read as a whole goes alone if it has more. 0: 8 MiB for each thread.
  uint64_t in_flight_bytes = 0;
};

class HOLDALL_EXPORT Session {
 public:
  explicit Session(const SessionOptions& options = {});
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  // Opens `path` (any spelling that Checkpoint::open takes), plans, and restores every tensor under
  // the scope. A scope that a checkpoint was loaded into is taken: a second load is an error
  // (reason scope-taken) that names both, unless it replaces the first. So is a name that exists
  // already, loaded or assigned (reason name-collision). On failure the session is as it was.
  Result<RestoreReport> load(std::string_view path, const LoadOptions& options = {});

  // The same for several checkpoints that arrive together or not at all. The error tells of all
  // that cannot be loaded. One report a source.
  Result<std::vector<RestoreReport>> load_all(std::span<const LoadSource> sources);

  // New values, from the checkpoint, for the variables that the scope holds. Variables and tensors
  // that have no counterpart, or another shape or dtype, are dealt with as options.policies say.
  Result<RestoreReport> restore(std::string_view path, const LoadOptions& options = {});

  // The same for several checkpoints, all or none; as load_all(). A variable that several give has
  // the last one's value.
  Result<std::vector<RestoreReport>> restore_all(std::span<const LoadSource> sources);

  // Saves all variables, or one scope's, under their full names, or those that the options make of
  // them. Fails: as execute(SavePlan); kNotFound (nothing to save); kInvalidArgument
  // (name-collision: rules give two variables one name).
  Result<SaveReport> save(std::string_view path, const SaveOptions& options = {}) const;

  // The same in a thread of its own: all that can be said before a byte is written is said at once,
  // and the values are those of this moment, whatever becomes of the session.
  // Fails: as plan_save() and check_space(); kNotFound, kInvalidArgument as save(); kExhausted.
  Result<PendingSave> save_async(std::string_view path, const SaveOptions& options = {}) const;

  Snapshot snapshot() const;
  ScopeView scope(std::string_view name) const { return snapshot().scope(name); }
  std::optional<Tensor> find(std::string_view name) const { return snapshot().find(name); }

  // Gives variables new values in one step, making those that do not exist.
  // Fails: kInvalidArgument (an empty name, or one that is given twice).
  Status assign(std::string_view name, Tensor value);
  Status assign_all(std::vector<std::pair<std::string, Tensor>> values);

  // Removes the scope's variables and returns how many; their bytes go when the last reader lets
  // go. Fails: kNotFound if there are none.
  Result<size_t> drop_scope(std::string_view name);

  // The variables of `from` under `to` as well; returns how many. Values are shared until one of
  // the two is assigned. Fails: kNotFound (nothing to copy), kInvalidArgument (scope-taken,
  // name-collision).
  Result<size_t> copy_scope(std::string_view from, std::string_view to);

  // Memory of SessionOptions::budget_bytes that is taken, whether or not there is such a bound.
  uint64_t used_bytes() const;

  // Memory that waits (SessionOptions::kept_bytes); and gives it back to the system, which returns
  // how many bytes that was.
  uint64_t kept_bytes() const;
  uint64_t trim();

 private:
  friend class SessionAccess;  // src/session/session_access.h
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace holdall
