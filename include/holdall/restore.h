// Restoring: what a restore will do and did, as data. A plan is made from catalogs alone and can be
// printed, tested and refused before a byte of tensor data moves. Plans are values; making one is
// thread-safe.
//
// The order of events: open, plan, stage (tensors arrive in new buffers, verified), publish (all
// new values become visible in one step), report. A failure before the publishing leaves every
// variable with the value it had.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/name_rules.h"
#include "holdall/roles.h"
#include "holdall/status.h"

namespace holdall {

class Session;
class Snapshot;

// A variable that is declared but not in the checkpoint.
enum class MissingPolicy : uint8_t {
  kError,
  kKeep,  // the value stays what it is
  kInit,  // its initializer runs; one without is an error
};

// A tensor of the checkpoint that no declared variable asked for.
enum class UnexpectedPolicy : uint8_t { kError, kSkip };

// A tensor with another shape than its variable.
enum class ShapePolicy : uint8_t {
  kError,
  kKeep,     // the value stays what it is
  kOverlap,  // the leading corner that both have is copied over the value
};

// A tensor with another dtype than its variable.
enum class DTypePolicy : uint8_t {
  kError,
  kCast,       // if the variable's type holds every value of the tensor's
  kCastLossy,  // also by rounding; a value that no element of the type is near to is an error
};

struct RestorePolicies {
  MissingPolicy missing = MissingPolicy::kError;
  UnexpectedPolicy unexpected = UnexpectedPolicy::kError;
  ShapePolicy shape = ShapePolicy::kError;
  DTypePolicy dtype = DTypePolicy::kError;
};

// Which tensors of a checkpoint are taken, and what they are called in the session: select, then
// roles, then rules, then scope.
struct RestoreOptions {
  std::string scope = {};                // put in front of every name; "" is the root
  std::vector<std::string> select = {};  // globs over names in the checkpoint; none: all
  NameRules rules = {};
  std::vector<Role> skip_roles = {};  // tensors that are left out
  bool prefer_ema = false;            // the moving average of a tensor, where there is one, under
                                      // the tensor's name
  RestorePolicies policies = {};
  bool replace = false;  // a scope that is taken gives way as a whole
};

// A variable that wants a value from a checkpoint.
struct RestoreTarget {
  std::string name = {};         // in the session
  std::string source_name = {};  // in the checkpoint; "": the tensor that the options call `name`
  std::optional<DType> dtype = {};        // what it must be; none: whatever is stored
  std::optional<Shape> shape = {};        // of the variable; none: whatever is stored
  std::optional<Box> box = {};            // the part of the stored tensor it takes; none: the whole
  std::optional<Shape> whole_shape = {};  // with `box`: the shape the stored tensor must have
  std::function<Result<Tensor>()> initializer = {};  // for MissingPolicy::kInit
};

// Variables as a restore may want them: those that a scope holds, under their full names; those of
// another checkpoint, under `scope`; those that a spec lists (docs/json.md, "spec"), as a file or
// as text.
HOLDALL_EXPORT std::vector<RestoreTarget> targets_of(const Snapshot& snapshot,
                                                     std::string_view scope = "");
HOLDALL_EXPORT std::vector<RestoreTarget> targets_of(const Catalog& catalog,
                                                     std::string_view scope = "");
HOLDALL_EXPORT Result<std::vector<RestoreTarget>> read_targets(std::string_view path);
HOLDALL_EXPORT Result<std::vector<RestoreTarget>> parse_targets(std::string_view text);

// Why a target cannot be restored. `error` names the tensor and says found and expected.
struct RestoreProblem {
  std::string name;         // in the session
  std::string source_name;  // in the checkpoint
  Error error;              // kNotFound: missing; kInvalidArgument with shape-mismatch,
                            // dtype-mismatch or unexpected; or why it cannot be read
  std::vector<std::string> nearest = {};  // of a missing one: names in the checkpoint like it
};

// A variable that gets the bytes of a tensor.
struct RestoreItem {
  std::string name = {};
  std::string source_name = {};
  DType dtype = DType::kUnknown;  // of the variable
  Shape shape;                    // of the variable
  std::optional<Box> box = {};    // the part of the stored tensor that is read; none: the whole
  uint64_t size_bytes = 0;        // stored bytes that will be read
  DType stored_dtype = DType::kUnknown;
  Shape stored_shape = {};  // of the tensor in the checkpoint
  bool is_overlap = false;  // `box` is laid over the leading corner of the variable's value
  uint32_t file_index = 0;  // of the plan's files: where its first bytes lie
  Role role = Role::kWeight;
};

enum class SkipReason : uint8_t { kSelect, kRole, kEma, kRule, kUnexpected };

// "select", "role", "ema", "rule", "unexpected".
HOLDALL_EXPORT std::string_view skip_reason_name(SkipReason reason);

struct SkippedTensor {
  std::string source_name;
  Role role = Role::kWeight;
  SkipReason reason = SkipReason::kUnexpected;
};

// A variable whose value does not come from the checkpoint: it stays, or its initializer runs.
struct UntouchedVariable {
  std::string name;
  std::string reason;                     // "missing", "shape-mismatch"
  std::vector<std::string> nearest = {};  // of a missing one
  std::function<Result<Tensor>()> initializer = {};
};

struct HOLDALL_EXPORT RestorePlan {
  std::string checkpoint_path = {};
  std::string scope = {};
  std::vector<std::string> files = {};  // by RestoreItem::file_index
  std::vector<RestoreItem> items = {};
  std::vector<RestoreProblem> problems = {};
  std::vector<SkippedTensor> skipped = {};
  std::vector<UntouchedVariable> kept = {};
  std::vector<UntouchedVariable> initialized = {};
  std::vector<std::string> unmatched_rules = {};
  std::string advice = {};  // what would make missing names match; "" if nothing is known

