// Malformed tables around sound entries: entries of blocks, restarts, handles, compression, footer.
// All checksums are right, so that what is behind them is reached.
#include "codec/snappy_block.h"
#include "formats/tf_bundle/malformed_bundle_testing.h"

namespace holdall::tf_bundle {
namespace {

// The header's and "ok"'s entries as a block has them.
std::string sound_entries() {
  return draft_entry(0, "", kPlainHeader) + draft_entry(0, "ok", encode_entry(ok_entry()));
}

// One block with these bytes.
std::string table_of_block(std::string stored, uint8_t type = 0, std::string index_key = "z") {
  return draft_table({{std::move(index_key), std::move(stored), type}});
}

MalformedCase block_case(std::string name, std::string line, std::string stored,
                         ExpectedVerdict expected, uint8_t type = 0) {
  return bundle_case("block_" + std::move(name), std::move(line),
                     table_of_block(std::move(stored), type), std::move(expected));
}

// A block whose third entry is these bytes.
MalformedCase third_entry_case(std::string name, std::string entry, ExpectedVerdict expected) {
  return block_case("entry_" + std::move(name), "block-entry",
                    draft_block(sound_entries() + entry, {0}), std::move(expected));
}

std::string varints(std::initializer_list<uint64_t> values) {
  std::string bytes;
  for (const uint64_t value : values) append_varint(bytes, value);
  return bytes;
}

MalformedCases entry_size_cases() {
  const std::string filler(64, 'x');
  return {
      third_entry_case("suffix_and_value_wrap", varints({0, 0xfffffff0, 0x20}) + filler,
                       not_opened("needs 4294967280 bytes of key and 32 of value, 64 are left")),
      third_entry_case("halves_wrap_to_zero", varints({0, 0x80000000, 0x80000000}) + filler,
                       not_opened("needs 2147483648 bytes of key and 2147483648 of value")),
      third_entry_case("value_is_4_gib", varints({0, 1, 0xffffffff}) + filler,
                       not_opened("1 bytes of key and 4294967295 of value, 64 are left")),
      third_entry_case("suffix_one_too_long", varints({0, 65, 0}) + filler,
                       not_opened("needs 65 bytes of key and 0 of value, 64 are left")),
      third_entry_case("value_one_too_long", varints({0, 1, 64}) + filler,
                       not_opened("needs 1 bytes of key and 64 of value, 64 are left")),
      third_entry_case("size_beyond_32_bits", varints({0, uint64_t{1} << 32, 0}) + filler,
                       not_opened("does not begin with three sizes")),
      third_entry_case("size_without_end", "\xff\xff\xff\xff",
                       not_opened("does not begin with three sizes")),
      third_entry_case("one_byte", std::string(1, '\0'),
                       not_opened("does not begin with three sizes")),
      third_entry_case("two_bytes", std::string(2, '\0'),
                       not_opened("does not begin with three sizes")),
      third_entry_case("shares_4_gib", varints({0xffffffff, 1, 0}) + "x",
                       not_opened("shares 4294967295 bytes with a key of 2")),
      third_entry_case("shares_one_too_many", varints({3, 1, 0}) + "x",
                       not_opened("shares 3 bytes with a key of 2")),
  };
}

MalformedCases key_order_cases() {
  const std::string ok = encode_entry(ok_entry());
  const auto blocks_of = [&](const std::string& second_key) {
    return draft_table({{"ok", draft_block(sound_entries(), {0})},
                        {"z", draft_block(draft_entry(0, second_key, ok), {0})}});
  };
  return {
      third_entry_case("out_of_order", draft_entry(0, "a", ok),
                       not_opened("key 'a' does not come after 'ok'")),
      third_entry_case("twice", draft_entry(0, "ok", ok),
                       not_opened("key 'ok' does not come after 'ok'")),
      third_entry_case("twice_by_sharing", draft_entry(2, "", ok),
                       not_opened("key 'ok' does not come after 'ok'")),
      third_entry_case("empty_key_again", draft_entry(0, "", kPlainHeader),
                       not_opened("key '' does not come after 'ok'")),
      block_case("without_header", "restarts", draft_block(draft_entry(0, "ok", ok), {0}),
                 not_opened("begins with key 'ok', a header")),
      block_case("empty", "restarts", draft_block("", {0}), not_opened("not even a header")),
      bundle_case("second_block_repeats_a_key", "restarts", blocks_of("ok"),
                  not_opened("first key 'ok' is not above the index key of the block before")),
      bundle_case("second_block_goes_back", "restarts", blocks_of("a"),
                  not_opened("first key 'a' is not above the index key of the block before")),
      bundle_case("keys_above_the_index_key", "restarts",
                  table_of_block(draft_block(sound_entries(), {0}), 0, "b"),
                  not_opened("last key 'ok' is above the block's index key 'b'")),
      bundle_case("index_keys_go_back", "restarts",
                  draft_table({{"z", draft_block(sound_entries(), {0})},
                               {"p", draft_block(draft_entry(0, "p", ok), {0})}}),
                  not_opened("key 'p' does not come after 'z'")),
  };
}

MalformedCase restart_case(std::string name, const std::vector<uint32_t>& restarts,
                           ExpectedVerdict expected) {
  return block_case("restarts_" + std::move(name), "restarts",
                    draft_block(sound_entries(), restarts), std::move(expected));
}

MalformedCases restart_cases() {
  const auto second = static_cast<uint32_t>(draft_entry(0, "", kPlainHeader).size());
  const auto end = static_cast<uint32_t>(sound_entries().size());
  const auto counting = [](uint32_t count) {
    std::string block = sound_entries();
    append_fixed(block, count);
    return block;
  };
  return {
      restart_case("none", {}, not_opened("restart count is 0, but there are")),
      restart_case("first_is_not_zero", {second}, not_opened("first restart is byte 9")),
      restart_case("past_the_data", {0, end + 4}, not_opened("where no entry begins")),
      restart_case("at_the_end", {0, end}, not_opened("where no entry begins")),
      restart_case("at_2_gib", {0, 0x80000000}, not_opened("where no entry begins")),
      restart_case("within_an_entry", {0, second + 1}, not_opened("where no entry begins")),
      restart_case("twice", {0, 0}, not_opened("where no entry begins")),
      restart_case("going_back", {0, second, 0}, not_opened("where no entry begins")),
      block_case(
          "restart_shares", "restarts",
          draft_block(sound_entries() + draft_entry(1, "p", encode_entry(w_entry())), {0, end}),
          not_opened("is a restart, but shares 1 bytes")),
      block_case("first_entry_shares", "restarts",
                 draft_block(draft_entry(1, "", kPlainHeader), {0}),
                 not_opened("is a restart, but shares 1 bytes")),
      block_case("restart_count_of_the_block", "restarts", counting(end),
                 not_opened("restart count is")),
      block_case("restart_count_of_4_gib", "restarts", counting(0xffffffff),
                 not_opened("restart count is 4294967295")),
      block_case("restart_count_that_wraps", "restarts", counting(0x40000001),
                 not_opened("restart count is 1073741825")),
      block_case("of_no_bytes", "restarts", "", not_opened("block has 0 bytes")),
      block_case("of_three_bytes", "restarts", std::string(3, '\0'),
                 not_opened("block has 3 bytes")),
      block_case("of_restarts_alone", "restarts", draft_block("", {0, 0}),
                 not_opened("where no entry begins")),
  };
}

// The handle of the only block is this.
MalformedCase handle_case(std::string name, std::string handle, ExpectedVerdict expected) {
  return bundle_case("handle_" + std::move(name), "read-block",
                     draft_table({{"z", draft_block(sound_entries(), {0}), 0, std::move(handle)}}),
                     std::move(expected));
}

MalformedCases handle_cases() {
  constexpr uint64_t kMost = UINT64_MAX;
  const uint64_t block_bytes = draft_block(sound_entries(), {0}).size();
  const std::string before_footer = "do not end before the footer";
  const uint64_t file_bytes = table_of_block(draft_block(sound_entries(), {0})).size();
  return {
      handle_case("of_the_file", draft_handle(0, file_bytes), not_opened(before_footer)),
      handle_case("of_one_less", draft_handle(0, file_bytes - 1), not_opened(before_footer)),
      handle_case("of_one_more", draft_handle(0, file_bytes + 1), not_opened(before_footer)),
      handle_case("up_to_the_footer", draft_handle(0, file_bytes - 48), not_opened(before_footer)),
      handle_case("of_4_gib", draft_handle(0, uint64_t{1} << 32), not_opened(before_footer)),
      handle_case("of_2_63", draft_handle(0, uint64_t{1} << 63), not_opened(before_footer)),
      handle_case("of_2_64_less_5", draft_handle(0, kMost - 4), not_opened(before_footer)),
      handle_case("of_2_64_less_1", draft_handle(0, kMost), not_opened(before_footer)),
      handle_case("at_2_64_less_1", draft_handle(kMost, block_bytes), not_opened(before_footer)),
      handle_case("that_wraps", draft_handle(kMost - block_bytes - 4, block_bytes),
                  not_opened(before_footer)),
      handle_case("one_byte_short", draft_handle(0, block_bytes - 1),
                  not_opened("block checksum mismatch")),
      handle_case("one_byte_late", draft_handle(1, block_bytes),
                  not_opened("block checksum mismatch")),
      handle_case("empty", "", not_opened("do not begin with one")),
      handle_case("half", "\x05", not_opened("do not begin with one")),
      handle_case("of_eleven_bytes", std::string(11, '\xff'), not_opened("do not begin with one")),
      bundle_case("handle_of_the_same_block_twice", "read-block",
                  draft_table({{"ok", draft_block(sound_entries(), {0})},
                               {"z", draft_block("", {0}), 0, draft_handle(0, block_bytes)}}),
                  not_opened("where the one before it ends")),
      handle_case("with_more_behind_it", draft_handle(0, block_bytes) + "more",
                  accepted("bytes behind a handle have no meaning yet")),
  };
}

MalformedCase snappy_case(std::string name, std::string stored, ExpectedVerdict expected) {
  return block_case("snappy_" + std::move(name), "read-block", std::move(stored),
                    std::move(expected), 1);
}

MalformedCases compression_cases() {
  const std::string block = draft_block(sound_entries(), {0});
  const std::string packed = snappy_compress(bytes_of(block));
  const std::string claims = "it can give at most";
  return {
      block_case("of_type_2", "read-block", block, not_opened("block type is 2"), 2),
      block_case("of_type_255", "read-block", block, not_opened("block type is 255"), 255),
      block_case("said_to_be_packed", "read-block", block,
                 not_opened("corrupted compressed block contents"), 1),
      snappy_case("sound", packed, accepted("TensorFlow reads packed blocks")),
      snappy_case("claims_4_gib", varints({0xffffffff}) + packed.substr(1), not_opened(claims)),
      snappy_case("claims_23_times_as_much", varints({23 * packed.size()}) + packed.substr(1),
                  not_opened(claims)),
      snappy_case("claims_one_more", varints({block.size() + 1}) + packed.substr(1),
                  not_opened("is damaged or does not give")),
      snappy_case("claims_one_less", varints({block.size() - 1}) + packed.substr(1),
                  not_opened("is damaged or does not give")),
      snappy_case("claims_beyond_32_bits", varints({uint64_t{1} << 40}) + packed.substr(1),
                  not_opened("does not begin with a length")),
      snappy_case("cut", packed.substr(0, packed.size() - 1),
                  not_opened("is damaged or does not give")),
      snappy_case("of_no_bytes", "", not_opened("does not begin with a length")),
      snappy_case("of_nothing", std::string(1, '\0'), not_opened("block has 0 bytes")),
  };
}

// Copies that reach before the first byte of the output, or repeat what they are writing.
MalformedCases overlap_cases() {
  const auto copy = [](uint32_t length, uint32_t back) {
    std::string element(1, static_cast<char>((length - 1) << 2 | 2));
    element += static_cast<char>(back & 0xff);
    return element + static_cast<char>(back >> 8);
  };
  const auto literal = [](std::string_view bytes) {
    return static_cast<char>((bytes.size() - 1) << 2) + std::string(bytes);
  };
  const std::string whole = draft_block(sound_entries(), {0});
  // The block ends with 0 0 0 0 1 0 0 0: of the first four, three are a copy of the one before.
  const size_t zeros = whole.size() - 8;
  const auto sound = [&](uint32_t back) {
    return varints({whole.size()}) + literal(std::string_view(whole).substr(0, zeros + 1)) +
           copy(3, back) + literal(std::string_view(whole).substr(zeros + 4));
  };
  const auto meta_line = [](MalformedCase one) {
    one.line = "meta-file";
    return one;
  };
  return {
      meta_line(snappy_case("copies_its_own_output", sound(1),
                            accepted("a copy may repeat what it writes"))),
      meta_line(
          snappy_case("copies_from_nothing", sound(0), not_opened("is damaged or does not give"))),
      meta_line(snappy_case("copies_from_before_the_output", sound(0xffff),
                            not_opened("is damaged or does not give"))),
      meta_line(snappy_case("copies_at_once", varints({8}) + copy(8, 1),
                            not_opened("is damaged or does not give"))),
  };
}

std::string with_footer(const std::string& handles) {
  std::string table = table_of_block(draft_block(sound_entries(), {0}));
  table.resize(table.size() - kTableFooterSizeBytes);
  return table + draft_footer(handles);
}

MalformedCase footer_case(std::string name, std::string index, ExpectedVerdict expected) {
  return bundle_case("footer_" + std::move(name), "footer", std::move(index), std::move(expected));
}

MalformedCases footer_cases() {
  const std::string table = table_of_block(draft_block(sound_entries(), {0}));
  const uint64_t metaindex = draft_block(sound_entries(), {0}).size() + 5;
  const uint64_t index = metaindex + 8 + 5;
  const uint64_t index_bytes = table.size() - 48 - 5 - index;
  const auto handles = [&](uint64_t offset, uint64_t size_bytes) {
    return draft_handle(metaindex, 8) + draft_handle(offset, size_bytes);
  };
  std::string other_magic = table;
  other_magic.back() = static_cast<char>(other_magic.back() ^ 1);
  std::string other_metaindex = table;
  other_metaindex[metaindex] = static_cast<char>(other_metaindex[metaindex] ^ 1);
  return {
      footer_case("of_other_magic", other_magic, not_opened("bad magic number")),
      footer_case("without_handles", with_footer(std::string(40, '\xff')),
                  not_opened("does not begin with two handles")),
      footer_case("with_one_handle",
                  with_footer(draft_handle(metaindex, 8) + std::string(11, '\xff')),
                  not_opened("does not begin with two handles")),
      footer_case("of_zeros", with_footer(""), not_opened("block checksum mismatch")),
      footer_case("index_of_2_64_less_1", with_footer(handles(0, UINT64_MAX)),
                  not_opened("do not end before the footer")),
      footer_case("index_of_2_64_less_5", with_footer(handles(index, UINT64_MAX - 4)),
                  not_opened("do not end before the footer")),
      footer_case("index_at_2_64_less_1", with_footer(handles(UINT64_MAX, 8)),
                  not_opened("do not end before the footer")),
      footer_case("index_in_the_footer", with_footer(handles(table.size() - 48, 8)),
                  not_opened("do not end before the footer")),
      footer_case("index_is_a_data_block", with_footer(handles(0, metaindex - 5)),
                  not_opened("bad block handle")),
      footer_case("metaindex_is_the_index",
                  with_footer(draft_handle(index, index_bytes) + draft_handle(index, index_bytes)),
                  accepted("TensorFlow never looks at the metaindex")),
      footer_case("metaindex_is_damaged", other_metaindex,
                  accepted("TensorFlow never looks at the metaindex")),
      footer_case("metaindex_outside",
                  with_footer(draft_handle(table.size(), 8) + draft_handle(index, index_bytes)),
                  not_opened("do not end before the footer")),
      footer_case("padding_of_ones",
                  with_footer(handles(index, index_bytes) +
                              std::string(40 - handles(index, index_bytes).size(), '\1')),
                  accepted("nothing covers the footer's padding, and nobody reads it")),
      footer_case("junk_behind", table + "junk", not_opened("bad magic number")),
  };
}

// One case a length, too many to be rows.
TEST(MalformedBundleTable, EveryFileOfFewBytesIsRefused) {
  const std::string table = table_of_block(draft_block(sound_entries(), {0}));
  for (size_t size = 0; size <= 60; ++size) {
    const std::string number = std::to_string(size);
    const std::string words = size < 48 ? "too short to be an sstable" : "bad magic number";
    expect_verdict(
        bundle_case("front_" + number, "footer", table.substr(0, size), not_opened(words)));
    expect_verdict(
        bundle_case("zeros_" + number, "footer", std::string(size, '\0'), not_opened(words)));
    if (size < 48) {
      expect_verdict(bundle_case("tail_" + number, "footer", table.substr(table.size() - size),
                                 not_opened("too short")));
    }
  }
}

MalformedCases all_cases() {
  return join_cases({entry_size_cases(), key_order_cases(), restart_cases(), handle_cases(),
                     compression_cases(), overlap_cases(), footer_cases()});
}

}  // namespace
}  // namespace holdall::tf_bundle

namespace holdall {

MalformedCases bundle_table_cases() {
  return tf_bundle::all_cases();
}

INSTANTIATE_TEST_SUITE_P(BundleTables, MalformedCorpus, testing::ValuesIn(bundle_table_cases()),
                         malformed_case_name);

}  // namespace holdall
