// Which files a checkpoint is.
#pragma once

#include <string>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// Those that its tensors lie in, be they there or not; its index, TensorFlow's `.meta`, and the
// state file if it names this checkpoint alone, if they are there. Sorted. Fails: kIo.
Result<std::vector<std::string>> list_checkpoint_files(const Storage& storage,
                                                       const Catalog& catalog);

}  // namespace holdall
