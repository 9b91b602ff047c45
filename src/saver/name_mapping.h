// Where a name goes: which tensors of a checkpoint a restore takes, and what they are called in the
// session.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/restore.h"

namespace holdall {

struct MappedTensor {
  std::string name;  // in the session
  const TensorInfo* info = nullptr;
  Role role = Role::kWeight;
};

struct NameMapping {
  std::vector<MappedTensor> taken;  // in ascending order of their names
  std::vector<SkippedTensor> skipped;
  std::vector<std::string> unmatched_rules;
  std::vector<Role> roles;  // one a tensor of the catalog

  // Null if no tensor is called so.
  const MappedTensor* find(std::string_view name) const;
};

// Requires: the catalog outlives the mapping.
// Fails: kInvalidArgument (scope, glob; name-collision: two tensors end in one name).
Result<NameMapping> map_names(const Catalog& catalog, const RestoreOptions& options);

// Of a checkpoint's catalog, with all roles that are known if the options ask for any.
Result<NameMapping> map_names(const Checkpoint& checkpoint, const RestoreOptions& options);

}  // namespace holdall
