// Archives from our own writer, also very large ones, and archives that lie.
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "base/endian.h"
#include "checksum/crc32.h"
#include "codec/zip_reader.h"
#include "codec/zip_writer.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

// A file of any size that holds these runs, and zeros elsewhere.
class SparseReader : public Reader {
 public:
  SparseReader(std::map<uint64_t, std::string> runs, uint64_t size_bytes)
      : runs_(std::move(runs)), size_bytes_(size_bytes) {}

  uint64_t size_bytes() const override { return size_bytes_; }

  Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const override {
    for (uint64_t i = 0; i < into.size(); ++i) into[i] = byte_at(offset + i);
    return into.size();
  }

 private:
  std::byte byte_at(uint64_t at) const {
    auto run = runs_.upper_bound(at);
    if (run == runs_.begin()) return std::byte{0};
    --run;
    const uint64_t place = at - run->first;
    return place < run->second.size() ? static_cast<std::byte>(run->second[place]) : std::byte{0};
  }

  std::map<uint64_t, std::string> runs_;
  uint64_t size_bytes_;
};

Result<std::vector<ZipEntry>> read(const std::string& archive) {
  return read_zip_entries(SparseReader({{0, archive}}, archive.size()));
}

ZipEntry stored(std::string name, uint64_t size_bytes) {
  ZipEntry entry;
  entry.name = std::move(name);
  entry.crc32 = 0x12345678;
  entry.stored_bytes = entry.original_bytes = size_bytes;
  return entry;
}

// Lays the members out one after another, their data zeros.
struct Draft {
  explicit Draft(std::vector<ZipEntry> members, uint64_t alignment = 1)
      : entries(std::move(members)) {
    for (ZipEntry& entry : entries) {
      entry.header_offset = end;
      runs[end] = zip_local_header(entry, alignment);
      end += runs[end].size();
      entry.data_offset = end;
      end += entry.stored_bytes;
      if (entry.is_deflated) {
        runs[end] = zip_data_descriptor(entry);
        end += runs[end].size();
      }
    }
    directory_offset = end;
    runs[end] = zip_directory(entries, end);
    end += runs[end].size();
  }

  SparseReader reader() const { return {runs, end}; }

  std::string text() const {
    std::string bytes(end, '\0');
    for (const auto& [at, run] : runs) bytes.replace(at, run.size(), run);
    return bytes;
  }

  std::vector<ZipEntry> entries;
  std::map<uint64_t, std::string> runs;
  uint64_t directory_offset = 0;
  uint64_t end = 0;
};

void expect_same(const std::vector<ZipEntry>& read, const std::vector<ZipEntry>& written) {
  ASSERT_EQ(read.size(), written.size());
  for (size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].name, written[i].name);
    EXPECT_EQ(read[i].is_deflated, written[i].is_deflated);
    EXPECT_EQ(read[i].crc32, written[i].crc32);
    EXPECT_EQ(read[i].stored_bytes, written[i].stored_bytes);
    EXPECT_EQ(read[i].original_bytes, written[i].original_bytes);
    EXPECT_EQ(read[i].header_offset, written[i].header_offset);
    EXPECT_EQ(read[i].data_offset, written[i].data_offset) << read[i].name;
  }
}

std::vector<ZipEntry> small_members() {
  ZipEntry deflated = stored("deflated/\u00e9", 0);
  deflated.is_deflated = true;
  deflated.stored_bytes = 7;
  deflated.original_bytes = 100;
  return {stored("a", 5), stored("b/c", 0), deflated, stored("d", 64)};
}

TEST(ZipArchive, TellsWhatWasWritten) {
  expect_same(*read(Draft({}).text()), {});
  for (const uint64_t alignment : {1u, 64u, 4096u}) {
    const Draft draft(small_members(), alignment);
    const auto entries = read(draft.text());
    ASSERT_TRUE(is_ok(entries));
    expect_same(*entries, draft.entries);
    for (const ZipEntry& entry : *entries) EXPECT_EQ(entry.data_offset % alignment, 0u);
  }
}