  // What may be there already: values of these names (declared variables), nothing (a bare scope),
  // or a scope that gives way.
  enum class Existing : uint8_t { kValues, kNothing, kScope };
  Existing existing = Existing::kValues;

  uint64_t size_bytes() const;

  // Success, or one error that tells all problems, missing names first, and the advice. A plan that
  // restores nothing is an error, whatever the policies.
  Status check() const;

  // A table for people, one line a variable, and what is left out in sums.
  std::string to_string() const;

  // docs/json.md, "plan".
  std::string to_json() const;
};

// Every tensor of the catalog, or what the options take of it, as a new variable.
// Fails: kInvalidArgument (scope, glob; name-collision: two tensors under one name).
HOLDALL_EXPORT Result<RestorePlan> plan_restore(const Catalog& catalog,
                                                const RestoreOptions& options);
HOLDALL_EXPORT Result<RestorePlan> plan_restore(const Catalog& catalog, std::string_view scope);

// Just these targets. No targets is kInvalidArgument.
HOLDALL_EXPORT Result<RestorePlan> plan_restore(const Catalog& catalog,
                                                std::span<const RestoreTarget> targets,
                                                const RestoreOptions& options = {});

struct HOLDALL_EXPORT RestoreReport {
  std::string checkpoint_path = {};
  std::string scope = {};
  std::vector<std::string> files = {};
  std::vector<RestoreItem> restored = {};
  std::vector<UntouchedVariable> kept = {};
  std::vector<UntouchedVariable> initialized = {};
  std::vector<SkippedTensor> skipped = {};
  std::vector<std::string> unmatched_rules = {};
  uint64_t bytes_read = 0;
  uint64_t bytes_verified = 0;
  uint64_t mapped_count = 0;            // tensors that are pages of the file
  std::string backing_reason = {};      // why bytes were copied, or mapped
  std::vector<std::string> notes = {};  // what was done that nobody asked for: Checkpoint::notes()
  double seconds = 0;

  // "167/167 restored into dna/ · 83.1 MB verified · 0 kept · 0 skipped · mapped"
  std::string summary() const;

  // docs/json.md, "report".
  std::string to_json() const;
};

// A plan and the checkpoint it was made for.
struct PlannedRestore {
  RestorePlan plan;
  Checkpoint checkpoint;
};

// Reads, verifies and publishes: all variables of all plans change in one step, or none does. One
// report a plan.
// Fails: what check() says; kInvalidArgument (scope-taken, name-collision); kIo, kCorrupt,
// kExhausted while reading; kIo (cancelled by options.progress).
HOLDALL_EXPORT Result<std::vector<RestoreReport>> execute(std::span<const PlannedRestore> restores,
                                                          Session& session,
                                                          const ReadOptions& options = {});
HOLDALL_EXPORT Result<RestoreReport> execute(const RestorePlan& plan, const Checkpoint& checkpoint,
                                             Session& session, const ReadOptions& options = {});

}  // namespace holdall
