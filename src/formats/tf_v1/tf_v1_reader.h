// Tells what a V1 checkpoint holds and where.
#pragma once

#include <string>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall::tf_v1 {

// `files` are those of the checkpoint, in the order of their shards; slices of one tensor may lie
// in any. A tensor that cannot be read is in the catalog with its problem. Fails: kNotFound,
// kCorrupt, kUnsupported, kIo, kExhausted; the error names the file.
Result<Catalog> read_saved_files(const Storage& storage, const std::string& path,
                                 std::vector<std::string> files, const OpenLimits& limits);

}  // namespace holdall::tf_v1
