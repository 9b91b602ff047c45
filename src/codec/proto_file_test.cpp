#include "codec/proto_file.h"

#include <gtest/gtest.h>

#include "support/recording_storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

using Field = std::pair<uint32_t, std::string>;

// A file of these bytes, and what was read of it.
struct TestFile {
  explicit TestFile(std::string_view bytes)
      : storage(std::make_shared<RecordingStorage>(make_memory_storage())) {
    write_file(*storage, "m", bytes);
    reader = *storage->open_reader("m");
  }
  std::shared_ptr<RecordingStorage> storage;
  std::unique_ptr<Reader> reader;
};

// Numbers and payloads of all fields, as far as there are.
Result<std::vector<Field>> fields_of(std::string_view bytes) {
  const TestFile file(bytes);
  ProtoFile fields(*file.reader);
  std::vector<Field> all;
  while (true) {
    auto field = fields.next();
    if (!field.ok()) return std::move(field).error();
    if (!*field) return all;
    const auto payload = fields.read(**field, 1000);
    if (!payload.ok()) return payload.error();
    all.emplace_back((*field)->number,
                     std::string(reinterpret_cast<const char*>(payload->data()), payload->size()));
  }
}

TEST(ProtoFile, WalksFieldsOfAllTypes) {
  std::string bytes;
  ProtoWriter fields(bytes);
  fields.add_uint(1, 300);
  fields.add_fixed64(2, 0x4142434445464748);
  fields.add_bytes(3, "text");
  fields.add_fixed32(kMaxFieldNumber, 0x61626364);
  const auto found = fields_of(bytes);
  ASSERT_TRUE(is_ok(found));
  EXPECT_EQ(*found, (std::vector<Field>{
                        {1, "\xac\x02"}, {2, "HGFEDCBA"}, {3, "text"}, {kMaxFieldNumber, "dcba"}}));
  EXPECT_TRUE(fields_of("")->empty());
}

TEST(ProtoFile, StepsOverWhatIsNotAskedFor) {
  std::string bytes;
  ProtoWriter(bytes).add_bytes(2, std::string(1 << 20, 'x'));
  ProtoWriter(bytes).add_bytes(4, "behind");
  const TestFile file(bytes);
  ProtoFile fields(*file.reader);
  ASSERT_TRUE(is_ok(fields.next()));
  const auto field = fields.next();
  ASSERT_TRUE(is_ok(field));
  EXPECT_EQ((*field)->number, 4u);
  const auto first_bytes = fields.peek(**field);
  ASSERT_TRUE(is_ok(first_bytes));
  EXPECT_EQ(first_bytes->size(), 6u);
  EXPECT_LT(file.storage->bytes_read("m"), 10'000u);
}

TEST(ProtoFile, RefusesEveryCut) {
  std::string bytes;
  ProtoWriter(bytes).add_bytes(2, "0123456789");
  ProtoWriter(bytes).add_fixed64(3, 1);
  const size_t first_end = 12;
  for (size_t size = 1; size < bytes.size(); ++size) {
    if (size == first_end) continue;
    EXPECT_TRUE(fails(fields_of(bytes.substr(0, size)), Code::kCorrupt)) << size;
  }
  EXPECT_TRUE(fails(fields_of(bytes.substr(0, 5)), Code::kCorrupt,
                    {"field 2 at byte 0 has 10 bytes, 3 are left in the file"}));
}

TEST(ProtoFile, RefusesLengthsThatWouldWrap) {
  // Two to the power of 64 minus one, and what takes the position back to the start.
  const std::string tag = "\x12";
  EXPECT_TRUE(fails(fields_of(tag + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), Code::kCorrupt,
                    {"has 18446744073709551615 bytes, 0 are left"}));
  EXPECT_TRUE(fails(fields_of(tag + "\xf5\xff\xff\xff\xff\xff\xff\xff\xff\x01"), Code::kCorrupt));
}

TEST(ProtoFile, RefusesWhatIsNoField) {
  using std::string_literals::operator""s;
  EXPECT_TRUE(fails(fields_of("\x02\x00"s), Code::kCorrupt,
                    {"at byte 0 of 2 there is no field of a protobuf message"}));
  for (const char* group : {"\x0b", "\x0c", "\x0e", "\x0f"})
    EXPECT_TRUE(fails(fields_of(group), Code::kCorrupt)) << group;
  EXPECT_TRUE(fails(fields_of("\xff\xff\xff\xff\xff\xff"), Code::kCorrupt));
}

TEST(ProtoFile, HasMostFieldsAndBytes) {
  std::string bytes;
  for (uint64_t i = 0; i < ProtoFile::kMaxFields; ++i) ProtoWriter(bytes).add_uint(1, 0);
  EXPECT_TRUE(is_ok(fields_of(bytes)));
  ProtoWriter(bytes).add_uint(1, 0);
  EXPECT_TRUE(fails(fields_of(bytes), Code::kUnsupported, {"more than 65536 fields"}));
  std::string large;
  ProtoWriter(large).add_bytes(4, std::string(1001, 'x'));
  EXPECT_TRUE(fails(fields_of(large), Code::kUnsupported,
                    {"field 4 at byte 3 has 1001 bytes; 1000 are the most that are read"}));
}

}  // namespace
}  // namespace holdall
