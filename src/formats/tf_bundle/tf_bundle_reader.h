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

// Those of `names` that are there; `index` is the index file. Only the blocks that these may be in
// are read (table_file.h, TableFinder). Requires: no name is empty or begins as slice keys do.
// Fails: also kIo, kExhausted.
Result<Catalog> find_in_index(const std::string& prefix, const Reader& index,
                              std::span<const std::string> names);

// The entries of the index's sound blocks, and between which keys others are lost. Where the header
// is lost, elements are taken to be little-endian, and the data files those of the most complete
// set among `beside`, the names of the files in the directory. Fails: kCorrupt (footer, the block
// that lists the others, header), kUnsupported.
Result<SoundCatalog> parse_sound_index(const std::string& prefix, std::span<const std::byte> index,
                                       std::span<const std::string> beside,
                                       const OpenLimits& limits = {});

}  // namespace holdall::tf_bundle