TEST(ZipArchive, MayBeLargerThan32BitsCount) {
  constexpr uint64_t kGiB = uint64_t{1} << 30;
  ZipEntry deflated = stored("deflated", 5 * kGiB);
  deflated.is_deflated = true;
  deflated.original_bytes = 9 * kGiB;
  for (const uint64_t size : {uint64_t{0xfffffffe}, uint64_t{0xffffffff}, 6 * kGiB}) {
    const Draft draft({stored("a", 1), stored("large", size), deflated, stored("behind", 3)}, 64);
    const auto entries = read_zip_entries(draft.reader());
    ASSERT_TRUE(is_ok(entries));
    expect_same(*entries, draft.entries);
    EXPECT_EQ((*entries)[1].data_offset % 64, 0u);
  }
}

TEST(ZipArchive, MayHaveMoreMembersThan16BitsCount) {
  for (const size_t count : {65'534u, 65'535u, 70'000u}) {
    std::vector<ZipEntry> members;
    for (size_t i = 0; i < count; ++i) members.push_back(stored(std::to_string(i), 0));
    const Draft draft(members);
    const auto entries = read(draft.text());
    ASSERT_TRUE(is_ok(entries));
    EXPECT_EQ(entries->size(), count);
    EXPECT_EQ(entries->back().data_offset, draft.entries.back().data_offset);
  }
}

TEST(ZipArchive, MayHaveAComment) {
  std::string text = Draft(small_members()).text();
  const std::string comment = "PK\x05\x06 is how it ends, and so on and on";
  store_le(reinterpret_cast<std::byte*>(text.data() + text.size() - 2),
           static_cast<uint16_t>(comment.size()));
  EXPECT_TRUE(is_ok(read(text + comment)));
  EXPECT_TRUE(fails(read(text + comment + "x"), Code::kCorrupt, {"no end of a zip archive"}));
}

TEST(ZipArchive, IsRefusedWhereverItIsCut) {
  const std::string text = Draft(small_members()).text();
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_TRUE(fails(read(text.substr(0, size)), Code::kCorrupt)) << size;
  }
  EXPECT_TRUE(fails(read("x" + text), Code::kCorrupt, {"does not end at byte"}));
}

// One change to an archive of "a" (5 bytes), "b" (6 bytes), and what it is refused with.
struct Lie {
  std::string_view what;
  std::function<void(Draft&)> tell;
  std::string_view phrase;
  Code code = Code::kCorrupt;
};

template <class T>
void put(std::string& bytes, size_t at, T value) {
  store_le(reinterpret_cast<std::byte*>(bytes.data() + at), value);
}

std::string& directory_of_draft(Draft& draft) {
  return draft.runs[draft.directory_offset];
}
std::string& end_of(Draft& draft) {
  return draft.runs[draft.directory_offset];
}

constexpr size_t kSecond = kZipDirectoryEntryBytes + 1;  // entry of "b" in the directory
constexpr size_t kEnd = 2 * kSecond;                     // the end record

class ZipLie : public testing::TestWithParam<Lie> {};

void PrintTo(const Lie& lie, std::ostream* out) {
  *out << lie.what;
}

