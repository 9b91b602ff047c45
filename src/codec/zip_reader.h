// The directory of a zip archive, read so that nobody can disagree on what is in it: a file in
// which directory and local headers differ, members overlap, or sizes do not add up is refused.
#pragma once

#include <vector>

#include "codec/zip_layout.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// More members than that are no checkpoint, and take a minute to list.
inline constexpr uint64_t kMaxDirectoryBytes = uint64_t{1} << 30;

// The members in the order of the directory. Reads the directory and each local header, and no
// data. Fails: kIo; kCorrupt; kUnsupported (encrypted, split, another compression than deflate).
Result<std::vector<ZipEntry>> read_zip_entries(const Reader& archive,
                                               uint64_t max_directory_bytes = kMaxDirectoryBytes);

}  // namespace holdall
