// Restores whose plans nobody else needs: their parts become the report's, uncopied.
#pragma once

#include <vector>

#include "holdall/restore.h"
#include "holdall/session.h"
#include "holdall/status.h"

namespace holdall {

// As the public execute().
Result<std::vector<RestoreReport>> execute_all(std::vector<PlannedRestore> restores,
                                               Session& session, const ReadOptions& options);
Result<RestoreReport> execute_one(PlannedRestore restore, Session& session,
                                  const ReadOptions& options);

}  // namespace holdall