const Lie kLies[] = {
    {"two disks", [](Draft& d) { put<uint16_t>(end_of(d), kEnd + 4, 1); }, "split",
     Code::kUnsupported},
    {"part of the members here", [](Draft& d) { put<uint16_t>(end_of(d), kEnd + 8, 1); }, "split",
     Code::kUnsupported},
    {"three members",
     [](Draft& d) {
       put<uint16_t>(end_of(d), kEnd + 8, 3);
       put<uint16_t>(end_of(d), kEnd + 10, 3);
     },
     "3 members, its directory has room for 2"},
    {"one member",
     [](Draft& d) {
       put<uint16_t>(end_of(d), kEnd + 8, 1);
       put<uint16_t>(end_of(d), kEnd + 10, 1);
     },
     "47 bytes behind its 1 entries"},
    {"a directory elsewhere", [](Draft& d) { put<uint32_t>(end_of(d), kEnd + 16, 7); },
     "at byte 7, does not end at byte"},
    {"a shorter directory", [](Draft& d) { put<uint32_t>(end_of(d), kEnd + 12, 47); },
     "47 bytes at byte"},
    {"numbers in a zip64 record that is not there",
     [](Draft& d) { put<uint32_t>(end_of(d), kEnd + 16, 0xffffffff); }, "does not end at byte"},
    {"no directory entry", [](Draft& d) { directory_of_draft(d)[kSecond] = 'X'; },
     "has no entry where one is expected"},
    {"a long name", [](Draft& d) { put<uint16_t>(directory_of_draft(d), kSecond + 28, 999); },
     "reaches past its end"},
    {"long extra fields", [](Draft& d) { put<uint16_t>(directory_of_draft(d), kSecond + 30, 999); },
     "reaches past its end"},
    {"a long comment", [](Draft& d) { put<uint16_t>(directory_of_draft(d), kSecond + 32, 999); },
     "reaches past its end"},
    {"no name", [](Draft& d) { put<uint16_t>(directory_of_draft(d), 28, 0); }, "has no name"},
    {"a size in 64 bits that is not there",
     [](Draft& d) { put<uint32_t>(directory_of_draft(d), kSecond + 24, 0xffffffff); },
     "a number of 64 bits is missing"},
    {"encryption", [](Draft& d) { put<uint16_t>(directory_of_draft(d), kSecond + 8, 1); },
     "encrypted", Code::kUnsupported},
    {"another compression",
     [](Draft& d) { put<uint16_t>(directory_of_draft(d), kSecond + 10, 12); }, "method 12",
     Code::kUnsupported},
    {"two sizes of a stored member",
     [](Draft& d) { put<uint32_t>(directory_of_draft(d), kSecond + 24, 7); },
     "in 6 bytes instead of 7"},
    {"a header that is not there",
     [](Draft& d) { put<uint32_t>(directory_of_draft(d), kSecond + 42, 1); },
     "tensor 'a': its header at byte 0 overlaps what begins at byte 1"},
    {"a header in the directory",
     [](Draft& d) {
       put<uint32_t>(directory_of_draft(d), kSecond + 42,
                     static_cast<uint32_t>(d.directory_offset));
     },
     "overlaps what begins at byte"},
    {"two members in one place",
     [](Draft& d) { put<uint32_t>(directory_of_draft(d), kSecond + 42, 0); }, "overlaps"},
    {"a size beyond the next member",
     [](Draft& d) {
       for (const size_t at : {20u, 24u}) put<uint32_t>(directory_of_draft(d), at, 6);
       for (const size_t at : {18u, 22u}) put<uint32_t>(d.runs[0], at, 6);
     },
     "tensor 'a': its 6 bytes overlap what begins at byte 36"},
    {"another size in the header", [](Draft& d) { put<uint32_t>(d.runs[0], 22, 4); },
     "its sizes or checksum are others"},
    {"another stored size in the header", [](Draft& d) { put<uint32_t>(d.runs[0], 18, 4); },
     "its sizes or checksum are others"},
    {"another checksum in the header", [](Draft& d) { put<uint32_t>(d.runs[0], 14, 4); },
     "its sizes or checksum are others"},
    {"no size in the header", [](Draft& d) { put<uint32_t>(d.runs[0], 22, 0); },
     "its sizes or checksum are others"},
    {"another name in the header", [](Draft& d) { d.runs[0][30] = 'b'; }, "of another member"},
    {"a longer name in the header", [](Draft& d) { put<uint16_t>(d.runs[0], 26, 2); },
     "of another member"},
    {"another method in the header", [](Draft& d) { put<uint16_t>(d.runs[0], 8, 8); },
     "of another member"},
    {"another flag in the header", [](Draft& d) { put<uint16_t>(d.runs[0], 6, 8); },
     "of another member"},
    {"extra fields over the next member", [](Draft& d) { put<uint16_t>(d.runs[0], 28, 40); },
     "overlap what begins at byte 36"},
    {"no header", [](Draft& d) { d.runs[0][0] = 'X'; }, "no header of a member is at byte 0"},
};

INSTANTIATE_TEST_SUITE_P(All, ZipLie, testing::ValuesIn(kLies));

TEST_P(ZipLie, IsNoticed) {
  Draft draft({stored("a", 5), stored("b", 6)});
  ASSERT_TRUE(is_ok(read(draft.text())));
  GetParam().tell(draft);
  EXPECT_TRUE(fails(read(draft.text()), GetParam().code, {GetParam().phrase}));
}

