// For fuzz targets of archives: makes what stands twice in an archive agree, and checksums right,
// since nothing behind a contradiction is ever reached.
#pragma once

#include <algorithm>
#include <span>

#include "base/checked_math.h"
#include "base/endian.h"
#include "checksum/crc32.h"
#include "codec/zip_layout.h"

namespace holdall {

// The member of which the directory has an entry here: its header gets the entry's numbers, and
// both the checksum of stored data.
inline void repair_zip_member(std::span<std::byte> file, std::byte* entry) {
  const uint64_t offset = load_le<uint32_t>(entry + 42);
  if (!fits_in(offset, kZipLocalBytes, file.size())) return;
  std::byte* const local = file.data() + offset;
  store_le(local, kZipLocalMagic);
  std::copy_n(entry + 8, 4, local + 6);     // flags, method
  std::copy_n(entry + 16, 14, local + 14);  // checksum, sizes, length of the name
  const uint64_t name_bytes = load_le<uint16_t>(entry + 28);
  const uint64_t data = offset + kZipLocalBytes + name_bytes + load_le<uint16_t>(local + 28);
  const uint64_t stored_bytes = load_le<uint32_t>(entry + 20);
  if (load_le<uint16_t>(entry + 10) != kZipStored || !fits_in(data, stored_bytes, file.size()))
    return;
  const uint32_t sum = crc32_extend(0, file.subspan(data, stored_bytes));
  store_le(entry + 16, sum);
  store_le(local + 14, sum);
}

inline void repair_zip(std::span<std::byte> file) {
  if (file.size() < kZipEndBytes) return;
  std::byte* const end = file.data() + file.size() - kZipEndBytes;
  store_le(end, kZipEndMagic);
  store_le<uint16_t>(end + 20, 0);
  const uint64_t directory = load_le<uint32_t>(end + 16);
  if (directory > file.size() - kZipEndBytes) return;
  store_le(end + 12, static_cast<uint32_t>(file.size() - kZipEndBytes - directory));
  uint16_t count = 0;
  for (uint64_t at = directory; fits_in(at, kZipDirectoryEntryBytes, file.size() - kZipEndBytes);) {
    std::byte* const entry = file.data() + at;
    store_le(entry, kZipDirectoryMagic);
    repair_zip_member(file, entry);
    ++count;
    at += kZipDirectoryEntryBytes + load_le<uint16_t>(entry + 28) + load_le<uint16_t>(entry + 30) +
          load_le<uint16_t>(entry + 32);
  }
  store_le(end + 8, count);
  store_le(end + 10, count);
}

}  // namespace holdall
