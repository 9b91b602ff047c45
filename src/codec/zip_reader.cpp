#include "codec/zip_reader.h"

#include <algorithm>
#include <string_view>

#include "base/byte_cursor.h"
#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/text_bytes.h"
#include "base/try.h"

namespace holdall {
namespace {

using Bytes = std::span<const std::byte>;

constexpr uint64_t kMaxCommentBytes = 0xffff;

constexpr uint16_t kRefusedFlags =
    kZipFlagEncrypted | kZipFlagPatch | kZipFlagStrongEncryption | kZipFlagMaskedHeaders;

// Flags that tell how the rest is to be read; the others are hints for the compressor.
constexpr uint16_t kComparedFlags = kRefusedFlags | kZipFlagDescriptor | kZipFlagUtf8;

Result<std::vector<std::byte>> read_at(const Reader& archive, uint64_t offset, uint64_t size) {
  std::vector<std::byte> bytes(size);
  HOLDALL_TRY(archive.read_exact(offset, bytes));
  return bytes;
}

// Fields at known places of a record that is long enough.
class Record {
 public:
  explicit Record(Bytes bytes) : bytes_(bytes) {}
  uint16_t u16(size_t at) const { return load_le<uint16_t>(bytes_.data() + at); }
  uint32_t u32(size_t at) const { return load_le<uint32_t>(bytes_.data() + at); }
  uint64_t u64(size_t at) const { return load_le<uint64_t>(bytes_.data() + at); }

 private:
  Bytes bytes_;
};

// Where the directory is.
struct DirectoryPlace {
  uint64_t entry_count = 0;
  uint64_t offset = 0;
  uint64_t size_bytes = 0;
  uint64_t end_offset = 0;  // of the first record behind it
};

// Finds the record that ends the archive: its comment, of which it tells the length, must end with
// the file.
Result<uint64_t> find_end(const Reader& archive) {
  const uint64_t file_bytes = archive.size_bytes();
  if (file_bytes < kZipEndBytes) {
    return make_error(Code::kCorrupt, reason::kCutShort,
                      "a zip archive has at least {} bytes, this file {}", kZipEndBytes,
                      file_bytes);
  }
  const uint64_t tail_bytes = std::min(file_bytes, kZipEndBytes + kMaxCommentBytes);
  HOLDALL_ASSIGN(const auto tail, read_at(archive, file_bytes - tail_bytes, tail_bytes));
  for (uint64_t comment_bytes = 0; comment_bytes + kZipEndBytes <= tail_bytes; ++comment_bytes) {
    const uint64_t at = tail_bytes - kZipEndBytes - comment_bytes;
    const Record end{std::span(tail).subspan(at)};
    if (end.u32(0) == kZipEndMagic && end.u16(20) == comment_bytes) {
      return file_bytes - tail_bytes + at;
    }
  }
  return make_error(Code::kCorrupt, reason::kCutShort,
                    "no end of a zip archive is found; the file may be cut short");
}

// A number of the end record, and of the zip64 one, which must be the same unless the first says
// that the second has it.
Status join(uint64_t& value, uint64_t elsewhere, uint64_t in_zip64) {
  if (value != elsewhere && value != in_zip64) {
    return corrupt("the zip64 end of the archive says {} where its end says {}", in_zip64, value);
  }
  value = in_zip64;
  return {};
}

// Takes the numbers from the zip64 records, if there are any before the end record.
Status read_zip64_end(const Reader& archive, uint64_t end_offset, DirectoryPlace& place) {
  if (end_offset < kZip64LocatorBytes) return {};
  HOLDALL_ASSIGN(const auto locator_bytes,
                 read_at(archive, end_offset - kZip64LocatorBytes, kZip64LocatorBytes));
  const Record locator(locator_bytes);
  if (locator.u32(0) != kZip64LocatorMagic) return {};
  const uint64_t offset = locator.u64(8);
  if (!fits_in(offset, kZip64EndBytes, end_offset - kZip64LocatorBytes)) {
    return corrupt("the zip64 end of the archive should be at byte {}, where it has no room",
                   offset);
  }
  HOLDALL_ASSIGN(const auto record_bytes, read_at(archive, offset, kZip64EndBytes));
  const Record record(record_bytes);
  // The size does not count the magic and itself.
  const uint64_t record_size = record.u64(4);
  if (record.u32(0) != kZip64EndMagic ||
      record_size != end_offset - kZip64LocatorBytes - offset - 12) {
    return corrupt("no zip64 end of the archive is at byte {}", offset);
  }
  const bool is_split = locator.u32(4) != 0 || locator.u32(16) > 1 || record.u32(16) != 0 ||
                        record.u32(20) != 0 || record.u64(24) != record.u64(32);
  if (is_split) return unsupported("the archive is split over several files");
  HOLDALL_TRY(join(place.entry_count, kZipElsewhere16, record.u64(32)));
  HOLDALL_TRY(join(place.size_bytes, kZipElsewhere32, record.u64(40)));
  HOLDALL_TRY(join(place.offset, kZipElsewhere32, record.u64(48)));
  place.end_offset = offset;
  return {};
}

Result<DirectoryPlace> find_directory(const Reader& archive, uint64_t max_bytes) {
  HOLDALL_ASSIGN(const uint64_t end_offset, find_end(archive));
  HOLDALL_ASSIGN(const auto end_bytes, read_at(archive, end_offset, kZipEndBytes));
  const Record end(end_bytes);
  const auto is_first = [](uint16_t disk) { return disk == 0 || disk == kZipElsewhere16; };
  if (!is_first(end.u16(4)) || !is_first(end.u16(6)) || end.u16(8) != end.u16(10)) {
    return unsupported("the archive is split over several files");
  }
  DirectoryPlace place{end.u16(10), end.u32(16), end.u32(12), end_offset};
  HOLDALL_TRY(read_zip64_end(archive, end_offset, place));
  if (checked_add(place.offset, place.size_bytes) != place.end_offset) {
    return corrupt(
        "the directory of the archive, {} bytes at byte {}, does not end at byte {}, "
        "where its end record begins",
        place.size_bytes, place.offset, place.end_offset);
  }
  if (place.size_bytes > max_bytes) {
    return make_error(Code::kExhausted, reason::kOverBudget,
                      "the directory of the archive has {} bytes, the limit is {}",
                      place.size_bytes, max_bytes);
  }
  if (place.entry_count > place.size_bytes / kZipDirectoryEntryBytes) {
    return corrupt("the archive should have {} members, its directory has room for {}",
                   place.entry_count, place.size_bytes / kZipDirectoryEntryBytes);
  }
  return place;
}

// The zip64 values among the extra fields: one for each number that is said to be there.
class Zip64Values {
 public:
  static Result<Zip64Values> find(Bytes extra) {
    Zip64Values values;
    ByteCursor cursor(extra);
    while (!cursor.is_at_end()) {
      const auto head = cursor.read_fixed32();
      const auto field = head ? cursor.read_bytes(*head >> 16) : std::nullopt;
      if (!field) return corrupt("its extra fields do not end where they should");
      if ((*head & 0xffff) != kZip64ExtraId) continue;
      if (values.is_there_) return corrupt("it has two zip64 fields");
      values.cursor_ = ByteCursor(*field);
      values.is_there_ = true;
    }
    return values;
  }