TEST(ZipArchive, IsRefusedForNamesThatAreTraps) {
  EXPECT_TRUE(is_ok(read(Draft({stored("a..b/..c/d..", 0)}).text())));
  for (const std::string_view name : {"../a", "a/../b", "a/..", "..", "a\\..\\b"}) {
    EXPECT_TRUE(fails(read(Draft({stored(std::string(name), 0)}).text()), Code::kCorrupt,
                      {"'..' in its name"}))
        << name;
  }
  EXPECT_TRUE(fails(read(Draft({stored(std::string("a\0b", 3), 0)}).text()), Code::kCorrupt,
                    {"zero byte"}));
  EXPECT_TRUE(fails(read(Draft({stored("\xff", 0)}).text()), Code::kCorrupt, {"should be UTF-8"}));
}

// The zip64 records of an archive that is small, which is legal, and then changed.
std::string with_zip64_end(const std::function<void(std::string&)>& change) {
  Draft draft({stored("a", 5)});
  std::string& tail = draft.runs[draft.directory_offset];
  const size_t end = tail.size() - kZipEndBytes;
  std::string record(kZip64EndBytes + kZip64LocatorBytes, '\0');
  put<uint32_t>(record, 0, kZip64EndMagic);
  put<uint64_t>(record, 4, kZip64EndBytes - 12);
  put<uint64_t>(record, 24, 1);
  put<uint64_t>(record, 32, 1);
  put<uint64_t>(record, 40, end);
  put<uint64_t>(record, 48, draft.directory_offset);
  put<uint32_t>(record, 56, kZip64LocatorMagic);
  put<uint64_t>(record, 64, draft.directory_offset + end);
  put<uint32_t>(record, 72, 1);
  change(record);
  tail.insert(end, record);
  draft.end += record.size();
  return draft.text();
}

TEST(ZipArchive, IsRefusedForZip64RecordsThatLie) {
  EXPECT_TRUE(is_ok(read(with_zip64_end([](std::string&) {}))));
  const auto refused = [](size_t at, uint64_t value, Code code, std::string_view phrase) {
    return fails(read(with_zip64_end([&](std::string& record) { put(record, at, value); })), code,
                 {phrase});
  };
  EXPECT_TRUE(refused(64, 1, Code::kCorrupt, "no zip64 end of the archive is at byte 1"));
  EXPECT_TRUE(refused(64, UINT64_MAX, Code::kCorrupt, "where it has no room"));
  EXPECT_TRUE(refused(4, 45, Code::kCorrupt, "no zip64 end of the archive"));
  EXPECT_TRUE(refused(32, 2, Code::kUnsupported, "split"));
  EXPECT_TRUE(refused(40, 46, Code::kCorrupt, "says 46 where its end says 47"));
  EXPECT_TRUE(refused(48, UINT64_MAX, Code::kCorrupt, "where its end says"));
  EXPECT_TRUE(refused(16, 1, Code::kUnsupported, "split"));
}

TEST(ZipArchive, IsRefusedForExtraFieldsThatLie) {
  constexpr uint64_t kSize = uint64_t{5} << 30;
  const auto read_changed = [](size_t at, uint16_t value) {
    Draft draft({stored("a", kSize)});
    put(draft.runs[draft.directory_offset], kZipDirectoryEntryBytes + 1 + at, value);
    return read_zip_entries(draft.reader());
  };
  EXPECT_TRUE(is_ok(read_changed(0, 1)));
  EXPECT_TRUE(fails(read_changed(0, 2), Code::kCorrupt, {"a number of 64 bits is missing"}));
  EXPECT_TRUE(fails(read_changed(2, 17), Code::kCorrupt, {"do not end where they should"}));
  EXPECT_TRUE(fails(read_changed(2, 4), Code::kCorrupt, {"two zip64 fields"}));
  Draft draft({stored("a", kSize)});
  put<uint64_t>(draft.runs[0], kZipLocalBytes + 1 + 4, kSize - 1);
  EXPECT_TRUE(fails(read_zip_entries(draft.reader()), Code::kCorrupt,
                    {"its sizes or checksum are others"}));
}

}  // namespace
}  // namespace holdall
