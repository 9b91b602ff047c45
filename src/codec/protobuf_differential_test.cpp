// The wire codec against libprotobuf's UnknownFieldSet: fields without types, whole and damaged.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "codec/proto_wire.h"
#include "codec/random_wire_values.h"

namespace holdall {
namespace {

namespace pb = google::protobuf;

struct BareField {
  uint32_t number = 0;
  WireType wire_type = WireType::kVarint;
  uint64_t scalar = 0;
  std::string bytes;

  bool operator==(const BareField&) const = default;
};
using BareFields = std::vector<BareField>;

uint32_t random_number(Random& random) {
  if (random() % 16 == 0) return kMaxFieldNumber;
  return 1 + static_cast<uint32_t>((random() % kMaxFieldNumber) >> (random() % 29));
}

std::string encode(const BareFields& fields) {
  std::string out;
  ProtoWriter writer(out);
  for (const BareField& field : fields) {
    switch (field.wire_type) {
      case WireType::kVarint: writer.add_uint(field.number, field.scalar); break;
      case WireType::kFixed32:
        writer.add_fixed32(field.number, static_cast<uint32_t>(field.scalar));
        break;
      case WireType::kFixed64: writer.add_fixed64(field.number, field.scalar); break;
      case WireType::kBytes: writer.add_bytes(field.number, field.bytes); break;
    }
  }
  return out;
}

BareFields random_fields(Random& random, int depth) {
  constexpr WireType kTypes[] = {WireType::kVarint, WireType::kFixed32, WireType::kFixed64,
                                 WireType::kBytes};
  BareFields fields(random() % 8);
  for (BareField& field : fields) {
    field.number = random_number(random);
    field.wire_type = kTypes[random() % 4];
    if (field.wire_type == WireType::kBytes) {
      const bool nests = depth > 0 && random() % 2 == 0;
      field.bytes = nests ? encode(random_fields(random, depth - 1)) : random_bytes(random);
    } else {
      field.scalar = random_scalar(random);
      if (field.wire_type == WireType::kFixed32) field.scalar &= UINT32_MAX;
    }
  }
  return fields;
}

std::optional<BareFields> decode(std::string_view message, std::string* fault = nullptr) {
  BareFields fields;
  ProtoReader reader(span_of(message));
  while (reader.next()) {
    BareField field{
        .number = reader.number(), .wire_type = reader.wire_type(), .scalar = 0, .bytes = {}};
    switch (reader.wire_type()) {
      case WireType::kVarint: field.scalar = reader.as_uint64(); break;
      case WireType::kFixed32: field.scalar = reader.as_fixed32(); break;
      case WireType::kFixed64: field.scalar = reader.as_fixed64(); break;
      case WireType::kBytes:
        field.bytes = reader.as_string();
        EXPECT_EQ(message.substr(reader.payload_offset(), field.bytes.size()), field.bytes);
        break;
    }
    fields.push_back(std::move(field));
  }
  if (reader.status().ok()) return fields;
  if (fault != nullptr) *fault = reader.status().error().message;
  return std::nullopt;
}

struct TheirFields {
  BareFields fields;
  bool has_group = false;
};

std::optional<TheirFields> decode_by_libprotobuf(const std::string& message) {
  pb::UnknownFieldSet set;
  pb::io::ArrayInputStream stream(message.data(), static_cast<int>(message.size()));
  pb::io::CodedInputStream coded(&stream);
  if (!set.MergeFromCodedStream(&coded)) return std::nullopt;
  TheirFields theirs;
  for (int i = 0; i < set.field_count(); ++i) {
    const pb::UnknownField& from = set.field(i);
    BareField to{
        .number = static_cast<uint32_t>(from.number()), .wire_type = {}, .scalar = 0, .bytes = {}};
    switch (from.type()) {
      case pb::UnknownField::TYPE_VARINT: to.scalar = from.varint(); break;
      case pb::UnknownField::TYPE_FIXED32:
        to.wire_type = WireType::kFixed32;
        to.scalar = from.fixed32();
        break;
      case pb::UnknownField::TYPE_FIXED64:
        to.wire_type = WireType::kFixed64;
        to.scalar = from.fixed64();
        break;
      case pb::UnknownField::TYPE_LENGTH_DELIMITED:
        to.wire_type = WireType::kBytes;
        to.bytes = from.length_delimited();
        break;
      case pb::UnknownField::TYPE_GROUP: theirs.has_group = true; break;
    }
    theirs.fields.push_back(std::move(to));
  }
  return theirs;
}

std::string encode_by_libprotobuf(const BareFields& fields) {
  pb::UnknownFieldSet set;
  for (const BareField& field : fields) {
    const int number = static_cast<int>(field.number);
    switch (field.wire_type) {
      case WireType::kVarint: set.AddVarint(number, field.scalar); break;
      case WireType::kFixed32: set.AddFixed32(number, static_cast<uint32_t>(field.scalar)); break;
      case WireType::kFixed64: set.AddFixed64(number, field.scalar); break;
      case WireType::kBytes: set.AddLengthDelimited(number, field.bytes); break;
    }
  }
  std::string out;
  EXPECT_TRUE(set.SerializeToString(&out));
  return out;
}

TEST(ProtobufDifferential, WritesTheSameBytesAsUnknownFieldSet) {
  Random random(11);
  for (int round = 0; round < 20'000; ++round) {
    const BareFields fields = random_fields(random, 4);
    const std::string ours = encode(fields);
    ASSERT_EQ(ours, encode_by_libprotobuf(fields)) << "round " << round;
    const auto theirs = decode_by_libprotobuf(ours);
    ASSERT_TRUE(theirs.has_value()) << "round " << round;
    ASSERT_EQ(theirs->fields, fields) << "round " << round;
    const auto back = decode(ours);
    ASSERT_TRUE(back.has_value()) << "round " << round;
    ASSERT_EQ(*back, fields) << "round " << round;
  }
}

std::string damaged(Random& random, std::string message) {
  for (uint64_t edits = 1 + random() % 3; edits > 0; --edits) {
    const size_t place = message.empty() ? 0 : random() % message.size();
    switch (random() % 4) {
      case 0: message.insert(place, 1, static_cast<char>(random())); break;
      case 1: message.insert(place, 1 + random() % 10, static_cast<char>(0x80 | random())); break;
      case 2: message.resize(place); break;
      default:
        if (!message.empty()) message[place] = static_cast<char>(random());
    }
  }
  return message;
}

// Few distinct values make well-formed messages likely: tags of fields 1 and 2 and short lengths.
std::string random_garbage(Random& random) {
  constexpr char kLikely[] = {0, 1, 2, 3, 8, 9, 10, 13, 16, 17, 18, 21, '\x80', '\x88', '\xff'};
  std::string text(random() % 24, '\0');
  for (char& byte : text) {
    byte = random() % 4 == 0 ? static_cast<char>(random()) : kLikely[random() % std::size(kLikely)];
  }
  return text;
}

// What UnknownFieldSet takes and we refuse on purpose. It keeps groups; and it cuts tags and
// lengths to 32 bits and other varints to 64, dropping what does not fit, which we call corrupt.
bool is_deliberate(const std::string& fault) {
  const auto says = [&](std::string_view words) { return fault.find(words) != std::string::npos; };
  if (says("is a group") || says("does not fit 64 bits")) return true;
  if (says("field number at byte")) return !says(" is 0, must");
  const std::string_view takes = " takes ";
  const size_t at = fault.find(takes);
  return at != std::string::npos && std::stoull(fault.substr(at + takes.size())) > UINT32_MAX;
}

struct Outcomes {
  int both_take = 0;
  int both_refuse = 0;
  int only_theirs = 0;
};

void compare_readers(const std::string& text, int depth, Outcomes& outcomes) {
  std::string fault;
  const auto ours = decode(text, &fault);
  const auto theirs = decode_by_libprotobuf(text);
  if (!ours) {
    ++(theirs ? outcomes.only_theirs : outcomes.both_refuse);
    ASSERT_TRUE(!theirs || is_deliberate(fault)) << testing::PrintToString(text) << ": " << fault;
    return;
  }
  ++outcomes.both_take;
  ASSERT_TRUE(theirs.has_value()) << testing::PrintToString(text);
  ASSERT_FALSE(theirs->has_group) << testing::PrintToString(text);
  ASSERT_EQ(*ours, theirs->fields) << testing::PrintToString(text);
  if (depth == 0) return;
  for (const BareField& field : *ours) {
    if (field.wire_type == WireType::kBytes) compare_readers(field.bytes, depth - 1, outcomes);
  }
}

TEST(ProtobufDifferential, TakesAndRefusesDamagedMessagesAlike) {
  Random random(12);
  Outcomes outcomes;
  for (int round = 0; round < 100'000; ++round) {
    compare_readers(damaged(random, encode(random_fields(random, 2))), 3, outcomes);
    compare_readers(random_garbage(random), 3, outcomes);
    ASSERT_FALSE(HasFatalFailure()) << "round " << round;
  }
  // The comparison says something only if every outcome is common.
  EXPECT_GT(outcomes.both_take, 20'000);
  EXPECT_GT(outcomes.both_refuse, 20'000);
  EXPECT_GT(outcomes.only_theirs, 500);
}

}  // namespace
}  // namespace holdall
