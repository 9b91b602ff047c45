// The table that makes names of nodes and scopes unique, by TensorFlow's rule: names that differ in
// case only count as one, and a name once taken stays taken.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "holdall/status.h"

namespace holdall::tf1 {

class UniqueNames {
 public:
  // `full` itself, or with the first of "_1", "_2", ... that is free. `mark_as_used` takes it.
  std::string make_unique(const std::string& full, bool mark_as_used);

 private:
  std::unordered_map<std::string, uint64_t> next_suffix_;  // by name in lower case
};

enum class NameKind { kScope, kNode };

// Fails: kInvalidArgument (ValueError) unless TensorFlow takes the name here. A first character of
// "_-/" is fine inside a scope only.
Status check_graph_name(std::string_view name, bool is_at_root, NameKind kind);

// Fails: kInvalidArgument (ValueError) unless TensorFlow takes a node of this name from a GraphDef:
// names of its own, "a" or "a/b-1", and several with '>' between them. Others would mean something
// else as inputs ("^a", "a:1").
Status check_imported_name(std::string_view name);

// "w", "^w" and "loc:@w" become "scope/w", "^scope/w" and "loc:@scope/w"; `prefix` is "scope/".
std::string with_prefix(std::string_view prefix, std::string_view name);
// The other way round; a name that is not under the prefix stays as it is.
std::string without_prefix(std::string_view prefix, std::string_view name);

}  // namespace holdall::tf1
