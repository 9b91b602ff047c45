// Golden tables. Some are files that TensorFlow wrote; the others come from a second writer, which
// gives TensorFlow's bytes too and shares no code with ours.
#include <gtest/gtest.h>

#include <bit>

#include "codec/sorted_table_testing.h"

namespace holdall {
namespace {

struct GoldenEntry {
  const char* key_hex;
  const char* value_hex;
};

struct Golden {
  const char* name;
  std::vector<GoldenEntry> entries;
  const char* file_hex;
};

// No tensors.
const Golden kG0 = {"G0",
                    {{"", "08 01 1a 02 08 01"}},
                    "00 00 06 08 01 1a 02 08 01 00 00 00 00 01 00 00 "
                    "00 00 62 94 57 f9 00 00 00 00 01 00 00 00 00 c0 "
                    "f2 a1 b0 00 00 02 00 11 00 00 00 00 01 00 00 00 "
                    "00 cc bf 8b 5d 16 08 23 0d 00 00 00 00 00 00 00 "
                    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
                    "00 00 00 00 00 00 00 00 00 00 00 00 00 57 fb 80 "
                    "8b 24 75 47 db "};

// One float scalar; equals a file of TensorFlow.
const Golden kR1 = {
    "R1",
    {{"", "08 01 1a 02 08 01"}, {"63 6f 75 6e 74 65 72", "08 01 12 00 28 04 35 a6 7b 11 3a"}},
    "00 00 06 08 01 1a 02 08 01 00 07 0b 63 6f 75 6e "
    "74 65 72 08 01 12 00 28 04 35 a6 7b 11 3a 00 00 "
    "00 00 01 00 00 00 00 5f a0 10 73 00 00 00 00 01 "
    "00 00 00 00 c0 f2 a1 b0 00 01 02 64 00 26 00 00 "
    "00 00 01 00 00 00 00 22 b1 61 03 2b 08 38 0e 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 57 fb 80 8b 24 75 47 db "};

// Three float scalars; equals a file of TensorFlow.
const Golden kR2 = {"R2",
                    {{"", "08 01 1a 02 08 01"},
                     {"61", "08 01 12 00 28 04 35 06 38 27 1f"},
                     {"62", "08 01 12 00 20 04 28 04 35 ef d6 82 c3"},
                     {"63", "08 01 12 00 20 08 28 04 35 ef d6 82 c3"}},
                    "00 00 06 08 01 1a 02 08 01 00 01 0b 61 08 01 12 "
                    "00 28 04 35 06 38 27 1f 00 01 0d 62 08 01 12 00 "
                    "20 04 28 04 35 ef d6 82 c3 00 01 0d 63 08 01 12 "
                    "00 20 08 28 04 35 ef d6 82 c3 00 00 00 00 01 00 "
                    "00 00 00 c1 e6 19 df 00 00 00 00 01 00 00 00 00 "
                    "c0 f2 a1 b0 00 01 02 64 00 42 00 00 00 00 01 00 "
                    "00 00 00 58 b2 e9 f7 47 08 54 0e 00 00 00 00 00 "
                    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
                    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 57 "
                    "fb 80 8b 24 75 47 db "};

// Two float tensors.
const Golden kG1 = {
    "G1",
    {{"", "08 01 1a 02 08 01"},
     {"61", "08 01 12 04 12 02 08 02 28 08 35 59 3c e5 35"},
     {"62 2f 77", "08 01 12 08 12 02 08 02 12 02 08 03 20 08 28 18 35 c0 db 3d 17"}},
    "00 00 06 08 01 1a 02 08 01 00 01 0f 61 08 01 12 "
    "04 12 02 08 02 28 08 35 59 3c e5 35 00 03 15 62 "
    "2f 77 08 01 12 08 12 02 08 02 12 02 08 03 20 08 "
    "28 18 35 c0 db 3d 17 00 00 00 00 01 00 00 00 00 "
    "cd 32 49 1c 00 00 00 00 01 00 00 00 00 c0 f2 a1 "
    "b0 00 01 02 63 00 3f 00 00 00 00 01 00 00 00 00 "
    "6a d5 14 57 44 08 51 0e 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 57 fb 80 8b "
    "24 75 47 db "};

// Strings.
const Golden kG2 = {"G2",
                    {{"", "08 01 1a 02 08 01"},
                     {"73", "08 07 12 04 12 02 08 03 28 d2 01 35 22 1f 0a e6"},
                     {"74", "08 07 12 00 20 d2 01 28 0a 35 ec e0 c0 29"},
                     {"7a", "08 07 12 02 12 00 20 dc 01 28 04 35 f6 c1 0c 64"}},
                    "00 00 06 08 01 1a 02 08 01 00 01 10 73 08 07 12 "
                    "04 12 02 08 03 28 d2 01 35 22 1f 0a e6 00 01 0e "
                    "74 08 07 12 00 20 d2 01 28 0a 35 ec e0 c0 29 00 "
                    "01 10 7a 08 07 12 02 12 00 20 dc 01 28 04 35 f6 "
                    "c1 0c 64 00 00 00 00 01 00 00 00 00 64 97 ae 37 "
                    "00 00 00 00 01 00 00 00 00 c0 f2 a1 b0 00 01 02 "
                    "7b 00 4b 00 00 00 00 01 00 00 00 00 7d c9 58 d6 "
                    "50 08 5d 0e 00 00 00 00 00 00 00 00 00 00 00 00 "
                    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
                    "00 00 00 00 00 00 00 00 57 fb 80 8b 24 75 47 db "};

// A partitioned variable.
const Golden kG3 = {"G3",
                    {{"", "08 01 1a 02 08 01"},
                     {"00 65 6d 62 2f 77 65 69 67 68 74 73 00 01 01 02 80 85 80 84",
                      "08 01 12 08 12 02 08 05 12 02 08 04 28 50 35 dd 91 1c 19"},
                     {"00 65 6d 62 2f 77 65 69 67 68 74 73 00 01 01 02 85 85 80 84",
                      "08 01 12 08 12 02 08 05 12 02 08 04 20 50 28 50 35 54 4c b7 7e"},
                     {"65 6d 62 2f 77 65 69 67 68 74 73",
                      "08 01 12 08 12 02 08 0a 12 02 08 04 3a 08 0a 02 10 05 0a 02 10 04 3a 0a 0a "
                      "04 08 05 10 05 0a 02 10 04"}},
                    "00 00 06 08 01 1a 02 08 01 00 14 13 00 65 6d 62 "
                    "2f 77 65 69 67 68 74 73 00 01 01 02 80 85 80 84 "
                    "08 01 12 08 12 02 08 05 12 02 08 04 28 50 35 dd "
                    "91 1c 19 10 04 15 85 85 80 84 08 01 12 08 12 02 "
                    "08 05 12 02 08 04 20 50 28 50 35 54 4c b7 7e 00 "
                    "0b 22 65 6d 62 2f 77 65 69 67 68 74 73 08 01 12 "
                    "08 12 02 08 0a 12 02 08 04 3a 08 0a 02 10 05 0a "
                    "02 10 04 3a 0a 0a 04 08 05 10 05 0a 02 10 04 00 "
                    "00 00 00 01 00 00 00 00 ee b8 16 51 00 00 00 00 "
                    "01 00 00 00 00 c0 f2 a1 b0 00 01 03 66 00 87 01 "
                    "00 00 00 00 01 00 00 00 00 fc 08 88 b2 8c 01 08 "
                    "99 01 0f 00 00 00 00 00 00 00 00 00 00 00 00 00 "
                    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
                    "00 00 00 00 00 57 fb 80 8b 24 75 47 db "};

// A V1 checkpoint of two float scalars; equals a file of TensorFlow.
const Golden kR3 = {
    "R3",
    {{"", "0a 1a 0a 09 0a 01 61 12 00 18 01 22 00 0a 09 0a 01 62 12 00 18 01 22 00 12 02 08 01"},
     {"00 61 00 01 00", "12 0d 0a 01 61 12 00 1a 06 2a 04 00 00 00 3f"},
     {"00 62 00 01 00", "12 0d 0a 01 62 12 00 1a 06 2a 04 00 00 00 40"}},
    "00 00 1c 0a 1a 0a 09 0a 01 61 12 00 18 01 22 00 "
    "0a 09 0a 01 62 12 00 18 01 22 00 12 02 08 01 00 "
    "05 0f 00 61 00 01 00 12 0d 0a 01 61 12 00 1a 06 "
    "2a 04 00 00 00 3f 01 04 0f 62 00 01 00 12 0d 0a "
    "01 62 12 00 1a 06 2a 04 00 00 00 40 00 00 00 00 "
    "01 00 00 00 00 16 97 96 66 00 00 00 00 01 00 00 "
    "00 00 c0 f2 a1 b0 00 01 02 01 00 54 00 00 00 00 "
    "01 00 00 00 00 0c e3 96 5a 59 08 66 0e 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 57 fb 80 8b 24 75 47 db "};

// A V1 checkpoint with an int32 matrix.
const Golden kG6 = {
    "G6",
    {{"",
      "0a 26 0a 09 0a 01 61 12 00 18 01 22 00 0a 15 0a 01 77 12 08 12 02 08 02 12 02 08 02 18 03 "
      "22 04 0a 00 0a 00 12 02 08 01"},
     {"00 61 00 01 00", "12 0d 0a 01 61 12 00 1a 06 2a 04 00 00 00 3f"},
     {"00 77 00 01 01 02 80 7f 80 7f",
      "12 1a 0a 01 77 12 04 0a 00 0a 00 1a 0f 3a 0d 01 fe ff ff ff ff ff ff ff ff 01 03 04"}},
    "00 00 28 0a 26 0a 09 0a 01 61 12 00 18 01 22 00 "
    "0a 15 0a 01 77 12 08 12 02 08 02 12 02 08 02 18 "
    "03 22 04 0a 00 0a 00 12 02 08 01 00 05 0f 00 61 "
    "00 01 00 12 0d 0a 01 61 12 00 1a 06 2a 04 00 00 "
    "00 3f 01 09 1c 77 00 01 01 02 80 7f 80 7f 12 1a "
    "0a 01 77 12 04 0a 00 0a 00 1a 0f 3a 0d 01 fe ff "
    "ff ff ff ff ff ff ff 01 03 04 00 00 00 00 01 00 "
    "00 00 00 f8 a7 b9 be 00 00 00 00 01 00 00 00 00 "
    "c0 f2 a1 b0 00 01 02 01 00 72 00 00 00 00 01 00 "
    "00 00 00 38 90 7b 88 77 08 84 01 0e 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 57 "
    "fb 80 8b 24 75 47 db "};

// A data block in Snappy, by an encoder that is not the library's.
const Golden kG9 = {
    "G9",
    {{"", "08 01 1a 02 08 01"},
     {"64 65 6e 73 65 2f 62 69 61 73", "08 01 12 04 12 02 08 01 28 04 35 a6 7b 11 3a"},
     {"64 65 6e 73 65 2f 6b 65 72 6e 65 6c", "08 01 12 04 12 02 08 01 20 04 28 04 35 81 a5 da 2b"},
     {"64 65 6e 73 65 5f 31 2f 62 69 61 73", "08 01 12 04 12 02 08 01 20 08 28 04 35 10 fd 78 4f"},
     {"64 65 6e 73 65 5f 31 2f 6b 65 72 6e 65 6c",
      "08 01 12 04 12 02 08 01 20 0c 28 04 35 ef d6 82 c3"}},
    "7c b4 00 00 06 08 01 1a 02 08 01 00 0a 0f 64 65 "
    "6e 73 65 2f 62 69 61 73 08 01 12 04 12 02 08 01 "
    "28 04 35 a6 7b 11 3a 06 06 11 6b 65 72 6e 65 6c "
    "11 18 34 20 04 28 04 35 81 a5 da 2b 05 07 11 5f "
    "31 32 33 00 24 20 08 28 04 35 10 fd 78 4f 08 42 "
    "35 00 3c 0c 28 04 35 ef d6 82 c3 00 00 00 00 01 "
    "00 00 00 01 b3 f4 30 03 00 00 00 00 01 00 00 00 "
    "00 c0 f2 a1 b0 00 01 02 65 00 63 00 00 00 00 01 "
    "00 00 00 00 98 f9 61 62 68 08 75 0e 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
    "57 fb 80 8b 24 75 47 db "};

OwnedEntries entries_of(const Golden& golden) {
  OwnedEntries entries;
  for (const GoldenEntry& entry : golden.entries) {
    entries.push_back({from_hex(entry.key_hex), from_hex(entry.value_hex)});
  }
  return entries;
}

TEST(SortedTableGolden, AreWrittenByteForByte) {
  for (const Golden& golden : {kG0, kR1, kR2, kG1, kG2, kG3, kR3, kG6}) {
    const auto file = write_table(entries_of(golden));
    ASSERT_TRUE(file.ok()) << golden.name;
    EXPECT_EQ(*file, from_hex(golden.file_hex)) << golden.name;
  }
}

TEST(SortedTableGolden, AreRead) {
  for (const Golden& golden : {kG0, kR1, kR2, kG1, kG2, kG3, kR3, kG6, kG9}) {
    const auto entries = read_table(from_hex(golden.file_hex));
    ASSERT_TRUE(entries.ok()) << golden.name << ": " << entries.error().message;
    EXPECT_EQ(*entries, entries_of(golden)) << golden.name;
  }
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

// A float scalar at its place in the data file: dtype, an empty shape, offset, size, masked CRC.
std::string float_scalar(uint32_t index) {
  const float number = static_cast<float>(index);
  std::string value = from_hex("0801 1200");
  if (index > 0) {
    value += from_hex("20");
    append_varint(value, 4 * index);
  }
  value += from_hex("2804 35");
  std::string data;
  append_fixed(data, std::bit_cast<uint32_t>(number));
  append_fixed(value, crc32c_mask(crc32c(bytes_of(data))));
  return value;
}

OwnedEntries make_twenty_thousand_layers() {
  OwnedEntries entries = {{"", from_hex("0801 1a020801")}};
  for (uint32_t i = 0; i < 20000; ++i) {
    const std::string digits = std::to_string(i);
    const std::string key = "layer_" + std::string(5 - digits.size(), '0') + digits + "/weights";
    entries.push_back({key, float_scalar(i)});
  }
  return entries;
}

// Size, offsets and index keys are those of the second writer's file.
TEST(SortedTableGolden, AnIndexOfSeveralBlocksIsWrittenAndRead) {
  const OwnedEntries entries = make_twenty_thousand_layers();
  const auto file = write_table(entries);
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(file->size(), 555667u);
  const std::string index = draft_entry(0, "layer_09513/weights", draft_handle(0, 262146)) +
                            draft_entry(0, "layer_18884/weights", draft_handle(262151, 262148)) +
                            draft_entry(0, "m", draft_handle(524304, 31212));
  const size_t metaindex_offset = 524304 + 31212 + 5;
  const size_t index_offset = metaindex_offset + 8 + 5;
  EXPECT_EQ(hex_of(file->substr(index_offset, index.size())), hex_of(index));
  EXPECT_EQ(hex_of(file->substr(metaindex_offset, 13)),
            "0000000001000000"
            "00c0f2a1b0");
  const auto read = read_table(*file);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_TRUE(*read == entries);
}

}  // namespace
}  // namespace holdall
