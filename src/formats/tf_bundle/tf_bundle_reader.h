// Reads a tensor bundle's index into a catalog.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "holdall/catalog.h"
#include "holdall/status.h"

namespace holdall::tf_bundle {

// `index` is the whole index file of the checkpoint `prefix`. No file is opened. An entry that is
// damaged becomes a tensor with a problem; a damaged table is kCorrupt.
Result<Catalog> parse_index(const std::string& prefix, std::span<const std::byte> index);

}  // namespace holdall::tf_bundle