  // Replaces `value` if it says so.
  Status resolve(uint64_t& value) {
    if (value != kZipElsewhere32) return {};
    const auto there = cursor_.read_fixed64();
    if (!there) return corrupt("a number of 64 bits is missing in its extra fields");
    value = *there;
    return {};
  }

 private:
  ByteCursor cursor_{Bytes()};
  bool is_there_ = false;
};

Status check_name(std::string_view name, uint16_t flags) {
  if (name.empty()) return corrupt("a member has no name");
  if (name.find('\0') != std::string_view::npos) {
    return corrupt("its name has a zero byte, after which some programs would not read on");
  }
  for (std::string_view rest = name; !rest.empty();) {
    const size_t end = std::min(rest.find_first_of("/\\"), rest.size());
    if (rest.substr(0, end) == "..") {
      return corrupt("'..' in its name would lead out of the folder that it is unpacked into");
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (std::string_view rest = name; (flags & kZipFlagUtf8) != 0 && !rest.empty();) {
    const size_t length = utf8_sequence_length(rest);
    if (length == 0) return corrupt("its name should be UTF-8 and is not");
    rest.remove_prefix(length);
  }
  return {};
}

// What directory and local header both say.
struct Member {
  ZipEntry entry;
  uint16_t flags = 0;
  uint16_t method = 0;
};

Status check_member(const Member& member) {
  const ZipEntry& entry = member.entry;
  HOLDALL_TRY(check_name(entry.name, member.flags));
  if ((member.flags & kRefusedFlags) != 0) {
    return unsupported("it is encrypted, or a patch; write the archive without");
  }
  if (member.method != kZipStored && member.method != kZipDeflated) {
    return unsupported("it is compressed by method {}; only stored and deflated members are read",
                       member.method);
  }
  if (!entry.is_deflated && entry.stored_bytes != entry.original_bytes) {
    return corrupt("it is stored as it is, in {} bytes instead of {}", entry.stored_bytes,
                   entry.original_bytes);
  }
  return {};
}

Result<Member> take_directory_entry(ByteCursor& cursor) {
  const auto fixed = cursor.read_bytes(kZipDirectoryEntryBytes);
  if (!fixed || Record(*fixed).u32(0) != kZipDirectoryMagic) {
    return corrupt("the directory of the archive has no entry where one is expected");
  }
  const Record record(*fixed);
  const auto name = cursor.read_bytes(record.u16(28));
  const auto extra = name ? cursor.read_bytes(record.u16(30)) : std::nullopt;
  const auto comment = extra ? cursor.read_bytes(record.u16(32)) : std::nullopt;
  if (!comment) return corrupt("an entry of the archive's directory reaches past its end");
  Member member;
  member.flags = record.u16(8);
  member.method = record.u16(10);
  ZipEntry& entry = member.entry;
  entry = {std::string(text_of(*name)),
           member.method == kZipDeflated,
           record.u32(16),
           record.u32(20),
           record.u32(24),
           record.u32(42),
           0};
  const auto fill = [&]() -> Status {
    HOLDALL_ASSIGN(Zip64Values values, Zip64Values::find(*extra));
    HOLDALL_TRY(values.resolve(entry.original_bytes));
    HOLDALL_TRY(values.resolve(entry.stored_bytes));
    HOLDALL_TRY(values.resolve(entry.header_offset));
    return check_member(member);
  };
  if (auto status = fill(); !status.ok()) return std::move(status).error().in_tensor(entry.name);
  return member;
}

// The numbers in the local header. Those that follow the data are left at 0 by honest writers.
Status compare_sizes(const Member& member, const Record& local, Bytes extra) {
  const ZipEntry& entry = member.entry;
  uint64_t original_bytes = local.u32(22);
  uint64_t stored_bytes = local.u32(18);
  HOLDALL_ASSIGN(Zip64Values values, Zip64Values::find(extra));
  HOLDALL_TRY(values.resolve(original_bytes));
  HOLDALL_TRY(values.resolve(stored_bytes));
  const bool follow = (member.flags & kZipFlagDescriptor) != 0;
  const auto differs = [&](uint64_t here, uint64_t there) {
    return here != there && !(follow && here == 0);
  };
  if (differs(original_bytes, entry.original_bytes) || differs(stored_bytes, entry.stored_bytes) ||
      differs(local.u32(14), entry.crc32)) {
    return corrupt("its sizes or checksum are others in its header than in the directory");
  }
  return {};
}

// Reads the local header, which gives the place of the data.
Status read_local_header(const Reader& archive, Member& member, uint64_t limit) {
  ZipEntry& entry = member.entry;
  const uint64_t head_bytes = kZipLocalBytes + entry.name.size();
  if (!fits_in(entry.header_offset, head_bytes, limit)) {
    return corrupt("its header at byte {} overlaps what begins at byte {}", entry.header_offset,
                   limit);
  }
  HOLDALL_ASSIGN(const auto head, read_at(archive, entry.header_offset, head_bytes));
  const Record local(head);
  if (local.u32(0) != kZipLocalMagic) {
    return corrupt("no header of a member is at byte {}", entry.header_offset);
  }
  if (local.u16(26) != entry.name.size() ||
      text_of(std::span(head).subspan(kZipLocalBytes)) != entry.name ||
      local.u16(8) != member.method || ((local.u16(6) ^ member.flags) & kComparedFlags) != 0) {
    return corrupt("its header at byte {} is of another member, or of another kind",
                   entry.header_offset);
  }
  const uint64_t extra_offset = entry.header_offset + head_bytes;
  const uint64_t extra_bytes = local.u16(28);
  const auto taken = checked_add(extra_bytes, entry.stored_bytes);
  if (!taken || !fits_in(extra_offset, *taken, limit)) {
    return corrupt("its {} bytes overlap what begins at byte {}", entry.stored_bytes, limit);
  }
  HOLDALL_ASSIGN(const auto extra, read_at(archive, extra_offset, extra_bytes));
  entry.data_offset = extra_offset + extra_bytes;
  return compare_sizes(member, local, extra);
}

// Each member lies before the next, the last before the directory.
Status read_local_headers(const Reader& archive, std::vector<Member>& members, uint64_t limit) {
  std::vector<Member*> order;
  for (Member& member : members) order.push_back(&member);
  std::sort(order.begin(), order.end(), [](const Member* a, const Member* b) {
    return a->entry.header_offset < b->entry.header_offset;
  });
  for (size_t i = 0; i < order.size(); ++i) {
    const uint64_t next = i + 1 < order.size() ? order[i + 1]->entry.header_offset : limit;
    if (auto status = read_local_header(archive, *order[i], std::min(next, limit)); !status.ok()) {
      return std::move(status).error().in_tensor(order[i]->entry.name);
    }
  }
  return {};
}

}  // namespace

Result<std::vector<ZipEntry>> read_zip_entries(const Reader& archive,
                                               uint64_t max_directory_bytes) {
  HOLDALL_ASSIGN(const DirectoryPlace place, find_directory(archive, max_directory_bytes));
  HOLDALL_ASSIGN(const auto directory, read_at(archive, place.offset, place.size_bytes));
  ByteCursor cursor(directory);
  std::vector<Member> members;
  for (uint64_t i = 0; i < place.entry_count; ++i) {
    HOLDALL_ASSIGN(Member member, take_directory_entry(cursor));
    members.push_back(std::move(member));
  }
  if (!cursor.is_at_end()) {
    return corrupt("the directory of the archive has {} bytes behind its {} entries",
                   cursor.remaining_bytes(), place.entry_count);
  }
  HOLDALL_TRY(read_local_headers(archive, members, place.offset));
  std::vector<ZipEntry> entries;
  entries.reserve(members.size());
  for (Member& member : members) entries.push_back(std::move(member.entry));
  return entries;
}

}  // namespace holdall
