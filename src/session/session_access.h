// The session's insides, for those who publish into it: the saver.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "holdall/session.h"

namespace holdall {

// One generation of a session. Immutable once published.
struct SessionTable {
  using Row = std::pair<std::string, Tensor>;
  uint64_t generation = 0;
  std::vector<std::shared_ptr<const Row>> rows;  // in ascending order of names
  std::map<std::string, std::string> scopes;     // what was loaded: scope -> checkpoint path

  // Index of the first row whose name is at least `name`.
  size_t lower_bound(std::string_view name) const;
};

// Whether values may take the place of others.
enum class Existing { kRefuse, kReplace };

class SessionAccess {
 public:
  // Publishes all values in one step. With kRefuse, `scope` is taken by them, and the call fails
  // (kInvalidArgument, reason scope-taken or name-collision) if the scope or a name exists.
  static Status publish(Session& session, std::vector<std::pair<std::string, Tensor>> values,
                        Existing existing, const std::string& scope,
                        const std::string& checkpoint_path);

  // What publish() with kRefuse would say of the scope, before anything is read.
  static Status check_scope_is_free(const Session& session, const std::string& scope,
                                    const std::string& checkpoint_path);

  static std::shared_ptr<const SessionTable> table(const Session& session);
};

}  // namespace holdall
