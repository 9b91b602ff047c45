// The session's insides, for those who publish into it: the saver.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "holdall/session.h"
#include "tensor/arena.h"

namespace holdall {

// One generation of a session. Immutable once published.
struct SessionTable {
  using Row = std::pair<std::string, Tensor>;
  using SharedRow = std::shared_ptr<const Row>;
  uint64_t generation = 0;
  std::vector<SharedRow> rows;                // in ascending order of names
  std::map<std::string, std::string> scopes;  // what was loaded: scope -> checkpoint path

  // Index of the first row whose name is at least `name`.
  size_t lower_bound(std::string_view name) const;
};

// What values may take the place of.
enum class Existing {
  kRefuse,        // nothing: neither the scope nor a name may exist
  kReplace,       // values of the same names
  kReplaceScope,  // everything in the scope
};

// Values that come from one checkpoint, or from nowhere.
template <class Value>
struct ChangeOf {
  std::vector<Value> values;
  Existing existing = Existing::kReplace;
  std::string scope = {};
  std::string checkpoint_path = {};  // "": the scope is not taken by them
};
using Change = ChangeOf<SessionTable::SharedRow>;
using ChangeOfNames = ChangeOf<std::string_view>;

class SessionAccess {
 public:
  // Publishes all values of all changes in one step. Unless they replace values, their scope is
  // taken by them. Fails: kInvalidArgument with reason scope-taken (kRefuse, also of another
  // change) or name-collision.
  static Status publish(Session& session, std::vector<Change> changes);

  // What publish() would say now, before there are values.
  static Status check(const Session& session, std::span<const ChangeOfNames> changes);

  // Where values that are read for it go. Valid as long as the session.
  static Arena& arena(const Session& session);

  static std::shared_ptr<const SessionTable> table(const Session& session);
};

}  // namespace holdall
