// The parts of a zip archive around its members' data, made front to back: a writer that cannot
// seek can use them. Stored members need size and checksum beforehand; those of deflated ones
// follow the data.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "codec/zip_layout.h"

namespace holdall {

// What stands before the data. The data begins at a multiple of `alignment`, by padding in an extra
// field; 1 pads nothing. Requires: a name of at most kMaxZipNameBytes bytes; alignment <= 4096; of
// a deflated member, original_bytes are known.
inline constexpr uint64_t kMaxZipNameBytes = 0xffff;
std::string zip_local_header(const ZipEntry& entry, uint64_t alignment = 1);

// What follows the data of a deflated member.
std::string zip_data_descriptor(const ZipEntry& entry);

// What follows the last member. `offset` is where in the file that is.
std::string zip_directory(std::span<const ZipEntry> entries, uint64_t offset);

}  // namespace holdall
