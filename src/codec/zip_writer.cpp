#include "codec/zip_writer.h"

#include <algorithm>

#include "base/endian.h"

namespace holdall {
namespace {

constexpr uint16_t kVersion = 20;       // deflate
constexpr uint16_t kZip64Version = 45;  // numbers of 64 bits
constexpr uint16_t kMadeOnUnix = 3 << 8;
constexpr uint32_t kOwnerMayReadAndWrite = 0600u << 16;

// The first day that the format knows: equal tensors make equal files.
constexpr uint16_t kNoTime = 0;
constexpr uint16_t kFirstDay = 0x21;

// A stream that deflate cannot shrink grows by 5 bytes in 16 KiB: a size this far below the limit
// stays below it.
constexpr uint64_t kDeflateSlackBytes = uint64_t{1} << 24;

template <class T>
void append(std::string& out, T value) {
  std::byte bytes[sizeof(T)];
  store_le(bytes, value);
  out.append(reinterpret_cast<const char*>(bytes), sizeof bytes);
}

void append_u16(std::string& out, uint64_t value) {
  append(out, static_cast<uint16_t>(value));
}

// The number, or the word that it stands elsewhere.
void append_u32(std::string& out, uint64_t value) {
  append(out, static_cast<uint32_t>(std::min<uint64_t>(value, kZipElsewhere32)));
}

bool is_large(uint64_t value) {
  return value >= kZipElsewhere32;
}

// Decided before a deflated member's size is known, and the same each time.
bool has_large_sizes(const ZipEntry& entry) {
  return is_large(entry.original_bytes + (entry.is_deflated ? kDeflateSlackBytes : 0));
}

uint16_t flags_of(const ZipEntry& entry) {
  const bool is_ascii = std::all_of(entry.name.begin(), entry.name.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return static_cast<uint16_t>((entry.is_deflated ? kZipFlagDescriptor : 0) |
                               (is_ascii ? 0 : kZipFlagUtf8));
}

// Version, flags, method and time, which stand in both headers alike.
void append_common(std::string& out, const ZipEntry& entry, bool is_zip64) {
  append_u16(out, is_zip64 ? kZip64Version : kVersion);
  append_u16(out, flags_of(entry));
  append_u16(out, entry.is_deflated ? kZipDeflated : kZipStored);
  append_u16(out, kNoTime);
  append_u16(out, kFirstDay);
}

void append_alignment(std::string& extra, uint64_t data_offset, uint64_t alignment) {
  if (alignment <= 1 || data_offset % alignment == 0) return;
  constexpr uint64_t kFieldBytes = 6;  // id, size, alignment
  const uint64_t padded = data_offset + kFieldBytes;
  const uint64_t zero_bytes = (alignment - padded % alignment) % alignment;
  append_u16(extra, kZipAlignmentExtraId);
  append_u16(extra, 2 + zero_bytes);
  append_u16(extra, alignment);
  extra.append(zero_bytes, '\0');
}

void append_directory_entry(std::string& out, const ZipEntry& entry) {
  std::string extra;
  const uint64_t numbers[] = {entry.original_bytes, entry.stored_bytes, entry.header_offset};
  for (const uint64_t number : numbers) {
    if (is_large(number)) append(extra, number);
  }
  const bool is_zip64 = !extra.empty() || has_large_sizes(entry);
  if (!extra.empty()) {
    std::string head;
    append_u16(head, kZip64ExtraId);
    append_u16(head, extra.size());
    extra.insert(0, head);
  }
  append(out, kZipDirectoryMagic);
  append_u16(out, kMadeOnUnix | (is_zip64 ? kZip64Version : kVersion));
  append_common(out, entry, is_zip64);
  append(out, entry.crc32);
  append_u32(out, entry.stored_bytes);
  append_u32(out, entry.original_bytes);
  append_u16(out, entry.name.size());
  append_u16(out, extra.size());
  append_u16(out, 0);  // comment
  append_u16(out, 0);  // disk
  append_u16(out, 0);  // internal attributes
  append(out, kOwnerMayReadAndWrite);
  append_u32(out, entry.header_offset);
  out += entry.name + extra;
}

void append_zip64_end(std::string& out, uint64_t count, uint64_t size_bytes, uint64_t offset) {
  append(out, kZip64EndMagic);
  append(out, uint64_t{kZip64EndBytes - 12});
  append_u16(out, kMadeOnUnix | kZip64Version);
  append_u16(out, kZip64Version);
  append(out, uint32_t{0});  // this disk
  append(out, uint32_t{0});  // the directory's
  append(out, count);
  append(out, count);
  append(out, size_bytes);
  append(out, offset);
  append(out, kZip64LocatorMagic);
  append(out, uint32_t{0});
  append(out, offset + size_bytes);
  append(out, uint32_t{1});  // disks
}

}  // namespace

std::string zip_local_header(const ZipEntry& entry, uint64_t alignment) {
  const bool is_zip64 = has_large_sizes(entry);
  const bool follow = entry.is_deflated;
  std::string extra;
  if (is_zip64) {
    append_u16(extra, kZip64ExtraId);
    append_u16(extra, 16);
    append(extra, follow ? uint64_t{0} : entry.original_bytes);
    append(extra, follow ? uint64_t{0} : entry.stored_bytes);
  }
  append_alignment(extra, entry.header_offset + kZipLocalBytes + entry.name.size() + extra.size(),
                   alignment);
  std::string out;
  append(out, kZipLocalMagic);
  append_common(out, entry, is_zip64);
  append(out, follow ? uint32_t{0} : entry.crc32);
  append_u32(out, is_zip64 ? kZipElsewhere32 : follow ? 0 : entry.stored_bytes);
  append_u32(out, is_zip64 ? kZipElsewhere32 : follow ? 0 : entry.original_bytes);
  append_u16(out, entry.name.size());
  append_u16(out, extra.size());
  out += entry.name + extra;
  return out;
}

std::string zip_data_descriptor(const ZipEntry& entry) {
  std::string out;
  append(out, kZipDescriptorMagic);
  append(out, entry.crc32);
  if (has_large_sizes(entry)) {
    append(out, entry.stored_bytes);
    append(out, entry.original_bytes);
  } else {
    append_u32(out, entry.stored_bytes);
    append_u32(out, entry.original_bytes);
  }
  return out;
}

std::string zip_directory(std::span<const ZipEntry> entries, uint64_t offset) {
  std::string out;
  for (const ZipEntry& entry : entries) append_directory_entry(out, entry);
  const uint64_t size_bytes = out.size();
  const uint64_t count = entries.size();
  if (count >= kZipElsewhere16 || is_large(offset) || is_large(size_bytes)) {
    append_zip64_end(out, count, size_bytes, offset);
  }
  append(out, kZipEndMagic);
  append_u16(out, 0);  // this disk
  append_u16(out, 0);  // the directory's
  append_u16(out, std::min<uint64_t>(count, kZipElsewhere16));
  append_u16(out, std::min<uint64_t>(count, kZipElsewhere16));
  append_u32(out, size_bytes);
  append_u32(out, offset);
  append_u16(out, 0);  // comment
  return out;
}

}  // namespace holdall
