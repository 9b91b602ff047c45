// What the tensors of an open checkpoint are for, found when it is first asked for. Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/roles.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

class CheckpointRoles {
 public:
  // Borrows both. `storage` is null where no file beside the checkpoint has to be asked.
  CheckpointRoles(const Storage* storage, const Catalog& catalog)
      : storage_(storage), catalog_(catalog) {}

  // The catalog, or one with the roles of the file beside it if names alone would not tell them.
  const Catalog& catalog() const;

  // Requires: `info` is of either catalog.
  Role of(const TensorInfo& info) const;

  // Why that file could not be used, if there is one.
  const Status& status() const;

 private:
  Status read_file() const;
  Status tell_by_names() const;

  const Storage* storage_;
  const Catalog& catalog_;
  mutable std::once_flag file_flag_;
  mutable std::once_flag names_flag_;
  mutable Status status_;
  mutable std::optional<Catalog> with_roles_;
  mutable std::vector<Role> by_names_;  // one a tensor; empty until it is needed, or without memory
};

}  // namespace holdall
