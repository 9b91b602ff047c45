// Malformed NumPy files: headers of arrays, which are Python literals that are never evaluated, and
// archives whose records contradict one another. Of archives "ok" is sound in every row.
#include "base/endian.h"
#include "checksum/crc32.h"
#include "codec/zip_writer.h"
#include "formats/npz/npz_testing.h"
#include "support/malformed_corpus.h"

namespace holdall {
namespace {

constexpr std::string_view kGood = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }";

using holdall::array_of;  // the one of the next line would hide it
std::string array_of(std::string_view header) {
  return array_of(header, "ab");
}

MalformedCase array_case(std::string name, std::string bytes, ExpectedVerdict expected,
                         std::string line = "npy") {
  return {"npy_" + std::move(name),
          std::move(line),
          "w.npy",
          {{"w.npy", std::move(bytes)}},
          std::move(expected)};
}

std::string changed(std::string_view from, std::string_view to) {
  std::string header(kGood);
  return header.replace(header.find(from), from.size(), to);
}

MalformedCase literal_case(std::string name, const std::string& header,
                           std::string words = "malformed") {
  return array_case("literal_" + std::move(name), array_of(header), not_opened(std::move(words)));
}

MalformedCases literal_cases() {
  return {
      literal_case("empty", "", "malformed at byte 0"),
      literal_case("of_a_list", "[]", "malformed at byte 0"),
      literal_case("of_a_call", "dict(descr='|u1', fortran_order=False, shape=(2,))",
                   "malformed at byte 0"),
      literal_case("that_imports", "__import__('os').system('true')", "malformed at byte 0"),
      literal_case("without_keys", "{}", "lacks one of"),
      literal_case("without_descr", changed("'descr': '|u1', ", ""), "lacks one of"),
      literal_case("with_more_behind", std::string(kGood) + "x"),
      literal_case("with_a_comment", std::string(kGood) + "# more"),
      literal_case("without_end", changed(", }", "")),
      literal_case("of_another_key", changed("'descr'", "'other'"), "has key 'other'"),
      literal_case("of_descr_twice", changed("'descr'", "'descr': '|u1', 'descr'"),
                   "has key 'descr'"),
      literal_case("of_order_0", changed("False", "0")),
      literal_case("of_order_none", changed("False", "None")),
      literal_case("of_order_with_more", changed("False", "Falsehood")),
      literal_case("of_bytes", changed("'|u1'", "b'|u1'")),
      literal_case("of_a_descr_without_end", changed("'|u1'", "'|u1")),
      literal_case("of_a_descr_with_escapes", changed("'|u1'", "'\\x7c'")),
      literal_case("of_a_descr_without_quotes", changed("'|u1'", "u1")),
      literal_case("of_a_descr_that_imports", changed("'|u1'", "__import__('os')")),
      literal_case("of_a_descr_that_is_nested",
                   changed("'|u1'", std::string(12, '[') + std::string(12, ']'))),
      literal_case("of_brackets", std::string(60'000, '('), "malformed at byte 0"),
      literal_case("of_fields_without_end", changed("'|u1'", std::string(60'000, '['))),
      literal_case("of_fields_that_are_names", changed("'|u1'", "[('a', b)]")),
  };
}

MalformedCase shape_case(std::string name, std::string_view shape,
                         std::string words = "malformed") {
  return literal_case("shape_" + std::move(name), changed("(2,)", shape), std::move(words));
}

MalformedCases shape_cases() {
  std::string many = "(";
  for (int i = 0; i < 65; ++i) many += "1,";
  return {
      shape_case("in_brackets", "(2)"),
      shape_case("of_a_number", "2"),
      shape_case("of_a_list", "[2]"),
      shape_case("without_comma", "(2 3)"),
      shape_case("of_a_comma", "(,)"),
      shape_case("without_end", "(2,"),
      shape_case("of_minus_2", "(-2,)"),
      shape_case("of_plus_2", "(+2,)"),
      shape_case("of_fractions", "(2.0,)"),
      shape_case("of_octal", "(02,)"),
      shape_case("of_hexadecimal", "(0x2,)"),
      shape_case("of_a_boolean", "(True,)"),
      shape_case("of_a_sum", "(1+1,)"),
      shape_case("of_2_63", "(9223372036854775808,)", "exceeds 63 bits"),
      shape_case("of_2_64_and_2", "(18446744073709551618,)", "exceeds 63 bits"),
      shape_case("wrapping_to_0", "(4294967296, 4294967296)", "too many elements"),
      shape_case("wrapping_to_2", "(6, 3074457345618258603)", "too many elements"),
      shape_case("wrapping_before_a_zero", "(4294967296, 4294967296, 0)", "too many elements"),
      shape_case("of_65_sizes", many + ")", "65 dimensions"),
  };
}

MalformedCase type_case(std::string name, std::string_view descr, std::string words) {
  return array_case("type_" + std::move(name), array_of(changed("'|u1'", descr)),
                    not_read("w", Code::kUnsupported, {std::move(words)}));
}

MalformedCases type_cases() {
  const std::string good = array_of(kGood);
  const auto of_version = [&](char major, char minor) {
    std::string bytes = good;
    bytes[6] = major;
    bytes[7] = minor;
    return bytes;
  };
  std::string long_header = of_version(2, 0);
  long_header.replace(8, 4, "\xff\xff\xff\xff");
  return {
      type_case("of_objects", "'|O'", "Python objects in a pickle, which could run any program"),
      type_case("of_little_objects", "'<O'", "Python objects in a pickle"),
      type_case("of_objects_by_another_name", "'O8'", "Python objects in a pickle"),
      type_case("of_records", "[('x', '<f4'), ('y', '|O')]", "records"),
      type_case("of_bytes", "'|S2'", "byte strings"),
      type_case("of_text", "'<U1'", "text"),
      type_case("of_times", "'<M8[s]'", "times"),
      type_case("of_raw_bytes", "'|V1'", "raw bytes"),
      type_case("of_another_size", "'<f16'", "not known"),
      type_case("of_no_name", "''", "not known"),
      type_case("of_a_negative_size", "'<i-4'", "not known"),
      array_case("of_version_0", of_version(0, 0), not_opened(Code::kUnsupported, {"version 0.0"})),
      array_case("of_version_4", of_version(4, 0), not_opened(Code::kUnsupported, {"version 4.0"})),
      array_case("of_version_1_1", of_version(1, 1),
                 not_opened(Code::kUnsupported, {"version 1.1"})),
      array_case("of_a_header_of_4_gib", long_header,
                 not_opened("should take 4294967295 bytes, the limit is 65535")),
      array_case("cut_in_the_magic", good.substr(0, 6),
                 not_opened("does not begin as a NumPy array does")),
      array_case("cut_before_the_header", good.substr(0, 10), not_opened("end within the header")),
      array_case("cut_in_the_header", good.substr(0, 30), not_opened("end within the header")),
      array_case("cut_by_one", good.substr(0, good.size() - 1),
                 not_read("w", "the file may be cut short")),
      array_case("without_elements", array_of(kGood, ""),
                 not_read("w", "0 bytes follow the header")),
      array_case(
          "of_two", good + good,
          not_read("w", Code::kUnsupported, {"bytes follow the array; only files of one array"})),
      array_case("of_2_40_elements", array_of(changed("(2,)", "(1099511627776,)")),
                 not_read("w", "take 1099511627776")),
      array_case("of_fortran_order", array_of(changed("False", "True")),
                 accepted("one axis has one order")),
  };
}

// An archive of two arrays, and where the parts of it that are about "w" are.
struct Archive {
  std::string bytes;
  size_t local = 0;      // of "w": its header
  size_t data = 0;       // its data
  size_t directory = 0;  // its entry of the directory
  size_t end = 0;        // the archive's end record

  template <class T>
  Archive with(size_t at, T value) const {
    Archive other = *this;
    store_le<T>(reinterpret_cast<std::byte*>(other.bytes.data() + at), value);
    return other;
  }
};

Archive archive_of(std::string name, std::string_view original, std::string_view stored,
                   bool is_deflated = false) {
  Archive archive;
  std::vector<ZipEntry> entries(2);
  const std::string ok = array_of(kGood);
  entries[0].name = "ok.npy";
  entries[0].crc32 = crc32(to_bytes(ok));
  entries[0].stored_bytes = entries[0].original_bytes = ok.size();
  archive.bytes = zip_local_header(entries[0]) + ok;
  ZipEntry& entry = entries[1];
  entry.name = std::move(name);
  entry.is_deflated = is_deflated;
  entry.crc32 = crc32(to_bytes(original));
  entry.stored_bytes = stored.size();
  entry.original_bytes = original.size();
  entry.header_offset = archive.local = archive.bytes.size();
  archive.bytes += zip_local_header(entry);
  archive.data = archive.bytes.size();
  archive.bytes += stored;
  if (is_deflated) archive.bytes += zip_data_descriptor(entry);
  archive.bytes += zip_directory(entries, archive.bytes.size());
  archive.directory = archive.bytes.rfind("PK\x01\x02");
  archive.end = archive.bytes.rfind("PK\x05\x06");
  return archive;
}

Archive sound_archive() {
  return archive_of("w.npy", array_of(kGood), array_of(kGood));
}

MalformedCase archive_case(std::string name, const Archive& archive, ExpectedVerdict expected) {
  return {
      "zip_" + std::move(name), "zip", "m.npz", {{"m.npz", archive.bytes}}, std::move(expected)};
}

// Each field of a member that stands twice, in its header and in the directory, and differs.
MalformedCases twice_told_cases() {
  const Archive sound = sound_archive();
  const std::string others = "its sizes or checksum are others in its header than in the directory";
  const std::string member = "is of another member, or of another kind";
  Archive renamed = sound;
  renamed.bytes[sound.local + 30] = 'v';
  return {
      archive_case("sound", sound, accepted("nothing is wrong")),
      archive_case("of_two_names", renamed, not_opened(member)),
      archive_case("of_two_name_lengths", sound.with<uint16_t>(sound.local + 26, 4),
                   not_opened(member)),
      archive_case("of_two_methods", sound.with<uint16_t>(sound.local + 8, 8), not_opened(member)),
      archive_case("of_two_flags", sound.with<uint16_t>(sound.local + 6, 8), not_opened(member)),
      archive_case("of_two_checksums", sound.with<uint32_t>(sound.local + 14, 1),
                   not_opened(others)),
      archive_case("of_two_stored_sizes", sound.with<uint32_t>(sound.local + 18, 1),
                   not_opened(others)),
      archive_case("of_two_original_sizes", sound.with<uint32_t>(sound.local + 22, 1),
                   not_opened(others)),
      archive_case("of_no_header", sound.with<uint32_t>(sound.local, 0),
                   not_opened("no header of a member is at byte")),
      archive_case("of_no_entry", sound.with<uint32_t>(sound.directory, 0),
                   not_opened("no entry where one is expected")),
      archive_case("encrypted", sound.with<uint16_t>(sound.directory + 8, 1),
                   not_opened(Code::kUnsupported, {"encrypted"})),
      archive_case("of_method_9", sound.with<uint16_t>(sound.directory + 10, 9),
                   not_opened(Code::kUnsupported, {"compressed by method 9"})),
      archive_case(
          "of_the_other_checksum",
          sound.with<uint32_t>(sound.directory + 16, 1).with<uint32_t>(sound.local + 14, 1),
          not_read("w", "Checksum does not match")),
  };
}

MalformedCases place_cases() {
  const Archive sound = sound_archive();
  const auto stored = static_cast<uint32_t>(array_of(kGood).size());
  const auto sized = [&](uint32_t size_bytes) {
    Archive archive = sound;
    for (const size_t at :
         {sound.local + 18, sound.local + 22, sound.directory + 20, sound.directory + 24})
      archive = archive.with<uint32_t>(at, size_bytes);
    return archive;
  };
  const std::string overlap = "overlap what begins at byte";
  return {
      archive_case("member_one_byte_longer", sized(stored + 1), not_opened(overlap)),
      archive_case("member_of_4_gib", sized(0xfffffffe), not_opened(overlap)),
      archive_case("member_of_missing_64_bits", sized(0xffffffff),
                   not_opened("a number of 64 bits is missing")),
      archive_case("member_of_other_stored_size", sound.with<uint32_t>(sound.directory + 20, 1),
                   not_opened("it is stored as it is, in 1 bytes instead of")),
      archive_case("member_in_the_other", sound.with<uint32_t>(sound.directory + 42, 0),
                   not_opened("its header at byte 0 overlaps what begins at byte 0")),
      archive_case("member_at_2_gib", sound.with<uint32_t>(sound.directory + 42, 0x80000000),
                   not_opened("overlap")),
      archive_case(
          "member_in_the_directory",
          sound.with<uint32_t>(sound.directory + 42, static_cast<uint32_t>(sound.directory)),
          not_opened("overlap")),
      archive_case("extra_that_takes_all", sound.with<uint16_t>(sound.local + 28, 0xffff),
                   not_opened(overlap)),
      archive_case("directory_of_another_size", sound.with<uint32_t>(sound.end + 12, 1),
                   not_opened("does not end at byte")),
      archive_case("directory_at_another_place", sound.with<uint32_t>(sound.end + 16, 1),
                   not_opened("does not end at byte")),
      archive_case("directory_at_2_32", sound.with<uint32_t>(sound.end + 16, 0xffffffff),
                   not_opened("does not end at byte")),
      archive_case("of_3_members",
                   sound.with<uint16_t>(sound.end + 8, 3).with<uint16_t>(sound.end + 10, 3),
                   not_opened("its directory has room for 2")),
      archive_case("of_1_member",
                   sound.with<uint16_t>(sound.end + 8, 1).with<uint16_t>(sound.end + 10, 1),
                   not_opened("bytes behind its 1 entries")),
      archive_case(
          "of_65534_members",
          sound.with<uint16_t>(sound.end + 8, 0xfffe).with<uint16_t>(sound.end + 10, 0xfffe),
          not_opened("its directory has room for 2")),
      archive_case("of_two_counts", sound.with<uint16_t>(sound.end + 8, 1),
                   not_opened(Code::kUnsupported, {"split over several files"})),
      archive_case("of_disk_1", sound.with<uint16_t>(sound.end + 4, 1),
                   not_opened(Code::kUnsupported, {"split over several files"})),
      archive_case("of_another_comment_length", sound.with<uint16_t>(sound.end + 20, 1),
                   not_opened("no end of a zip archive is found")),
      archive_case("entry_past_the_directory", sound.with<uint16_t>(sound.directory + 30, 0xffff),
                   not_opened("reaches past its end")),
  };
}

MalformedCases name_cases() {
  const std::string array = array_of(kGood);
  const auto named = [&](const std::string& name) { return archive_of(name, array, array); };
  Archive cut = sound_archive();
  cut.bytes.resize(cut.bytes.size() - 1);
  Archive junk = sound_archive();
  junk.bytes += "junk";
  Archive headless = sound_archive();
  headless.bytes.insert(0, "junk");
  Archive flagged = named("w\xff.npy");
  return {
      archive_case("name_above", named("../w.npy"), not_opened("'..' in its name")),
      archive_case("name_above_within", named("a/../w.npy"), not_opened("'..' in its name")),
      archive_case("name_above_by_backslash", named("..\\w.npy"), not_opened("'..' in its name")),
      archive_case("name_with_a_zero", named(std::string("w\0.npy", 6)),
                   not_opened("its name has a zero byte")),
      archive_case("name_of_nothing", named(""), not_opened("a member has no name")),
      archive_case("name_not_utf8", flagged, not_opened("its name should be UTF-8 and is not")),
      archive_case("name_twice", named("ok.npy"), not_opened("'ok'")),
      archive_case("of_no_array", archive_of("w.npy", "text", "text"),
                   not_read("w", "does not begin as a NumPy array does")),
      archive_case("of_an_object",
                   archive_of("w.npy", array_of(changed("'|u1'", "'|O'")),
                              array_of(changed("'|u1'", "'|O'"))),
                   not_read("w", Code::kUnsupported, {"Python objects in a pickle"})),
      archive_case("of_a_pickle", archive_of("w.pkl", "\x80\x02.", "\x80\x02."),
                   not_read("w.pkl", Code::kUnsupported, {"does not end in '.npy'"})),
      archive_case(
          "of_a_cut_array",
          archive_of("w.npy", array.substr(0, array.size() - 1), array.substr(0, array.size() - 1)),
          not_read("w", "the file may be cut short")),
      archive_case("cut_by_one", cut, not_opened("no end of a zip archive is found")),
      archive_case("with_more_behind", junk, not_opened("no end of a zip archive is found")),
  };
}

// Deflated, a member of few bytes gives many: no more than its header asks for.
MalformedCases deflate_cases() {
  const std::string array = array_of(changed("(2,)", "(3000,)"), std::string(3000, 'x'));
  const std::string packed = deflated_of(array);
  const auto with = [&](std::string name, std::string_view original, std::string_view stream,
                        ExpectedVerdict expected) {
    return archive_case("deflated_" + std::move(name), archive_of("w.npy", original, stream, true),
                        std::move(expected));
  };
  const std::string bomb = array_of(changed("(2,)", "(2,)"), std::string(1'000'000, 'x'));
  return {
      with("sound", array, packed, accepted("nothing is wrong")),
      with("claiming_more_than_deflate_gives", std::string(1'000'000, 'x'), "tiny",
           not_read("w", "4 deflated bytes cannot give the 1000000")),
      with("with_more_behind", array, packed + "x", not_read("w", "early")),
      with("cut", array, packed.substr(0, packed.size() - 1), not_read("w", "cut short")),
      with("giving_more", array, deflated_of(array + "x"), not_read("w", "gives more than")),
      with("giving_less", array, deflated_of(array.substr(0, array.size() - 1)),
           not_read("w", "it should give")),
      with("giving_less_than_a_header", array, deflated_of(array.substr(0, 40)),
           not_read("w", "deflated bytes give 40 bytes")),
      with("of_a_larger_array_than_its_header", bomb, deflated_of(bomb),
           not_read("w", Code::kUnsupported, {"bytes follow the array"})),
      with("of_garbage", array, "\xff\xff\xff\xff\xff", not_read("w", "damaged")),
      with("of_nothing", array, "", not_read("w", "cannot give")),
  };
}

}  // namespace

MalformedCases npy_header_cases() {
  return join_cases({literal_cases(), shape_cases(), type_cases()});
}

MalformedCases zip_archive_cases() {
  return join_cases({twice_told_cases(), place_cases(), name_cases(), deflate_cases()});
}

INSTANTIATE_TEST_SUITE_P(NpyHeaders, MalformedCorpus, testing::ValuesIn(npy_header_cases()),
                         malformed_case_name);
INSTANTIATE_TEST_SUITE_P(ZipArchives, MalformedCorpus, testing::ValuesIn(zip_archive_cases()),
                         malformed_case_name);

}  // namespace holdall
