// Reads a tensor bundle's index into a catalog.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "formats/format.h"
#include "holdall/catalog.h"
#include "holdall/status.h"

namespace holdall::tf_bundle {

// `index` is the whole index file of the checkpoint `prefix`. No file is opened. An entry that is
// damaged becomes a tensor with a problem; a damaged table is kCorrupt.
Result<Catalog> parse_index(const std::string& prefix, std::span<const std::byte> index,
                            const OpenLimits& limits = {});

// The entries of the index's sound blocks, and between which keys others are lost. Where the header
// is lost, elements are taken to be little-endian, and the data files those of the most complete
// set among `beside`, the names of the files in the directory. Fails: kCorrupt (footer, the block
// that lists the others, header), kUnsupported.
Result<SoundCatalog> parse_sound_index(const std::string& prefix, std::span<const std::byte> index,
                                       std::span<const std::string> beside,
                                       const OpenLimits& limits = {});

}  // namespace holdall::tf_bundle
