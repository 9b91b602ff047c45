// Headers and index files of safetensors, to catalogs.
#pragma once

#include <string>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall::safetensors {

// Whether a file may be a safetensors file, told from its first bytes and its size.
bool looks_like_file(std::span<const std::byte> first_bytes, uint64_t file_bytes);

// Fail: kNotFound, kIo, kCorrupt, kUnsupported.
Result<Catalog> read_file_catalog(const Storage& storage, const std::string& path,
                                  const OpenLimits& limits);
// `notes`, if any: what index and files disagree on that does not matter.
Result<Catalog> read_sharded_catalog(const Storage& storage, const std::string& index_path,
                                     const OpenLimits& limits,
                                     std::vector<std::string>* notes = nullptr);

}  // namespace holdall::safetensors
