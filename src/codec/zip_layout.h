// What reader and writer of zip archives share (PKWARE's APPNOTE.TXT, section 4): the places of
// fields, and what a directory says of a member. Integers are little-endian.
#pragma once

#include <cstdint>
#include <string>

namespace holdall {

inline constexpr uint32_t kZipLocalMagic = 0x04034b50;
inline constexpr uint32_t kZipDirectoryMagic = 0x02014b50;
inline constexpr uint32_t kZipDescriptorMagic = 0x08074b50;
inline constexpr uint32_t kZipEndMagic = 0x06054b50;
inline constexpr uint32_t kZip64EndMagic = 0x06064b50;
inline constexpr uint32_t kZip64LocatorMagic = 0x07064b50;

inline constexpr uint64_t kZipLocalBytes = 30;  // a local header, without name and extra fields
inline constexpr uint64_t kZipDirectoryEntryBytes = 46;  // likewise
inline constexpr uint64_t kZipEndBytes = 22;             // without the comment
inline constexpr uint64_t kZip64EndBytes = 56;
inline constexpr uint64_t kZip64LocatorBytes = 20;

inline constexpr uint16_t kZipStored = 0;
inline constexpr uint16_t kZipDeflated = 8;

inline constexpr uint16_t kZipFlagEncrypted = 1 << 0;
inline constexpr uint16_t kZipFlagDescriptor = 1 << 3;  // checksum and sizes follow the data
inline constexpr uint16_t kZipFlagPatch = 1 << 5;
inline constexpr uint16_t kZipFlagStrongEncryption = 1 << 6;
inline constexpr uint16_t kZipFlagUtf8 = 1 << 11;
inline constexpr uint16_t kZipFlagMaskedHeaders = 1 << 13;

inline constexpr uint16_t kZip64ExtraId = 1;
inline constexpr uint16_t kZipAlignmentExtraId = 0xd935;  // Android's: the alignment, then padding

// A field of 16 or 32 bits with this value stands in the zip64 records instead.
inline constexpr uint16_t kZipElsewhere16 = 0xffff;
inline constexpr uint32_t kZipElsewhere32 = 0xffffffff;

// A member of an archive.
struct ZipEntry {
  std::string name = {};
  bool is_deflated = false;  // else it is stored as it is
  uint32_t crc32 = 0;        // of the original
  uint64_t stored_bytes = 0;
  uint64_t original_bytes = 0;
  uint64_t header_offset = 0;  // in the file
  uint64_t data_offset = 0;    // in the file; the writer does without
};

}  // namespace holdall
