// The state file as savers and their helpers write it.
#pragma once

#include <string>

#include "holdall/status.h"
#include "holdall/storage.h"
#include "holdall/tf1_files.h"

namespace holdall::tf1 {

// Puts a state file in the place of the one at `path`, durably. The paths in `state` are as the
// file is to have them (make_checkpoint_state()).
Status replace_state_file(Storage& storage, const std::string& path,
                          const CheckpointStateInfo& state);

}  // namespace holdall::tf1
