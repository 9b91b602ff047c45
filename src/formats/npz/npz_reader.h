// .npz and .npy files to catalogs.
#pragma once

#include <string>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall::npz {

// Whether a file is a zip archive of arrays, or an array, told from its beginning (and an archive's
// directory, where its first member says nothing).
bool is_npz(const Storage& storage, const std::string& path);
bool is_npy(const Storage& storage, const std::string& path);

// Fail: kNotFound, kIo, kCorrupt, kUnsupported.
Result<Catalog> read_npz_catalog(const Storage& storage, const std::string& path,
                                 const OpenLimits& limits);
Result<Catalog> read_npy_catalog(const Storage& storage, const std::string& path,
                                 const OpenLimits& limits);

// Bytes of the headers of the archive's arrays, which the members' checksums cover too. Fails: kIo.
Result<uint64_t> count_header_bytes(const Reader& file, const Catalog& catalog);

}  // namespace holdall::npz
